/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_inside: see the header. */
#include "apply/builder_inside.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void builder_enter(int pidfd, int flags, int channel, void (*inside)(void *ctx),
                             void *ctx)
{
    struct err e = ERR_INIT;
    pid_t pid = -1;
    if (setns(pidfd, flags) == 0) {
        prctl(PR_SET_DUMPABLE, 1); /* or the owner may not look at the nodes */
        pid = fork();
    }
    if (pid == 0) {
        /* Nor do the nodes need our caller's groups; with a single id they stay (EPERM). */
        if (setgroups(0, NULL) < 0 && errno != EPERM) {
            err_set(&e, errno, "cannot drop the supplementary groups");
            builder_fail(channel, &e);
        }
        inside(ctx);
        _exit(1);
    }
    if (pid < 0) {
        err_set(&e, errno, "cannot enter the lab's namespaces");
        builder_fail(channel, &e);
    }
    close(channel);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    _exit(0);
}

void builder_tell(int channel, enum build_message kind, const void *data, size_t len)
{
    char message[sizeof(struct err) + 1];
    if (len > sizeof message - 1)
        len = sizeof message - 1;
    message[0] = (char)kind;
    memcpy(message + 1, data, len);
    send(channel, message, len + 1, MSG_NOSIGNAL);
}

_Noreturn void builder_fail(int channel, const struct err *e)
{
    builder_tell(channel, BUILD_ERROR, e, sizeof *e);
    _exit(1);
}

bool builder_hear(int channel, int flags, struct builder_heard *out)
{
    char message[sizeof(struct err) + 1];
    ssize_t n;
    do
        n = recv(channel, message, sizeof message, flags);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return false;
    *out = (struct builder_heard){0};
    if (n <= 0)
        return true;
    out->kind = message[0];
    out->len = (size_t)n - 1;
    memcpy(out->data, message + 1, out->len);
    if ((out->kind == BUILD_ERROR || out->kind == BUILD_AGAIN) && out->len != sizeof(struct err))
        out->kind = 0;
    return true;
}

int builder_heard_err(const struct builder_heard *h, struct err *e)
{
    memcpy(e, h->data, sizeof *e);
    return e->num ? -e->num : -EINVAL;
}
