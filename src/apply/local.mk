# apply: runs an ordered operation list; the life of a lab
noinst_LIBRARIES += libapply.a
libapply_a_SOURCES = src/apply/act.c src/apply/act.h src/apply/act_losses.c \
	src/apply/builder.c src/apply/builder.h \
	src/apply/builder_inside.c src/apply/builder_inside.h \
	src/apply/builder_node.c src/apply/builder_node.h src/apply/builder_exec.c \
	src/apply/keeper.c src/apply/keeper.h \
	src/apply/keep.c src/apply/keep.h \
	src/apply/changer.c src/apply/changer.h \
	src/apply/change.c src/apply/change.h src/apply/values.c src/apply/values.h \
	src/apply/identity.c src/apply/identity.h \
	src/apply/interrupt.c src/apply/interrupt.h \
	src/apply/builder_ready.c src/apply/builder_ready.h \
	src/apply/hostcheck.c src/apply/hostcheck.h \
	src/apply/hostlink.c src/apply/hostlink.h \
	src/apply/stepper.c src/apply/stepper.h src/apply/stepper_work.c src/apply/stepper_work.h \
	src/apply/hosts.c src/apply/hosts.h \
	src/apply/life.c src/apply/life.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/apply_hosts_test
TESTS += tests/unit/apply_hosts_test
tests_unit_apply_hosts_test_SOURCES = tests/unit/apply_hosts_test.c
tests_unit_apply_hosts_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_apply_hosts_test_LDADD = libapply.a libmodel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/op_kinds_test
TESTS += tests/unit/op_kinds_test
tests_unit_op_kinds_test_SOURCES = tests/unit/op_kinds_test.c
tests_unit_op_kinds_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_op_kinds_test_LDADD = libverb.a libapply.a libformat.a libplan.a libteach.a libkernel.a \
	libstate.a libinit.a libjson.a libmodel.a libbase.a $(FYAML_LIBS) $(MNL_LIBS) $(NL_LIBS) \
	$(JANSSON_LIBS) -lpthread $(UNIT_LIBS)
check_PROGRAMS += tests/unit/apply_gone_test
TESTS += tests/unit/apply_gone_test
tests_unit_apply_gone_test_SOURCES = tests/unit/apply_gone_test.c tests/unit/kernel_testns.h
tests_unit_apply_gone_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_apply_gone_test_LDADD = libapply.a libformat.a libplan.a libteach.a libkernel.a libstate.a \
	libinit.a libjson.a libmodel.a libbase.a $(FYAML_LIBS) $(MNL_LIBS) $(NL_LIBS) $(JANSSON_LIBS) \
	-lpthread $(UNIT_LIBS)
endif
