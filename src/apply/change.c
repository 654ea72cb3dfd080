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

struct reading {
    struct values *values;
    struct identity *identity;
};

static int read_more(size_t index, void *ctx, struct err *e)
{
    struct reading *r = ctx;
    int n = values_read_node(index, r->values, e);
    return n < 0 ? n : identity_read_node(index, r->identity, e);
}

static int read_lab(const struct lab *l, const struct topo *want, struct change *c, struct err *e)
{
    struct reading reading = {values_new(l, want, c->was), identity_new(l, want, c->was)};
    bool has_machine = false;
    c->values = reading.values;
    int r = observe_lab_also(l, OBSERVE_ADDRS | OBSERVE_ROUTES, read_more, &reading, &c->is, e);
    identity_put(reading.identity, c->is);
    if (r == 0)
        r = observe_add_machine(c->is, &has_machine, e);
    if (r == 0 && has_machine)
        values_read_machine(c->values);
    return r == 0 ? values_read_new(c->values, e) : r;
}

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
    if (r == 0)
        r = read_lab(l, want, out, e);
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
