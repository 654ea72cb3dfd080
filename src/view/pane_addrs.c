/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_addrs: a node's addresses alone, a row each. */
#include "view/pane.h"

#include "base/mem.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

static int name_width(const struct snap_node *n, const struct canvas *c)
{
    int widest = 4;
    for (size_t i = 0; i < n->ifs; i++) {
        int width = canvas_width(c, n->iface[i].name);
        widest = width > widest ? width : widest;
    }
    return widest;
}

void pane_addrs_header(const struct pane *p, struct area a)
{
    area_fill(area_part(a, 0, 0, 1, a.cols), STYLE_HEADER, " ");
    area_text_in(a, 0, 1, a.cols - 2, STYLE_HEADER, "LINK");
    area_text_in(a, 0, 2 + name_width(&p->d->snap->node[p->node], a.canvas), a.cols, STYLE_HEADER,
                 "ADDRESS");
}

/* As the word behind it says, if it is none that everybody expects. */
static const char *remark(const struct snap_addr *a)
{
    return a->flags & IFA_F_DADFAILED      ? " dadfailed"
           : a->flags & IFA_F_TENTATIVE    ? " tentative"
           : a->flags & IFA_F_SECONDARY    ? " secondary"
           : !(a->flags & IFA_F_PERMANENT) ? " dynamic"
                                           : "";
}

/* `width`: of the names. */
static void put_address(struct area a, int row, int width, const struct snap_if *i,
                        const struct snap_addr *addr)
{
    bool wrong = addr->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
    char prefix[IP_TEXT_MAX];
    _cleanup_free_ char *text =
        mem_printf("%s%s", ip_prefix_format(&addr->prefix, prefix), remark(addr));
    area_text_in(a, row, 1, width, STYLE_TITLE, i->name);
    area_text_in(a, row, 2 + width, a.cols - 3 - width, wrong ? STYLE_WARN : STYLE_PLAIN, text);
}

/* Of each interface IPv4 comes first, as ip(8) tells them. */
struct pane_list pane_addrs(const struct pane *p, struct area a, int skip, enum pane_detail detail)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};
    const struct snap_node *n = &p->d->snap->node[p->node];
    struct pane_list l = {0};
    int width = name_width(n, a.canvas);
    (void)detail;
    _cleanup_free_ const struct snap_if **list = view_links(n);
    for (size_t i = 0; i < n->ifs * ARRAY_LEN(families); i++) {
        const struct snap_if *x = list[i / ARRAY_LEN(families)];
        for (size_t k = 0; k < x->addrs; k++) {
            if (x->addr[k].prefix.addr.family != families[i % ARRAY_LEN(families)])
                continue;
            int row = l.rows++ - skip;
            l.before += row < 0;
            l.after += row >= a.rows;
            put_address(a, row, width, x, &x->addr[k]);
        }
    }
    if (l.rows == 0)
        area_text_in(a, 0, 1, a.cols - 1, STYLE_DIM, "no addresses");
    return l;
}
