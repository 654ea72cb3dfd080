# tests: static checks, the end-to-end tests in all privilege modes, the tracer of the killer test
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1; export ASAN_OPTIONS;

STATIC_CHECKS = tests/static/layers tests/static/layers-selftest tests/static/scripts tests/static/symbols tests/static/schema
dist_check_SCRIPTS += $(STATIC_CHECKS) tests/run-e2e tests/sum tests/lib/leak-snapshot tests/killer/points tests/killer/points-apply
TESTS += $(STATIC_CHECKS)

E2E_FILES = tests/e2e tests/golden tests/lib
EXTRA_DIST += tests/static/schema.py .ci/run tests/vm/run-in-vm $(E2E_FILES)

check_PROGRAMS += tests/killer/killer
tests_killer_killer_SOURCES = tests/killer/killer.c tests/killer/tracee.c tests/killer/tracee.h
tests_killer_killer_LDFLAGS = $(HARDEN_LDFLAGS)

check_PROGRAMS += tests/helpers/deny_userns
tests_helpers_deny_userns_SOURCES = tests/helpers/deny_userns.c

check_PROGRAMS += tests/helpers/snapshot
tests_helpers_snapshot_SOURCES = tests/helpers/snapshot.c
tests_helpers_snapshot_CPPFLAGS = $(AM_CPPFLAGS)
tests_helpers_snapshot_LDADD = libkernel.a libinit.a libmodel.a libbase.a $(NL_LIBS) -lpthread

check_PROGRAMS += tests/helpers/subreaper
tests_helpers_subreaper_SOURCES = tests/helpers/subreaper.c

# E2E_SKIP=WORD leaves out files whose name contains the word; E2E_ONLY=WORD runs only those.
E2E_SKIP =
E2E_ONLY =
check-e2e: all $(check_PROGRAMS)
	$(srcdir)/tests/run-e2e all "$(abs_top_srcdir)" "$(abs_top_builddir)" \
		"$(E2E_ONLY)" "$(E2E_SKIP)"
check-local: check-e2e
DISTCHECK_CONFIGURE_FLAGS = --enable-werror
check-kill:
	$(MAKE) $(AM_MAKEFLAGS) check-e2e E2E_ONLY=killer E2E_SKIP=
.PHONY: check-e2e check-kill

clean-local: clean-results
clean-results:
	-rm -rf results
.PHONY: clean-results

# The fuzz targets of the terminal emulator (`fuzz`) and of keys and mouse (`fuzz-keys`), not part of
# check: they need clang with libFuzzer (Debian: clang, libclang-rt-dev). tests/unit/live_term_test
# and view_keys_test play the same games for a moment.
FUZZ_CC = clang
FUZZ_SECONDS = 600
FUZZ_CFLAGS = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -D_GNU_SOURCE
FUZZ_FILES = tests/fuzz/term_fuzz.c src/live/term.c src/live/term_csi.c src/live/term_grid.c \
	src/live/term_input.c src/live/term_mode.c src/live/term_past.c \
	src/base/buf.c src/base/mem.c src/base/text.c src/base/width.c
EXTRA_DIST += tests/fuzz/term_fuzz.c tests/fuzz/term.dict
term_fuzz: $(FUZZ_FILES) tests/fuzz/term_play.h
	cd $(top_srcdir) && $(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -Isrc -Itests/fuzz \
		-o $(abs_top_builddir)/$@ $(FUZZ_FILES)
fuzz: term_fuzz
	mkdir -p fuzz-corpus
	./term_fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=512 -max_len=4096 \
		-dict=$(top_srcdir)/tests/fuzz/term.dict -print_final_stats=1 fuzz-corpus
CLEANFILES += term_fuzz

# All of these folders into an archive: the linker takes what is needed, whichever files there are.
EXTRA_DIST += tests/fuzz/keys_fuzz.c
keys_fuzz: tests/fuzz/keys_fuzz.c tests/fuzz/keys_play.c tests/fuzz/keys_play.h all
	rm -rf fuzz-keys.d && mkdir fuzz-keys.d
	cd fuzz-keys.d && $(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(NCURSES_CFLAGS) \
		-I$(abs_top_srcdir)/src -I$(abs_top_builddir) -c $(abs_top_srcdir)/src/view/*.c \
		$(abs_top_srcdir)/src/live/term*.c $(abs_top_srcdir)/src/model/*.c \
		$(abs_top_srcdir)/src/base/*.c
	$(AR) rc fuzz-keys.d/fuzzed.a fuzz-keys.d/*.o
	cd $(top_srcdir)/tests && $(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -I../src -Ifuzz -Iunit \
		-o $(abs_top_builddir)/$@ fuzz/keys_fuzz.c fuzz/keys_play.c \
		$(abs_top_builddir)/fuzz-keys.d/fuzzed.a $(NCURSES_LIBS)
fuzz-keys: keys_fuzz
	mkdir -p fuzz-corpus-keys
	./keys_fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=512 -max_len=1000 \
		-print_final_stats=1 fuzz-corpus-keys
CLEANFILES += keys_fuzz
clean-local: clean-fuzz
clean-fuzz:
	-rm -rf fuzz-keys.d
.PHONY: fuzz fuzz-keys clean-fuzz
