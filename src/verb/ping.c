/* SPDX-License-Identifier: BSD-2-Clause */
/* ping: from one node to another, or all to all; ICMP echo of our own, no ping(8) is needed. */
#include "verb/ping.h"

#include "base/clock.h"
#include "kernel/observe.h"
#include "verb/common.h"
#include "verb/verbs.h"

#include <unistd.h>

static const struct opt opts[] = {
    {'a', "all", OPT_FLAG, offsetof(struct ping_options, all), NULL, "each node pings each other"},
    {'c', "count", OPT_INT(1, 1000000000, NULL, NULL), offsetof(struct ping_options, count), "N",
     "stop after N pings"},
    {'i', "interval", OPT_SECONDS(CLOCK_NS_PER_MS, 3600 * CLOCK_NS_PER_S, NULL),
     offsetof(struct ping_options, interval_ns), "SEC", "between two pings: 1"},
    {'s', "size", OPT_INT(0, 65507, "56", "bytes"), offsetof(struct ping_options, payload), "N",
     "data in each ping"},
    {'W', "wait", OPT_SECONDS(CLOCK_NS_PER_MS, 3600 * CLOCK_NS_PER_S, NULL),
     offsetof(struct ping_options, wait_ns), "SEC",
     "how long the last answer is waited for: 10; with --all each answer: 1"},
    {'w', "deadline", OPT_SECONDS(CLOCK_NS_PER_MS, 1000000 * CLOCK_NS_PER_S, NULL),
     offsetof(struct ping_options, deadline_ns), "SEC", "end after SEC, whatever was answered"},
    {'4', "ipv4", OPT_FLAG, offsetof(struct ping_options, v4), NULL, "IPv4 only"},
    {'6', "ipv6", OPT_FLAG, offsetof(struct ping_options, v6), NULL, "IPv6 only"},
    {0, "json", OPT_FLAG, offsetof(struct ping_options, json), NULL, "print JSON"},
    {0},
};

static int run_in_lab(struct lab *lab, char **operand, const struct ping_options *o, struct err *e)
{
    struct snap *snap = NULL;
    int from = o->all ? 0 : lab_find_node(lab, operand[0], e);
    int r = from < 0 ? from : lab_enter_userns(lab, e);
    if (r == 0)
        r = observe_lab(lab, OBSERVE_ADDRS, &snap, e);
    bool has_machine = false;
    if (r == 0 && o->all)
        r = observe_add_machine(snap, &has_machine, e);
    if (has_machine)
        lab_add_machine(lab);
    if (r < 0) {
        snap_free(snap);
        return (int)e->exit;
    }
    int code =
        o->all ? ping_all(lab, snap, o, e) : ping_pair(lab, snap, (size_t)from, operand[1], o, e);
    snap_free(snap);
    return code;
}

static int run_ping(const struct verb_call *c, struct err *e)
{
    const struct ping_options *o = c->options;
    struct lab lab;
    lab_init(&lab);
    int operands = o->all ? 0 : 2, code = EXIT_FAILED;
    bool named = c->argc > operands;
    if (o->v4 && o->v6)
        return err_set_exit(e, EXIT_USAGE, 0, "ping: --ipv4 and --ipv6 exclude each other"),
               EXIT_USAGE;
    if (o->all && (o->count || o->interval_ns || o->deadline_ns))
        return err_set_exit(e, EXIT_USAGE, 0,
                            "ping: --all pings once: no --count, --interval or --deadline"),
               EXIT_USAGE;
    if (c->argc < operands || c->argc > operands + 1)
        return err_set_exit(e, EXIT_USAGE, 0, "ping: give [LAB] and %s",
                            o->all ? "no node with --all" : "two nodes, or --all"),
               EXIT_USAGE;
    int r = common_open(c, named ? c->argv[0] : NULL, &lab, e);
    code = r < 0 ? (int)e->exit : run_in_lab(&lab, c->argv + named, o, e);
    lab_fini(&lab);
    return code;
}

const struct verb verb_ping = {
    .name = "ping",
    .synopsis = "[-c N] [-i SEC] [-s N] [-W SEC] [LAB] A B | --all [LAB]",
    .summary = "Pings from node A to node or address B, or from each to each",
    .details =
        "Prints what ping(8) prints: a line for each answer; on Ctrl-C, or after the count,\n"
        "the statistics; exit code 0 if anything was answered, else 1, or 2 where nothing could "
        "be\n"
        "sent (no route). The address of B is\n"
        "that on a link or bridge which both share, else its first; IPv4 if both have it.\n"
        "-q leaves out the lines of answers. LAB may be left out where one lab runs.\n\n"
        "--all: each node that has addresses pings each other such node, once for each family\n"
        "that both have. Who does not answer is asked once more, and is unanswered after --wait.\n"
        "Prints the times as a matrix (in large labs a sign for each pair, or only what is\n"
        "missing; with -q nothing of it) and a sentence; exit code 0 only if all answered. Where\n"
        "the neighbour entries (ARP, NDP) that this causes do not fit into the machine's one\n"
        "table, they are deleted as it goes, and only they.\n\n"
        "--json prints one object with \"format\": \"vethlab-ping\" or \"vethlab-ping-all\"; its\n"
        "keys are described in vethlab-ping.json.md among the documents.",
    .opts = opts,
    .options_size = sizeof(struct ping_options),
    .min_operands = 0,
    .max_operands = 3,
    .others = true,
    .run = run_ping,
};
