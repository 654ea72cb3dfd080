# bench: what this program costs against the least a program can do. Nothing here is built or run by
# `make all` or `make check`, but for the test that the bench itself works.
#
# make bench [BENCH_ROUNDS=5] [BENCH_LABS="pair star-10"] [BENCH_FLAGS=--peers]     (root)
BENCH_ROUNDS = 5
BENCH_LABS = pair star-10 chain-10 star-100 chain-100 mesh-30 star-500
BENCH_FLAGS =
EXTRA_PROGRAMS += bench/bench bench/bare bench/planner
CLEANFILES += bench/bench bench/bare bench/planner bench-results.md bench-results.json
bench_bench_SOURCES = bench/bench.c bench/clock.h bench/contestant.c bench/contestant.h \
	bench/lab.c bench/lab.h bench/lab_text.c bench/memory.c bench/observer.c bench/observer.h \
	bench/pings.c bench/plan.c bench/processes.c bench/processes.h \
	bench/thresholds.c bench/thresholds.h \
	bench/nl.h bench/sections.h bench/stats.c bench/stats.h bench/view.c \
	bench/view_load.c bench/view_load.h bench/view_pty.c bench/view_pty.h \
	bench/view_shell.c bench/view_shell.h
bench_bench_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/src
bench_bench_LDADD = liblive.a libbase.a -lm
bench_planner_SOURCES = bench/planner.c bench/clock.h
bench_planner_LDADD = libplan.a libkernel.a libmodel.a libbase.a $(NL_LIBS) -lpthread
bench_bare_SOURCES = bench/bare.c bench/nl.h bench/bare_net.c bench/bare_net.h \
	bench/bare_lab.c bench/bare_lab.h bench/bare_ping.c bench/bare_ping.h bench/lab.c bench/lab.h
bench_bare_CPPFLAGS = -D_GNU_SOURCE
# Static and without run-time checks: the least a start of a program can cost.
bench_bare_CFLAGS = $(WARN_CFLAGS) -O2
bench_bare_LDFLAGS = -static

bench-programs: bench/bench$(EXEEXT) bench/bare$(EXEEXT) bench/planner$(EXEEXT)
bench: vethlab$(EXEEXT) bench-programs
	./bench/bench --vethlab ./vethlab --bare ./bench/bare --planner ./bench/planner --rounds $(BENCH_ROUNDS) \
		--labs "$(BENCH_LABS)" --topologies $(srcdir)/topologies --out "$(abs_builddir)/bench-results" $(BENCH_FLAGS)
.PHONY: bench bench-programs
# The gate checks that they build and that a tiny round works.
check-e2e: bench-programs
EXTRA_DIST += bench/README.md
