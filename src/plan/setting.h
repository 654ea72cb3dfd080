/* SPDX-License-Identifier: BSD-2-Clause */
/* setting: keys of sysctls that exist once per interface: net/FAMILY/conf/WHOSE/WHAT and
 * net/FAMILY/neigh/WHOSE/WHAT, where WHOSE is an interface, `default` or `all`. An interface copies
 * what `default` has when it is made, and goes its own way from then on. */
#ifndef VETHLAB_PLAN_SETTING_H
#define VETHLAB_PLAN_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#define SETTING_KEY_MAX 256

struct setting { /* borrows the key */
    const char *key, *whose, *what;
    size_t prefix_len, whose_len;
};

/* False for a key of another kind. */
bool setting_parse(const char *key, struct setting *out);

bool setting_is_of(const struct setting *s, const char *whose);
bool setting_is_of_interface(const struct setting *s); /* neither `default` nor `all` */

/* True of a `default` whose value interface `ifname` has after its creation. lo is older than all
 * that is set, but follows what IPv4's default is set to before it is up, and IPv6 of all. */
bool setting_is_copied(const struct setting *s, const char *ifname);

/* The same setting of another; false if it is too long. */
bool setting_key(const struct setting *s, const char *whose, char out[SETTING_KEY_MAX]);

#endif
