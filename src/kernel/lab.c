/* SPDX-License-Identifier: BSD-2-Clause */
/* lab: finding running labs by their processes.
 *
 * A holder is pid 1 of a child pid namespace with the title of a lab; a node's first process is a
 * child of the holder with the title LAB/NODE. A process inside a node may give itself any title,
 * but it is never pid 1 of a child namespace of ours together with having the holder as its parent:
 * orphans of a node fall to that node's pid 1. (A node that shares the lab's pid namespace lets its
 * orphans fall to the holder; there the eldest process of a title is the node.) */
#include "kernel/lab.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "init/title.h"
#include "kernel/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* "LAB", "LAB (starting)", "LAB (builder)" or "LAB/NODE". */
struct title_parts {
    char lab[NAME_NODE_MAX + 1];
    char node[NAME_NODE_MAX + 1];
    bool starting;
};

static bool parse_title(const char *title, struct title_parts *out)
{
    char why[128];
    *out = (struct title_parts){0};
    if (strncmp(title, TITLE_PREFIX, strlen(TITLE_PREFIX)) != 0)
        return false;
    const char *p = title + strlen(TITLE_PREFIX);
    size_t n = strcspn(p, "/ ");
    if (n > NAME_NODE_MAX)
        return false;
    memcpy(out->lab, p, n);
    p += n;
    if (*p == '/') {
        if (strlen(p + 1) > NAME_NODE_MAX)
            return false;
        strcpy(out->node, p + 1);
        return !name_fault_node(out->lab, why, sizeof why) &&
               !name_fault_node(out->node, why, sizeof why);
    }
    out->starting = strcmp(p, TITLE_STARTING) == 0;
    return (!*p || out->starting) && !name_fault_node(out->lab, why, sizeof why);
}

void lab_init(struct lab *l)
{
    *l = (struct lab){.pidfd = -1};
}

void lab_fini(struct lab *l)
{
    for (size_t i = 0; i < l->nodes; i++)
        free(l->node[i].name);
    free(l->node);
    free(l->name);
    mem_close_fd(&l->pidfd);
    lab_init(l);
}

void lab_copy(const struct lab *from, struct lab *to)
{
    *to = *from;
    to->pidfd = -1;
    to->name = mem_strdup(from->name);
    to->node_room = from->nodes;
    to->node = mem_zalloc(from->nodes + 1, sizeof *to->node);
    for (size_t i = 0; i < from->nodes; i++) {
        to->node[i] = from->node[i];
        to->node[i].name = mem_strdup(from->node[i].name);
    }
}

void labs_fini(struct labs *l)
{
    for (size_t i = 0; i < l->count; i++)
        lab_fini(&l->item[i]);
    free(l->item);
    *l = (struct labs){0};
}

/* What the walk finds: processes with our titles, not yet believed. */
struct candidate {
    struct proc_info info;
    struct title_parts parts;
};

static int64_t age_of(uint64_t start_ticks)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    int64_t now_ns = (int64_t)now.tv_sec * CLOCK_NS_PER_S + now.tv_nsec;
    int64_t tick_ns = CLOCK_NS_PER_S / sysconf(_SC_CLK_TCK);
    int64_t age = now_ns - (int64_t)start_ticks * tick_ns;
    return age > 0 ? age : 0;
}

static void fill_lab(struct lab *l, const struct candidate *c)
{
    lab_init(l);
    l->name = mem_strdup(c->parts.lab);
    l->uid = c->info.uid;
    l->holder = c->info.pid;
    l->start_ticks = c->info.start_ticks;
    l->age_ns = age_of(c->info.start_ticks);
    l->phase = c->parts.starting || c->info.is_dying ? LAB_STARTING : LAB_RUNNING;
}

struct walk {
    struct candidate *item;
    size_t count, room;
    const char *only;   /* lab name, or NULL */
    bool no_nodes;      /* only holders are looked at: a node costs four files */
    uid_t uid;          /* of `holder` */
    struct lab *holder; /* or NULL; filled in by the first holder that is believed, the last step */
    int failure;        /* -errno: a process could be there and not be read */
};

/* True if it has been read. One that is gone is none of ours; another failure ends the walk, or
 * what cannot be read (EMFILE) would be taken for what is not there. */
static bool is_read(struct walk *w, int r)
{
    bool is_other = r == -ESRCH || r == -EACCES || r == -EPERM;
    if (r < 0 && !is_other && w->failure == 0)
        w->failure = r;
    return r == 0;
}

/* -ESRCH also where the number is that of a thread by now: EINVAL, ENOENT in newer kernels. */
static int open_pidfd(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd >= 0 ? fd : errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
}

static bool is_holder(const struct candidate *c)
{
    return !c->parts.node[0] && c->info.nspids >= 2 && c->info.nspid[c->info.nspids - 1] == 1;
}

static bool has_ended(int pidfd)
{
    struct pollfd p = {.fd = pidfd, .events = POLLIN};
    return poll(&p, 1, 0) != 0;
}

/* pidfd first: what is read behind it is true of it, unless it has ended by then. */
static bool take_holder(struct walk *w, pid_t pid)
{
    struct candidate c;
    _cleanup_fd_ int fd = open_pidfd(pid);
    int r = fd < 0 ? fd : proc_read(pid, &c.info);
    if (!is_read(w, r) || !parse_title(c.info.title, &c.parts) ||
        strcmp(w->only, c.parts.lab) != 0 || !is_holder(&c) || c.info.uid != w->uid ||
        has_ended(fd))
        return false;
    fill_lab(w->holder, &c);
    w->holder->pidfd = mem_steal_fd(&fd);
    return true;
}

static bool collect(pid_t pid, const char *title, void *ctx)
{
    struct walk *w = ctx;
    struct title_parts parts;
    if (!parse_title(title, &parts) || (w->only && strcmp(w->only, parts.lab) != 0) ||
        (w->no_nodes && parts.node[0]))
        return true;
    if (w->holder)
        return !take_holder(w, pid) && w->failure == 0;
    mem_grow(&w->item, &w->room, w->count, sizeof *w->item);
    struct candidate *c = &w->item[w->count];
    if (is_read(w, proc_read(pid, &c->info)) && parse_title(c->info.title, &c->parts))
        w->count++;
    return w->failure == 0;
}

static int by_creation(const void *a, const void *b)
{
    const struct lab_node *x = a, *y = b;
    if (x->start_ticks != y->start_ticks)
        return x->start_ticks < y->start_ticks ? -1 : 1;
    return x->pid - y->pid;
}

static bool has_node(const struct lab *l, const char *name)
{
    for (size_t i = 0; i < l->nodes; i++)
        if (strcmp(l->node[i].name, name) == 0)
            return true;
    return false;
}

static void add_nodes(struct lab *l, const struct walk *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct candidate *c = &w->item[i];
        /* One that was killed is no node any more, though it may need a moment to end. */
        if (!c->parts.node[0] || c->info.ppid != l->holder || c->info.is_dying)
            continue;
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        l->node[l->nodes++] = (struct lab_node){
            .name = mem_strdup(c->parts.node),
            .pid = c->info.pid,
            .start_ticks = c->info.start_ticks,
        };
    }
    if (l->nodes)
        qsort(l->node, l->nodes, sizeof *l->node, by_creation);
    size_t kept = 0; /* the eldest of a name is the node */
    for (size_t i = 0, all = l->nodes; i < all; i++) {
        struct lab_node n = l->node[i];
        l->nodes = kept;
        if (has_node(l, n.name))
            free(n.name);
        else
            l->node[kept++] = n;
    }
    l->nodes = kept;
}

static int by_name(const void *a, const void *b)
{
    const struct lab *x = a, *y = b;
    int c = strcmp(x->name, y->name);
    return c ? c : x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int walk_all(struct walk *w, struct err *e)
{
    int r = proc_walk(TITLE_PREFIX, collect, w);
    if (r == 0)
        r = w->failure;
    if (r < 0)
        return err_set(e, -r, "cannot read /proc, where running labs are found");
    return 0;
}

int labs_find(uid_t uid, bool with_nodes, struct labs *out, struct err *e)
{
    struct walk w = {.no_nodes = !with_nodes};
    int r = walk_all(&w, e);
    for (size_t i = 0; r == 0 && i < w.count; i++) {
        const struct candidate *c = &w.item[i];
        if (!is_holder(c) || (uid != (uid_t)-1 && c->info.uid != uid))
            continue;
        mem_grow(&out->item, &out->room, out->count, sizeof *out->item);
        struct lab *l = &out->item[out->count++];
        fill_lab(l, c);
        if (with_nodes)
            add_nodes(l, &w);
    }
    free(w.item);
    if (out->count)
        qsort(out->item, out->count, sizeof *out->item, by_name);
    return r;
}

/* Another user who has a lab of that name, for root, who can reach it. */
static bool find_other(const char *name, uid_t uid, uid_t *other)
{
    struct labs all = {0};
    struct err ignored = ERR_INIT;
    bool found = false;
    if (geteuid() == 0 && labs_find((uid_t)-1, false, &all, &ignored) == 0)
        for (size_t i = 0; i < all.count && !found; i++) {
            found = all.item[i].uid != uid && strcmp(all.item[i].name, name) == 0;
            *other = all.item[i].uid;
        }
    labs_fini(&all);
    return found;
}

static int no_such_lab(const char *name, uid_t uid, struct err *e)
{
    struct labs all = {0};
    struct err ignored = ERR_INIT;
    const char *near = NULL;
    uid_t other;
    if (labs_find(uid, false, &all, &ignored) == 0) {
        const char **names = mem_zalloc(all.count + 1, sizeof *names);
        for (size_t i = 0; i < all.count; i++)
            names[i] = all.item[i].name;
        near = text_nearest(name, names);
        free(names);
    }
    _cleanup_free_ char *clean = text_clean_dup(name);
    if (find_other(name, uid, &other))
        err_set(e, 0, "no lab \"%s\" of user %u is running, but user %u has one: --uid %u", clean,
                uid, other, other);
    else
        err_set(e, 0,
                near ? "no lab \"%s\" is running: did you mean \"%s\"?"
                     : "no lab \"%s\" is running",
                clean, near);
    e->num = ENOENT;
    labs_fini(&all);
    return -ENOENT;
}

/* pidfd first, then everything the walk believed is read again and must agree. -ESRCH, and only
 * that: it is not there any more. `title`: of a node; one that was killed counts as ended. */
static int pidfd_verified(pid_t pid, const char *title, uid_t uid, uint64_t start_ticks)
{
    _cleanup_fd_ int fd = open_pidfd(pid);
    if (fd < 0)
        return fd;
    struct proc_info now;
    int r = proc_read(pid, &now);
    if (r < 0)
        return r;
    if (now.uid != uid || now.start_ticks != start_ticks ||
        (title && (now.is_dying || strcmp(now.title, title) != 0)))
        return -ESRCH;
    return has_ended(fd) ? -ESRCH : mem_steal_fd(&fd);
}

int lab_open(const char *name, uid_t uid, struct lab *out, struct err *e)
{
    struct walk w = {.only = name};
    lab_init(out);
    int r = walk_all(&w, e);
    bool found = false;
    for (size_t i = 0; r == 0 && i < w.count && !found; i++) {
        const struct candidate *c = &w.item[i];
        if (!is_holder(c) || c->info.uid != uid)
            continue;
        fill_lab(out, c);
        out->pidfd = pidfd_verified(out->holder, NULL, uid, out->start_ticks);
        found = out->pidfd >= 0;
        if (!found && out->pidfd != -ESRCH)
            r = err_set(e, -out->pidfd, "cannot reach the holder of lab %s (pid %d)", name,
                        out->holder);
        if (found)
            add_nodes(out, &w);
        else
            lab_fini(out);
    }
    free(w.item);
    return r == 0 && !found ? no_such_lab(name, uid, e) : r;
}

int lab_open_holder(const char *name, uid_t uid, pid_t hint, struct lab *out, struct err *e)
{
    struct walk w = {.only = name, .no_nodes = true, .uid = uid, .holder = out};
    lab_init(out);
    if (hint > 0 && take_holder(&w, hint))
        return 0;
    w.failure = 0; /* the hint may be of a process that is not ours to see */
    int r = walk_all(&w, e);
    return r == 0 && out->pidfd < 0 ? -ENOENT : r;
}

int lab_none(const char *name, uid_t uid, struct err *e)
{
    return no_such_lab(name, uid, e);
}

int lab_find_node(const struct lab *l, const char *name, struct err *e)
{
    for (size_t i = 0; i < l->nodes; i++)
        if (strcmp(l->node[i].name, name) == 0)
            return (int)i;
    const char **names = mem_zalloc(l->nodes + 1, sizeof *names);
    for (size_t i = 0; i < l->nodes; i++)
        names[i] = l->node[i].name;
    const char *near = text_nearest(name, names);
    _cleanup_free_ char *clean = text_clean_dup(name);
    if (near)
        err_set(e, 0, "lab %s has no node \"%s\": did you mean \"%s\"?", l->name, clean, near);
    else
        err_set(e, 0, "lab %s has no node \"%s\" running", l->name, clean);
    free(names);
    e->num = ENOENT;
    return -ENOENT;
}

void lab_expect_nodes(struct lab *l, const char *const *names, size_t count)
{
    for (size_t i = 0; i < l->nodes; i++)
        free(l->node[i].name);
    free(l->node);
    l->node = mem_zalloc(count + 1, sizeof *l->node);
    l->nodes = count;
    l->node_room = count + 1;
    for (size_t i = 0; i < count; i++)
        l->node[i] = (struct lab_node){.name = mem_strdup(names[i]), .pid = -1};
}

void lab_add_missing(struct lab *l, const char *const *names, size_t count)
{
    for (size_t i = 0, at = 0; i < count; i++, at++) {
        size_t is = 0;
        while (is < l->nodes && strcmp(l->node[is].name, names[i]) != 0)
            is++;
        if (is < l->nodes) {
            at = is;
            continue;
        }
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        memmove(&l->node[at + 1], &l->node[at], (l->nodes - at) * sizeof *l->node);
        l->node[at] = (struct lab_node){.name = mem_strdup(names[i]), .pid = -1};
        l->nodes++;
    }
}

int lab_list_nodes(const struct lab *l, struct lab *now, struct err *e)
{
    struct walk w = {.only = l->name};
    lab_init(now);
    now->holder = l->holder;
    int r = walk_all(&w, e);
    if (r == 0)
        add_nodes(now, &w);
    free(w.item);
    return r;
}

static const struct lab_node *node_called(const struct lab *l, const char *name)
{
    for (size_t i = 0; i < l->nodes; i++)
        if (strcmp(l->node[i].name, name) == 0)
            return &l->node[i];
    return NULL;
}

static void fill_nodes(struct lab *l, const struct lab *now)
{
    for (size_t i = 0; i < l->nodes; i++) {
        if (l->node[i].pid == 0)
            continue;
        const struct lab_node *n = node_called(now, l->node[i].name);
        l->node[i].pid = n ? n->pid : -1;
        l->node[i].start_ticks = n ? n->start_ticks : 0;
    }
}

int lab_find_nodes(struct lab *l, struct err *e)
{
    struct lab now;
    int r = lab_list_nodes(l, &now, e);
    if (r == 0)
        fill_nodes(l, &now);
    lab_fini(&now);
    return r;
}

bool lab_has_news(const struct lab *l, const struct lab *now)
{
    for (size_t i = 0; i < now->nodes; i++) {
        const struct lab_node *n = node_called(l, now->node[i].name);
        if (!n || (n->pid != 0 &&
                   (n->pid != now->node[i].pid || n->start_ticks != now->node[i].start_ticks)))
            return true;
    }
    return false;
}

size_t lab_take_nodes(struct lab *l, const struct lab *now)
{
    size_t had = l->nodes;
    struct lab_node machine = {.name = NULL};
    bool has_machine = had && l->node[had - 1].pid == 0;
    fill_nodes(l, now);
    if (has_machine)
        machine = l->node[--l->nodes];
    for (size_t i = 0; i < now->nodes; i++) {
        const struct lab_node *n = &now->node[i];
        if (has_node(l, n->name) || (has_machine && strcmp(n->name, machine.name) == 0))
            continue;
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        l->node[l->nodes++] = (struct lab_node){mem_strdup(n->name), n->pid, n->start_ticks};
    }
    if (has_machine) {
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        l->node[l->nodes++] = machine;
    }
    return l->nodes - had;
}

uint64_t lab_children(const struct lab *l)
{
    char path[64], text[4096];
    uint64_t mark = 0xcbf29ce484222325u; /* FNV-1a */
    ssize_t n;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", l->holder, l->holder);
    _cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    while ((n = read(fd, text, sizeof text)) > 0)
        for (ssize_t i = 0; i < n; i++)
            mark = (mark ^ (unsigned char)text[i]) * 0x100000001b3u;
    return n < 0 ? 0 : mark;
}

void lab_add_machine(struct lab *l)
{
    mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
    l->node[l->nodes++] = (struct lab_node){.name = mem_strdup("host")};
}

static int own_pidfd(struct err *e)
{
    int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    return fd < 0 ? err_set(e, errno, "cannot open a descriptor of our own process") : fd;
}

int lab_node_pidfd(const struct lab *l, size_t node, struct err *e)
{
    const struct lab_node *n = &l->node[node];
    if (n->pid == 0)
        return own_pidfd(e);
    if (n->pid < 0)
        return err_set(e, ESRCH, "node %s of lab %s is not there", n->name, l->name);
    char title[PROC_TITLE_MAX];
    snprintf(title, sizeof title, TITLE_PREFIX "%s/%s", l->name, n->name);
    int fd = pidfd_verified(n->pid, title, l->uid, n->start_ticks);
    if (fd == -ESRCH)
        return err_set(e, ESRCH, "node %s of lab %s is not running", n->name, l->name);
    if (fd < 0)
        return err_set(e, -fd, "cannot reach the first process of node %s (pid %d)", n->name,
                       n->pid);
    return fd;
}

int lab_node_netns(const struct lab *l, size_t node, struct err *e)
{
    const struct lab_node *n = &l->node[node];
    _cleanup_fd_ int pidfd = lab_node_pidfd(l, node, e);
    if (pidfd < 0)
        return pidfd;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", n->pid ? n->pid : getpid());
    _cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno, "cannot open the network namespace of node %s", n->name);
    if (has_ended(pidfd))
        return err_set(e, ESRCH, "node %s of lab %s is not running", n->name, l->name);
    return mem_steal_fd(&fd);
}

int lab_enter_userns(struct lab *l, struct err *e)
{
    struct proc_ns ours, theirs;
    int r = proc_ns(0, "user", &ours);
    if (r == 0)
        r = proc_ns(l->holder, "user", &theirs);
    if (r < 0)
        return err_set(e, -r, "cannot read the user namespace of lab %s", l->name);
    if (ours.dev == theirs.dev && ours.ino == theirs.ino)
        return 0;
    if (setns(l->pidfd, CLONE_NEWUSER) < 0)
        return err_set(e, errno, "cannot enter the user namespace of lab %s", l->name);
    struct proc_info now;
    r = proc_read(l->holder, &now);
    if (r < 0 && r != -ESRCH)
        return err_set(e, -r, "cannot look at the holder of lab %s", l->name);
    if (r < 0 || now.start_ticks != l->start_ticks)
        return err_set(e, ESRCH, "lab %s ended", l->name);
    l->uid = now.uid;
    return 0;
}
