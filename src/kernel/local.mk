# kernel: rtnetlink, namespaces, spawn, id maps, mounts, sysctls; observation
noinst_LIBRARIES += libkernel.a
libkernel_a_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS) $(NL_CFLAGS)
libkernel_a_SOURCES =
libkernel_a_SOURCES += src/kernel/lab.c src/kernel/lab.h
libkernel_a_SOURCES += src/kernel/lean.c src/kernel/lean.h
libkernel_a_SOURCES += src/kernel/proc.c src/kernel/proc.h
libkernel_a_SOURCES += src/kernel/residents.c src/kernel/residents.h
libkernel_a_SOURCES += src/kernel/ns.c src/kernel/ns.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_ns_test
TESTS += tests/unit/kernel_ns_test
tests_unit_kernel_ns_test_SOURCES = tests/unit/kernel_ns_test.c tests/unit/kernel_testns.h
tests_unit_kernel_ns_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_ns_test_LDADD = libkernel.a libbase.a -lpthread $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/observe.c src/kernel/observe.h
libkernel_a_SOURCES += src/kernel/observe_peer.c src/kernel/observe_peer.h
libkernel_a_SOURCES += src/kernel/observe_read.c src/kernel/observe_read.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_observe_test
TESTS += tests/unit/kernel_observe_test
tests_unit_kernel_observe_test_SOURCES = tests/unit/kernel_observe_test.c tests/unit/kernel_testlab.h
tests_unit_kernel_observe_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_observe_test_LDADD = libkernel.a libinit.a libjson.a libmodel.a libbase.a \
	$(NL_LIBS) $(JANSSON_LIBS) -lpthread $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/lab_ids.c src/kernel/lab_ids.h
libkernel_a_SOURCES += src/kernel/monitor.c src/kernel/monitor.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_monitor_test
TESTS += tests/unit/kernel_monitor_test
tests_unit_kernel_monitor_test_SOURCES = tests/unit/kernel_monitor_test.c tests/unit/kernel_testlab.h
tests_unit_kernel_monitor_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_monitor_test_LDADD = libkernel.a libinit.a libmodel.a libbase.a \
	$(NL_LIBS) -lpthread $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/idmap.c src/kernel/spawn.c src/kernel/spawn.h
libkernel_a_SOURCES += src/kernel/neigh.c src/kernel/neigh.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_neigh_test
TESTS += tests/unit/kernel_neigh_test
tests_unit_kernel_neigh_test_SOURCES = tests/unit/kernel_neigh_test.c tests/unit/kernel_testlab.h
tests_unit_kernel_neigh_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_neigh_test_LDADD = libkernel.a libinit.a libmodel.a libbase.a \
	$(MNL_LIBS) $(NL_LIBS) -lpthread $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/netlink.c src/kernel/netlink.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_netlink_test
TESTS += tests/unit/kernel_netlink_test
tests_unit_kernel_netlink_test_SOURCES = tests/unit/kernel_netlink_test.c
tests_unit_kernel_netlink_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(MNL_CFLAGS)
tests_unit_kernel_netlink_test_LDADD = libkernel.a libbase.a $(MNL_LIBS) $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/rtmsg.c src/kernel/rtmsg.h
libkernel_a_SOURCES += src/kernel/rtdump.c src/kernel/rtdump.h
libkernel_a_SOURCES += src/kernel/enter.c src/kernel/enter.h
libkernel_a_SOURCES += src/kernel/preflight.c src/kernel/preflight.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_lean_test
TESTS += tests/unit/kernel_lean_test
tests_unit_kernel_lean_test_SOURCES = tests/unit/kernel_lean_test.c
tests_unit_kernel_lean_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_lean_test_LDADD = libkernel.a libbase.a $(UNIT_LIBS)
check_PROGRAMS += tests/unit/kernel_preflight_test
TESTS += tests/unit/kernel_preflight_test
tests_unit_kernel_preflight_test_SOURCES = tests/unit/kernel_preflight_test.c
tests_unit_kernel_preflight_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_preflight_test_LDADD = libkernel.a libbase.a $(UNIT_LIBS)
endif
libkernel_a_SOURCES += src/kernel/hostnet.c src/kernel/hostnet.h
libkernel_a_SOURCES += src/kernel/enter_pty.c src/kernel/enter_pty.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_hostnet_test
TESTS += tests/unit/kernel_hostnet_test
tests_unit_kernel_hostnet_test_SOURCES = tests/unit/kernel_hostnet_test.c
tests_unit_kernel_hostnet_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_hostnet_test_LDADD = libkernel.a libinit.a libmodel.a libbase.a \
	$(NL_LIBS) $(UNIT_LIBS)
endif
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/kernel_proc_test
TESTS += tests/unit/kernel_proc_test
tests_unit_kernel_proc_test_SOURCES = tests/unit/kernel_proc_test.c
tests_unit_kernel_proc_test_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_kernel_proc_test_LDADD = libkernel.a libinit.a libmodel.a libbase.a $(UNIT_LIBS)
endif
