/* SPDX-License-Identifier: BSD-2-Clause */
/* lesson: see the header. The commands are those of a person who has only the two shells. */
#include "view/lesson.h"

#include "base/mem.h"
#include "view/frame.h"
#include "view/nodes.h"

#include <stdlib.h>

#define INDENT 4 /* of a command */

/* The node whose shell begins, and the one that it reaches by its number. */
struct pair {
    size_t seer, other;
};

/* Those that run, if there are such ones. */
static bool find_pair(const struct view_data *d, struct pair *p)
{
    for (int gone = 0; gone < 2; gone++)
        for (p->other = 0; p->other < d->nodes; p->other++) {
            p->seer = nodes_seer(d, p->other);
            if (p->seer < d->nodes && d->snap->node[p->other].gone == gone)
                return true;
        }
    return false;
}

bool lesson_has(const struct view_data *d)
{
    struct pair p;
    return find_pair(d, &p);
}

/* Frees `text`. */
static void put(struct flow *f, enum canvas_style style, char *text)
{
    f->left = f->col = style == STYLE_KEY ? 1 + INDENT : 1;
    flow_add(f, style, text);
    flow_break(f);
    free(text);
}

/* How its shell is reached from another one. */
static char *way_to(size_t node, const struct view_ui *ui)
{
    char prefix[16];
    ui_prefix_way(ui, prefix);
    return node < 9 ? mem_printf("%s, then %zu", prefix, node + 1)
                    : mem_printf("%s, then Tab", prefix);
}

int lesson_draw(struct area a, int row, const struct view_data *d, const struct view_ui *ui)
{
    struct pair p;
    struct flow f = {.a = a, .row = row};
    char prefix[16];
    if (!find_pair(d, &p))
        return row;
    const char *one = d->snap->node[p.seer].name, *two = d->snap->node[p.other].name;
    int pid = d->node[p.other].lab_pid;
    _cleanup_free_ char *to_one = way_to(p.seer, ui), *to_two = way_to(p.other, ui);
    put(&f, STYLE_TITLE, mem_printf("The experiment by hand: a cable between %s and %s", one, two));
    put(&f, STYLE_HELP,
        mem_printf("Arrows to %s, Enter: its shell, where %s is process %d:", one, two, pid));
    put(&f, STYLE_KEY, mem_printf("ip link add ve1 type veth peer name ve2 netns %d", pid));
    put(&f, STYLE_KEY, mem_printf("ip link set ve1 up"));
    put(&f, STYLE_KEY, mem_printf("ip addr add 192.168.168.100/24 dev ve1"));
    put(&f, STYLE_HELP,
        mem_printf("The tables show both ends; NO-CARRIER: the other end is still down."));
    put(&f, STYLE_HELP, mem_printf("%s: the shell of %s:", to_two, two));
    put(&f, STYLE_KEY, mem_printf("ip link set ve2 up"));
    put(&f, STYLE_KEY, mem_printf("ip addr add 192.168.168.168/24 dev ve2"));
    put(&f, STYLE_KEY, mem_printf("ping -c 3 192.168.168.100"));
    put(&f, STYLE_HELP,
        mem_printf("Both ends are UP and have carrier, and the view's own pings begin."));
    put(&f, STYLE_HELP, mem_printf("%s: back in %s; down and up shows at both ends:", to_one, one));
    put(&f, STYLE_KEY, mem_printf("ip link set ve1 down"));
    put(&f, STYLE_KEY, mem_printf("ip link set ve1 up"));
    put(&f, STYLE_KEY, mem_printf("ip link del ve1"));
    put(&f, STYLE_HELP,
        mem_printf("It was one cable: both ends are gone (so it is after kill -9 %d).", pid));
    put(&f, STYLE_HELP,
        mem_printf("%s, then q: from a shell back to the view; there q leaves.",
                   ui_prefix_way(ui, prefix)));
    return f.row + 1;
}
