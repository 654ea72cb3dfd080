/* SPDX-License-Identifier: BSD-2-Clause */
/* contestant: see the header. */
#include "contestant.h"

#include "clock.h"
#include "stats.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void path_of(char *path, size_t size, const struct tools *t, const struct lab *l,
                    const char *suffix)
{
    snprintf(path, size, "%s/%s%s", t->dir, l->name, suffix);
}

/* The last line that it said is what matters: before it, there may be a traceback. */
static void note_failure(const char *const argv[], const char *errors)
{
    char line[512], last[512] = "nothing said";
    FILE *f = fopen(errors, "r");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0])
            memcpy(last, line, sizeof last);
    }
    if (f)
        fclose(f);
    stats_note("`%s %s` failed: %s", argv[0], argv[1] ? argv[1] : "", last);
}

double contestant_run(const struct tools *t, const char *const argv[], const char *out,
                      long *rss_kb)
{
    char errors[300];
    posix_spawn_file_actions_t files;
    struct rusage usage;
    pid_t pid;
    int status;
    snprintf(errors, sizeof errors, "%s/errors", t->dir);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    double start = clock_ms();
    int r = posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    if (r) {
        stats_note("`%s` cannot be started: %s", argv[0], strerror(r));
        return -1;
    }
    wait4(pid, &status, 0, &usage);
    double end = clock_ms();
    if (rss_kb)
        *rss_kb = usage.ru_maxrss;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return end - start;
    note_failure(argv, errors);
    return -1;
}

static bool always(const struct tools *t)
{
    (void)t;
    return true;
}

/* --- bare ------------------------------------------------------------------------------------- */
static void nothing(const struct tools *t, const struct lab *l)
{
    (void)t;
    (void)l;
}

static double bare_up(const struct tools *t, const struct lab *l)
{
    return contestant_run(t, (const char *[]){t->bare, "up", l->name, NULL}, "/dev/null", NULL);
}

static double bare_down(const struct tools *t, const struct lab *l)
{
    return contestant_run(t, (const char *[]){t->bare, "down", l->name, NULL}, "/dev/null", NULL);
}

/* --- vethlab ---------------------------------------------------------------------------------- */
static void write_file(const struct tools *t, const struct lab *l, const char *suffix,
                       void (*write)(const struct lab *, FILE *))
{
    char path[300];
    path_of(path, sizeof path, t, l, suffix);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    write(l, f);
    fclose(f);
}

static void vethlab_prepare(const struct tools *t, const struct lab *l)
{
    write_file(t, l, ".lab.yaml", lab_write_yaml);
}

static double up_with(const char *program, const struct tools *t, const struct lab *l)
{
    char path[300];
    path_of(path, sizeof path, t, l, ".lab.yaml");
    return contestant_run(t, (const char *[]){program, "up", path, NULL}, "/dev/null", NULL);
}

static double down_with(const char *program, const struct tools *t, const struct lab *l)
{
    return contestant_run(t, (const char *[]){program, "down", l->name, NULL}, "/dev/null", NULL);
}

static double vethlab_up(const struct tools *t, const struct lab *l)
{
    return up_with(t->vethlab, t, l);
}

static double vethlab_down(const struct tools *t, const struct lab *l)
{
    return down_with(t->vethlab, t, l);
}

static bool has_before(const struct tools *t)
{
    return t->before != NULL;
}

static double before_up(const struct tools *t, const struct lab *l)
{
    return up_with(t->before, t, l);
}

static double before_down(const struct tools *t, const struct lab *l)
{
    return down_with(t->before, t, l);
}

/* --- ip -batch -------------------------------------------------------------------------------- */
static bool has_ip(const struct tools *t)
{
    return !t->before; /* a comparison of two of ours has no use for it */
}

static void ip_prepare(const struct tools *t, const struct lab *l)
{
    write_file(t, l, ".sh", lab_write_ip);
}

static double ip_up(const struct tools *t, const struct lab *l)
{
    char path[300];
    path_of(path, sizeof path, t, l, ".sh");
    return contestant_run(t, (const char *[]){"sh", path, NULL}, "/dev/null", NULL);
}

static double ip_down(const struct tools *t, const struct lab *l)
{
    (void)l;
    return contestant_run(t, (const char *[]){"ip", "-all", "netns", "delete", NULL}, "/dev/null",
                          NULL);
}

/* --- Mininet: one process that builds, says "up", waits for a line and takes it down ------------
 */
static struct {
    pid_t pid;
    FILE *to, *from;
} mn;

static bool has_mininet(const struct tools *t)
{
    return t->peers;
}

static void mininet_prepare(const struct tools *t, const struct lab *l)
{
    write_file(t, l, ".py", lab_write_mininet);
}

static double mininet_fails(const char *errors)
{
    waitpid(mn.pid, NULL, 0);
    fclose(mn.to);
    fclose(mn.from);
    note_failure((const char *[]){"python3", "(Mininet)", NULL}, errors);
    return -1;
}

static double mininet_up(const struct tools *t, const struct lab *l)
{
    char path[300], errors[300], word[64];
    int in[2], out[2];
    path_of(path, sizeof path, t, l, ".py");
    snprintf(errors, sizeof errors, "%s/errors", t->dir);
    if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
        return -1;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    double start = clock_ms();
    const char *const argv[] = {"/usr/bin/python3", path, NULL};
    int r = posix_spawnp(&mn.pid, argv[0], &files, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    if (r)
        return -1;
    mn.to = fdopen(in[1], "w");
    mn.from = fdopen(out[0], "r");
    while (fgets(word, sizeof word, mn.from))
        if (strcmp(word, "up\n") == 0)
            return clock_ms() - start;
    return mininet_fails(errors);
}

static double mininet_down(const struct tools *t, const struct lab *l)
{
    (void)t;
    (void)l;
    double start = clock_ms();
    fclose(mn.to);
    waitpid(mn.pid, NULL, 0);
    double end = clock_ms();
    fclose(mn.from);
    return end - start;
}

const struct contestant contestants[] = {
    {"bare", always, nothing, bare_up, bare_down, false},
    {"vethlab", always, vethlab_prepare, vethlab_up, vethlab_down, false},
    {"before", has_before, vethlab_prepare, before_up, before_down, false},
    {"ip -batch", has_ip, ip_prepare, ip_up, ip_down, false},
    {"Mininet", has_mininet, mininet_prepare, mininet_up, mininet_down, true},
};
const int contestant_count = sizeof contestants / sizeof contestants[0];
