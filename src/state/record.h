/* SPDX-License-Identifier: BSD-2-Clause */
/* record: what the kernel cannot tell of a running lab: the topology it was made of, and from which
 * file. A hint: every verb works without it.
 *
 * The file "record" in the lab's directory is text: "key value" lines, an empty line, then the
 * topology in canonical form, whose length stands in the head, so that a truncated record is known
 * as one. */
#ifndef VETHLAB_STATE_RECORD_H
#define VETHLAB_STATE_RECORD_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RECORD_NAME "record"

/* Whose record it is (DESIGN, Identity): it counts only while this process runs. */
struct record_owner {
    char boot_id[40];
    pid_t holder;
    uint64_t start_ticks; /* proc(5), stat field 22 */
};

struct record {
    struct record_owner owner;
    uint64_t pid_ns; /* inode of the pid namespace in which `holder` was counted; 0: not known */
    bool passing;    /* made by `run`: it lives only as long as that command */
    bool host_ends;  /* it has links to the machine */
    char *file;      /* owned; as given to `up` */
    char *topology;  /* owned; canonical text (format/write.h) */
};

void record_fini(struct record *r);

/* The text of a record, appended. */
void record_print(const struct record *r, struct buf *out);

/* Reads that text. -EINVAL with a sentence for anything that is not a whole record. */
int record_parse(const char *text, size_t len, struct record *out, struct err *e);

/* Reads the record of `lab` of `uid` and compares its owner. -ENOENT: there is none; -ESTALE: it is
 * another lab's, from another boot, or not whole. The sentence says which. */
int record_read(const char *lab, uid_t uid, const struct record_owner *owner, struct record *out,
                struct err *e);

/* The same in a directory that is open already. */
int record_read_in(int dirfd, const char *lab, const struct record_owner *owner, struct record *out,
                   struct err *e);

/* The same as record_read() without the topology, for which more has to be read: out->topology is
 * NULL, and the rest may be cut off. `owner` NULL: whoever's it is. */
int record_read_head(const char *lab, uid_t uid, const struct record_owner *owner,
                     struct record *out, struct err *e);

/* The process that was the holder when the record of `lab` was written; 0: there is no record. Only
 * a hint where to look. */
pid_t record_holder(const char *lab, uid_t uid);

uint64_t record_own_pid_ns(void); /* for record.pid_ns */

/* True if the record in the lab's directory was written in another pid namespace than ours, from
 * which its holder may not be seen: nothing follows from not seeing it. */
bool record_is_elsewhere(int dirfd);

#endif
