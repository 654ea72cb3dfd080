/* SPDX-License-Identifier: BSD-2-Clause */
/* live_watch_slow_test: a watch whose questions are not answered for long, as when somebody else
 * holds the kernel's lock of rtnetlink, goes on; and an answer that comes late makes nothing older
 * than it is. The reader is replaced by one that answers when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "kernel/observe.h"
#include "kernel_testlab.h"
#include "live/watch.h"
#include "live/watch_reader.h"
#include "live/watch_words.h"
#include "testloop.h"

#define NODES 2

struct watch_reader {
    struct watch_reader_hooks hooks;
    struct monitor *monitor;
    int labs, links; /* questions that wait */
    uint32_t ifindex;
};

static struct watch_reader reader;
static struct lab lab;
static struct loop loop;

static struct {
    char words[4096][120];
    size_t count, stats;
} told;

int watch_reader_new(struct loop *l, const struct lab *of, struct monitor *m,
                     const struct watch_reader_hooks *hooks, struct watch_reader **out,
                     struct err *e)
{
    (void)l, (void)of, (void)e;
    reader = (struct watch_reader){.hooks = *hooks, .monitor = m};
    *out = &reader;
    return 0;
}

void watch_reader_free(struct watch_reader *r)
{
    if (r)
        monitor_close(r->monitor);
}

void watch_reader_ask_lab(struct watch_reader *r)
{
    r->labs++;
}

void watch_reader_ask_link(struct watch_reader *r, int node, uint32_t ifindex)
{
    assert_int_equal(node, 0);
    r->ifindex = ifindex;
    r->links++;
}

int watch_reader_lab_now(const struct lab *of, struct snap **out, struct err *e)
{
    return observe_lab(of, OBSERVE_ADDRS | OBSERVE_ROUTES, out, e);
}

static void answer_lab(struct snap *now, struct watch *w)
{
    static const struct err why = ERR_INIT;
    assert_int_equal(reader.labs--, 1);
    reader.hooks.lab(now, &why, w);
}

static void answer_link(const char *qdisc, struct watch *w)
{
    struct snap_if now = {.index = reader.ifindex};
    snprintf(now.qdisc, sizeof now.qdisc, "%s", qdisc);
    assert_int_equal(reader.links--, 1);
    reader.hooks.link(0, reader.ifindex, &now, w);
}

static void on_event(const struct watch_event *ev, void *ctx)
{
    (void)ctx;
    struct buf b = BUF_INIT;
    if (ev->what == WATCH_STATS) {
        told.stats++;
        return;
    }
    watch_words(ev, &b);
    assert_true(told.count < ARRAY_LEN(told.words));
    snprintf(told.words[told.count], sizeof told.words[0], "%s", buf_str(&b));
    told.count++;
    buf_fini(&b);
}

static struct watch *started(void)
{
    struct watch *w = NULL;
    struct err e = ERR_INIT;
    memset(&told, 0, sizeof told);
    memset(&loop, 0, sizeof loop);
    if (watch_start(&loop, &lab, on_event, NULL, &w, &e) < 0)
        fail_msg("%s", e.text);
    return w;
}

static bool is_told(const char *words)
{
    for (size_t i = 0; i < told.count; i++)
        if (strcmp(told.words[i], words) == 0)
            return true;
    return false;
}

static void wait_for(const char *words)
{
    int64_t deadline_ns = clock_mono_ns() + 10 * CLOCK_NS_PER_S;
    while (!is_told(words) && clock_mono_ns() < deadline_ns)
        testloop_step(&loop, 50);
    if (!is_told(words))
        fail_msg("not told: %s", words);
}

static void serve_what_is_there(void)
{
    while (testloop_step(&loop, 100))
        ;
}

/* Events wait in the kernel until all is read again, and none of them is lost or told twice. */
static void reading_again_holds_nothing_up(void **state)
{
    (void)state;
    struct watch *w = started();
    struct snap *then = NULL;
    struct err e = ERR_INIT;
    testlab_sh(&lab, "for n in $1 $2; do for i in $(seq 9000); do echo link set lo mtu $((1000 + "
                     "i)); done | on $n ip -batch - & done; wait\n");
    while (reader.labs == 0)
        testloop_step(&loop, 1000);
    assert_int_equal(observe_lab(&lab, OBSERVE_ADDRS | OBSERVE_ROUTES, &then, &e), 0);
    testlab_sh(&lab, "on $1 ip link add s0 type veth peer name s1\n");
    told.count = 0;
    serve_what_is_there(); /* does not read events, nor turn in circles because some were lost */
    assert_int_equal(told.count, 0);
    watch_count(w, CLOCK_NS_PER_S);
    testloop_fire(&loop);
    assert_int_equal(told.stats, 1); /* counters come meanwhile */
    assert_int_equal(reader.labs, 1);
    answer_lab(then, w);
    assert_int_equal(watch_resyncs(w), 1);
    assert_true(is_told("events were lost; all was read again, and what follows are the "
                        "differences"));
    wait_for("s0 appeared");
    testlab_sh(&lab, "on $1 ip link del s0\n");
    wait_for("s0 was deleted");
    assert_int_equal(reader.labs, 0);
    watch_stop(w);
    assert_true(testloop_is_empty(&loop));
}

static void a_lab_that_could_not_be_read_is_read_again(void **state)
{
    (void)state;
    struct watch *w = started();
    struct snap *now = NULL;
    struct err e = ERR_INIT;
    testlab_sh(&lab, "for n in $1 $2; do for i in $(seq 9000); do echo link set lo mtu $((1000 + "
                     "i)); done | on $n ip -batch - & done; wait\n");
    while (reader.labs == 0)
        testloop_step(&loop, 1000);
    answer_lab(NULL, w);
    serve_what_is_there();
    assert_int_equal(watch_resyncs(w), 0);
    assert_int_equal(testloop_fire(&loop), 1);
    assert_int_equal(observe_lab(&lab, OBSERVE_ADDRS | OBSERVE_ROUTES, &now, &e), 0);
    answer_lab(now, w);
    assert_int_equal(watch_resyncs(w), 1);
    watch_stop(w);
}

static void a_late_answer_is_not_believed(void **state)
{
    (void)state;
    testlab_sh(&lab, "on $1 ip link add d0 type veth peer name d1\non $1 ip link set d0 up\n"
                     "on $1 tc qdisc add dev d0 root pfifo\n");
    struct watch *w = started();
    const struct snap_node *n = &watch_snap(w)->node[0];
    assert_string_equal(snap_find_if(n, "d0")->qdisc, "pfifo");
    testlab_sh(&lab, "on $1 tc qdisc del dev d0 root\n");
    while (reader.links == 0)
        testloop_step(&loop, 1000);
    testlab_sh(&lab, "on $1 tc qdisc add dev d0 root bfifo\n"); /* before it is answered */
    wait_for("d0 has the queueing discipline bfifo (was pfifo)");
    assert_int_equal(reader.links, 1);
    answer_link("noqueue", w);
    assert_string_equal(snap_find_if(n, "d0")->qdisc, "bfifo");
    answer_link("bfifo", w); /* it was asked once more */
    assert_int_equal(reader.links, 0);
    testlab_sh(&lab, "on $1 tc qdisc del dev d0 root\n");
    while (reader.links == 0)
        testloop_step(&loop, 1000);
    answer_link("noqueue", w);
    assert_true(is_told("d0 has the queueing discipline noqueue (was bfifo)"));
    testlab_sh(&lab, "on $1 tc qdisc add dev d0 root pfifo\non $1 tc qdisc del dev d0 root\n");
    while (reader.links == 0)
        testloop_step(&loop, 1000);
    testlab_sh(&lab, "on $1 ip link del d0\n");
    wait_for("d0 was deleted");
    answer_link("noqueue", w); /* of what is gone */
    assert_int_equal(reader.links, 0);
    watch_stop(w);
}

static int setup(void **state)
{
    (void)state;
    testlab_init(&lab, NODES);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    testlab_fini(&lab);
    return 0;
}

int main(void)
{
    alarm(120); /* nothing here may wait for ever */
    if (!testns_private())
        return testns_refused("are refused here");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_again_holds_nothing_up),
        cmocka_unit_test(a_lab_that_could_not_be_read_is_read_again),
        cmocka_unit_test(a_late_answer_is_not_believed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
