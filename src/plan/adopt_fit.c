/* SPDX-License-Identifier: BSD-2-Clause */
/* adopt_fit: what a topology cannot have is taken out of one that was read from a running lab: two
 * nodes with one address, a gateway that is on no link, an interface with an odd name. */
#include "plan/adopt.h"

#include "model/check.h"

#include <stdlib.h>
#include <string.h>

static bool drop_prefix(struct topo_prefixes *list, uint32_t line)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].mark.line == line) {
            memmove(&list->item[i], &list->item[i + 1],
                    (list->count-- - i - 1) * sizeof *list->item);
            return true;
        }
    return false;
}

static bool drop_of_node(struct topo_node *n, uint32_t line)
{
    for (size_t i = 0; i < n->routes; i++)
        if (n->route[i].mark.line == line) {
            free(n->route[i].dev);
            memmove(&n->route[i], &n->route[i + 1], (n->routes-- - i - 1) * sizeof *n->route);
            return true;
        }
    for (size_t i = 0; i < n->sysctls; i++)
        if (n->sysctl[i].mark.line == line) {
            free(n->sysctl[i].key);
            free(n->sysctl[i].value);
            memmove(&n->sysctl[i], &n->sysctl[i + 1], (n->sysctls-- - i - 1) * sizeof *n->sysctl);
            return true;
        }
    return drop_prefix(&n->prefix, line);
}

static void drop_link(struct topo *t, size_t i)
{
    for (int k = 0; k < 2; k++) {
        free(t->link[i].end[k].ifname);
        free(t->link[i].end[k].prefix.item);
    }
    memmove(&t->link[i], &t->link[i + 1], (t->links-- - i - 1) * sizeof *t->link);
}

/* A fault of a link that stands at its mark, or an end's, is one of the link as a whole. */
static bool drop(struct topo *t, uint32_t line)
{
    for (size_t i = 0; i < t->nodes; i++)
        if (drop_of_node(&t->node[i], line))
            return true;
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++) {
            struct topo_end *end = &t->link[i].end[k];
            if (t->link[i].mark.line == line || end->mark.line == line) {
                drop_link(t, i);
                return true;
            }
            if (drop_prefix(&end->prefix, line))
                return true;
        }
    return false;
}

void adopt_fit(struct topo *t)
{
    bool again = true;
    while (again) {
        struct faults f;
        faults_init(&f);
        topo_check(t, &f);
        again = false;
        for (size_t i = 0; i < f.count; i++)
            if (f.item[i].kind == FAULT_ERROR && f.item[i].mark.line)
                again |= drop(t, f.item[i].mark.line);
        faults_fini(&f);
    }
}
