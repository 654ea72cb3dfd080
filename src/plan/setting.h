/* SPDX-License-Identifier: BSD-2-Clause */
/* setting: keys of sysctls that exist once per interface: net/FAMILY/conf/WHOSE/WHAT and
 * net/FAMILY/neigh/WHOSE/WHAT, where WHOSE is an interface, `default` or `all` (in a node neigh has
 * interfaces alone); and what the kernel sets besides the one that is written. An interface copies
 * what `default` has when it is made. From then on it goes its own way, but for what is written to
 * some settings of `all`. */
#ifndef VETHLAB_PLAN_SETTING_H
#define VETHLAB_PLAN_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#define SETTING_KEY_MAX 256

struct setting { /* borrows the key */
    const char *key, *whose, *what;
    size_t prefix_len, whose_len;
};

/* One of two names for the same: net/ipv4/ip_forward is forwarding of IPv4's `all`. */
const char *setting_canonical(const char *key);

/* False for a key of another kind. */
bool setting_parse(const char *key, struct setting *out);

bool setting_is_of(const struct setting *s, const char *whose);
bool setting_is_of_interface(const struct setting *s); /* neither `default` nor `all` */

/* True of a `default` whose value interface `ifname` has after its creation. lo is older than all
 * that is set, but follows most of what IPv4's default is set to before it has an address, as any
 * interface does that has none, and nobody set that of itself. */
bool setting_is_copied(const struct setting *s, const char *ifname);

/* True of a setting of `all` that is written through to `default` or every interface when it
 * changes. (The kernel does so with some where it does not, too, but then we do not write.) */
bool setting_is_spread(const struct setting *s);

/* What writing `value` to `by` makes of `it`; NULL: it is let alone. */
const char *setting_spread(const struct setting *by, const char *value, const struct setting *it);

/* True if `now` is what the kernel reads back of `value`: it separates numbers by tabs where people
 * type blanks, and rounds some times to its ticks. */
bool setting_is_same(const char *key, const char *now, const char *value);

/* The same setting of another; false if it is too long. */
bool setting_key(const struct setting *s, const char *whose, char out[SETTING_KEY_MAX]);

#endif
