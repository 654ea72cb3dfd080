/* SPDX-License-Identifier: BSD-2-Clause */
/* hostnet: see the header. */
#include "kernel/hostnet.h"

#include "base/mem.h"
#include "base/name.h"
#include "kernel/observe_read.h"
#include "kernel/proc.h"
#include "model/op.h"

#include <errno.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAG_PREFIX  OP_TAG_PREFIX
#define BOOT_ID_MAX 40

int hostnet_tag(const char *lab, uid_t uid, char *tag, size_t size, struct err *e)
{
    char boot[BOOT_ID_MAX];
    int r = proc_boot_id(boot, sizeof boot);
    if (r < 0)
        return err_set(e, -r, "cannot read the boot id, by which this lab's interfaces are known");
    snprintf(tag, size, TAG_PREFIX "%s:%u:%s", lab, uid, boot);
    return 0;
}

bool hostnet_tag_parse(const char *alias, uid_t uid, const char *boot_id, char *lab, size_t size)
{
    char rest[HOSTNET_TAG_MAX], why[128];
    if (!alias || strncmp(alias, TAG_PREFIX, strlen(TAG_PREFIX)) != 0)
        return false;
    const char *name = alias + strlen(TAG_PREFIX);
    size_t n = strcspn(name, ":");
    if (n == 0 || n >= size || n > NAME_NODE_MAX)
        return false;
    snprintf(rest, sizeof rest, ":%u:%s", uid, boot_id);
    if (strcmp(name + n, rest) != 0)
        return false;
    memcpy(lab, name, n);
    lab[n] = '\0';
    return !name_fault_node(lab, why, sizeof why);
}

int hostnet_read(bool routes, struct snap **out, struct err *e)
{
    struct snap *s = snap_new("");
    struct snap_node *host = snap_add_node(s, "host");
    struct nl_sock *sk;
    int r = observe_socket(&sk, e);
    if (r == 0) {
        r = observe_links(sk, OBSERVE_NSID_OWN, host, e);
        if (r == 0 && routes)
            r = observe_routes(sk, host, e);
        nl_socket_free(sk);
    }
    if (r < 0)
        snap_free(s);
    else
        *out = s;
    return r < 0 ? err_prefix(e, "the machine's own network") : 0;
}

static bool is_veth(const struct snap_if *i)
{
    return strcmp(i->kind, "veth") == 0;
}

/* The kernel gives no id for a namespace that nobody holds any more; nor does it for the
 * interface's own, but there the other end is found. */
bool hostnet_is_dying(const struct snap_node *host, const struct snap_if *i)
{
    if (!is_veth(i) || !i->peer_index || i->peer_nsid >= 0)
        return false;
    const struct snap_if *other = snap_if_by_index(host, i->peer_index);
    return !other || other->peer_index != i->index || !is_veth(other);
}

/* Whether it may be an end of the lab, by what itself says. */
static bool is_candidate(const struct snap_if *i, const char *tag)
{
    return is_veth(i) && i->peer_nsid >= 0 && (!i->alias || strcmp(i->alias, tag) == 0);
}

static bool has_candidate(const struct snap_node *host, const char *tag)
{
    for (size_t i = 0; i < host->ifs; i++)
        if (is_candidate(&host->iface[i], tag))
            return true;
    return false;
}

/* The ids that the nodes' namespaces have in ours; OBSERVE_NSID_NONE for those without a link
 * here, and for nodes that have ended. */
static int node_ids(struct nl_sock *sk, const struct lab *l, int32_t *id, struct err *e)
{
    for (size_t i = 0; i < l->nodes; i++) {
        struct err why = ERR_INIT;
        _cleanup_fd_ int fd = lab_node_netns(l, i, &why);
        id[i] = OBSERVE_NSID_NONE;
        if (fd < 0 && fd != -ESRCH && fd != -ENOENT) {
            *e = why;
            return fd;
        }
        if (fd >= 0 && observe_nsid_of_fd(sk, fd, &id[i]) < 0)
            id[i] = OBSERVE_NSID_NONE;
    }
    return 0;
}

int hostnet_each_end(const struct snap_node *host, const struct lab *l, hostnet_fn *fn, void *ctx,
                     struct err *e)
{
    char tag[HOSTNET_TAG_MAX];
    struct nl_sock *sk;
    int r = hostnet_tag(l->name, l->uid, tag, sizeof tag, e);
    if (r < 0 || !has_candidate(host, tag))
        return r;
    struct lab whole; /* `l` may have been opened without its nodes */
    r = lab_open(l->name, l->uid, &whole, e);
    if (r < 0)
        return r;
    r = observe_socket(&sk, e);
    if (r < 0) {
        lab_fini(&whole);
        return r;
    }
    int32_t *id = mem_zalloc(whole.nodes + 1, sizeof *id);
    r = node_ids(sk, &whole, id, e);
    for (size_t i = 0; r == 0 && i < host->ifs; i++)
        for (size_t k = 0; k < whole.nodes && is_candidate(&host->iface[i], tag); k++)
            if (id[k] == host->iface[i].peer_nsid) {
                fn(&host->iface[i], ctx);
                break;
            }
    free(id);
    nl_socket_free(sk);
    lab_fini(&whole);
    return r;
}
