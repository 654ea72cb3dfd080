/* SPDX-License-Identifier: BSD-2-Clause */
/* change: see the header. */
#include "apply/change.h"

#include "apply/identity.h"
#include "apply/keep.h"
#include "apply/values.h"
#include "kernel/observe.h"
#include "plan/adopt.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

int change_read(struct lab *l, const struct topo *want, struct change *out, struct err *e)
{
    struct err unknown = ERR_INIT;
    *out = (struct change){0};
    /* The record is found with the owner's id as we see it, so before the user namespace. */
    if (keep_is_made_of(l, want))
        out->was = want;
    else if (keep_find_topo(l, &out->recorded, &unknown) == 0)
        out->was = out->recorded;
    int r = lab_enter_userns(l, e);
    out->values = values_new(l, want, out->was);
    if (r == 0)
        r = observe_lab_also(l, OBSERVE_ADDRS | OBSERVE_ROUTES, values_read_node, out->values,
                             &out->is, e);
    bool has_machine = false;
    if (r == 0)
        r = observe_add_machine(out->is, &has_machine, e);
    if (r == 0 && has_machine)
        values_read_machine(out->values);
    if (r == 0)
        r = identity_read(l, want, out->was, out->is, e);
    if (r == 0)
        r = values_read_new(out->values, e);
    if (r < 0) {
        change_fini(out);
        return r;
    }
    struct plan_values values = values_source(out->values);
    plan_diff(want, out->is, out->was, &values, &out->diff);
    return 0;
}

bool change_is_none(struct lab *l, const struct topo *want)
{
    struct change c;
    struct err none = ERR_INIT;
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(change_read(l, want, &c, &none) == 0 && c.diff.ops.count == 0 ? 0 : 1);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct topo *change_adopt(const struct change *c, const struct topo *want, struct plan_diff *rest)
{
    struct plan_values values = values_source(c->values);
    struct topo *t = plan_adopt(want, c->is, c->was, &values);
    plan_diff(t, c->is, c->was, &values, rest);
    return t;
}

void change_fini(struct change *c)
{
    plan_diff_fini(&c->diff);
    values_free(c->values);
    snap_free(c->is);
    topo_free(c->recorded);
    *c = (struct change){0};
}
