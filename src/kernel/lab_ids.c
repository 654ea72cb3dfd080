/* SPDX-License-Identifier: BSD-2-Clause */
/* lab_ids: see the header. The map itself is asked, not how it was made: a lab that root of an
 * `unshare -r` made has a single id too. */
#include "kernel/lab_ids.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The initial user namespace maps all 2^32-1 ids in one line. */
#define ALL_IDS UINT32_MAX

static const struct {
    const char *name, *limits;
} kinds[] = {
    [LAB_IDS_ALL] = {"all", NULL},
    [LAB_IDS_RANGE] = {"range", NULL},
    [LAB_IDS_SINGLE] =
        {"single", "a node knows one user id only: changing to another user, files of other users, "
                   "tcpdump -Z, dnsmasq and FRR cannot work (install uidmap and add a line to "
                   "/etc/subuid and /etc/subgid for a range)"},
};
_Static_assert(ARRAY_LEN(kinds) == LAB_IDS_COUNT, "one entry a kind");

enum lab_ids lab_ids_parse(const char *uid_map)
{
    uint64_t sum = 0, inside, outside, length;
    int used;
    while (sscanf(uid_map, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %n", &inside, &outside, &length,
                  &used) == 3) {
        if (inside > ALL_IDS || outside > ALL_IDS || length > ALL_IDS)
            return LAB_IDS_COUNT;
        sum += length;
        uid_map += used;
    }
    if (*uid_map || sum == 0 || sum > ALL_IDS)
        return LAB_IDS_COUNT;
    return sum == ALL_IDS ? LAB_IDS_ALL : sum == 1 ? LAB_IDS_SINGLE : LAB_IDS_RANGE;
}

int lab_ids_read(const struct lab *l, enum lab_ids *out, struct err *e)
{
    char path[64];
    _cleanup_buf_ struct buf b = BUF_INIT;
    snprintf(path, sizeof path, "/proc/%d/uid_map", l->holder);
    int r = io_read_file(AT_FDCWD, path, 65536, &b);
    if (r < 0)
        return err_set(e, -r, "cannot read the id map of lab %s", l->name);
    *out = lab_ids_parse(buf_str(&b));
    if (*out == LAB_IDS_COUNT) /* an empty map: its holder has just ended, or not yet begun */
        return err_set(e, ESRCH, "lab %s has no id map", l->name);
    return 0;
}

const char *lab_ids_name(enum lab_ids ids)
{
    return kinds[ids].name;
}

const char *lab_ids_limits(enum lab_ids ids)
{
    return kinds[ids].limits;
}
