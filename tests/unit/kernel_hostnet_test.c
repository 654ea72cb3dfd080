/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_hostnet: whose interface a tag says it is, and when its other end's namespace is dying.
 * What needs real namespaces is tested end to end (tests/e2e/host.bats). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/hostnet.h"
#include "kernel/proc.h"

#define BOOT "0a1b2c3d-0000-4000-8000-000000000001"

static void test_tag_round(void **state)
{
    char tag[HOSTNET_TAG_MAX], boot[64], lab[64];
    struct err e = ERR_INIT;
    (void)state;
    assert_int_equal(proc_boot_id(boot, sizeof boot), 0);
    const char *longest = "a123456789b123456789c123456789d1";
    assert_int_equal(hostnet_tag(longest, 4294967294u, tag, sizeof tag, &e), 0);
    assert_true(hostnet_tag_parse(tag, 4294967294u, boot, lab, sizeof lab));
    assert_string_equal(lab, longest);
    assert_false(hostnet_tag_parse(tag, 0, boot, lab, sizeof lab));
    assert_false(hostnet_tag_parse(tag, 4294967294u, BOOT, lab, sizeof lab));
}

static void test_tags_that_are_none(void **state)
{
    static const char *const none[] = {
        "",
        "vethlab",
        "vethlab:",
        "vethlab::0:" BOOT,
        "vethlab:x",
        "vethlab:x:0",
        "vethlab:x:0:",
        "vethlab:x:1:" BOOT,
        "vethlab:x:00:" BOOT,
        "vethlab:x:0:" BOOT "0",
        "vethlab:x:0:" BOOT ":",
        "Vethlab:x:0:" BOOT,
        " vethlab:x:0:" BOOT,
        "vethlab:..:0:" BOOT,
        "vethlab:a/b:0:" BOOT,
        "vethlab:host:0:" BOOT,
        "vethlab:a123456789b123456789c123456789d12:0:" BOOT,
    };
    char lab[64];
    (void)state;
    assert_true(hostnet_tag_parse("vethlab:x:0:" BOOT, 0, BOOT, lab, sizeof lab));
    assert_string_equal(lab, "x");
    assert_false(hostnet_tag_parse(NULL, 0, BOOT, lab, sizeof lab));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (hostnet_tag_parse(none[i], 0, BOOT, lab, sizeof lab))
            fail_msg("\"%s\" is taken for a tag", none[i]);
}

static struct snap_if *add_if(struct snap_node *n, uint32_t index, const char *kind, uint32_t peer,
                              int32_t nsid)
{
    struct snap_if *i = snap_node_add_if(n);
    i->index = index;
    snprintf(i->name, sizeof i->name, "if%u", index);
    snprintf(i->kind, sizeof i->kind, "%s", kind);
    i->peer_index = peer;
    i->peer_nsid = nsid;
    return i;
}

static void test_dying(void **state)
{
    struct snap *s = snap_new("");
    struct snap_node *n = snap_add_node(s, "host");
    (void)state;
    add_if(n, 2, "veth", 9, -1); /* nobody holds the namespace of its other end */
    add_if(n, 3, "veth", 9, 4);  /* somebody does */
    add_if(n, 5, "veth", 6, -1); /* a pair within the machine */
    add_if(n, 6, "veth", 5, -1);
    add_if(n, 7, "bridge", 0, -1);
    add_if(n, 8, "vlan", 99, -1);
    add_if(n, 10, "veth", 7, -1); /* the index of its other end is another's here */
    static const bool want[] = {true, false, false, false, false, false, true};
    for (size_t i = 0; i < n->ifs; i++)
        assert_int_equal(hostnet_is_dying(n, &n->iface[i]), want[i]);
    snap_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag_round),
        cmocka_unit_test(test_tags_that_are_none),
        cmocka_unit_test(test_dying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
