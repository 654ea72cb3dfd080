/* SPDX-License-Identifier: BSD-2-Clause */
/* setting: see the header. The lists were found out by writing every setting of Linux 6.18 and
 * reading all the others. */
#include "plan/setting.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ip_forward[] = "net/ipv4/ip_forward";
static const char all_forwarding[] = "net/ipv4/conf/all/forwarding";

static bool is_one_of(const char *what, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(what, list[i]) == 0)
            return true;
    return false;
}

static bool has_prefix(const struct setting *s, const char *prefix)
{
    return strncmp(s->key, prefix, s->prefix_len) == 0;
}

const char *setting_canonical(const char *key)
{
    return strcmp(key, ip_forward) == 0 ? all_forwarding : key;
}

bool setting_parse(const char *key, struct setting *out)
{
    static const char *const prefix[] = {"net/ipv4/conf/", "net/ipv6/conf/", "net/ipv4/neigh/",
                                         "net/ipv6/neigh/"};
    key = setting_canonical(key);
    for (size_t i = 0; i < ARRAY_LEN(prefix); i++) {
        size_t len = strlen(prefix[i]);
        const char *end = strncmp(key, prefix[i], len) == 0 ? strchr(key + len, '/') : NULL;
        if (!end)
            continue;
        *out = (struct setting){.key = key,
                                .whose = key + len,
                                .what = end + 1,
                                .prefix_len = len,
                                .whose_len = (size_t)(end - key) - len};
        return true;
    }
    return false;
}

bool setting_is_of(const struct setting *s, const char *whose)
{
    return strlen(whose) == s->whose_len && memcmp(s->whose, whose, s->whose_len) == 0;
}

bool setting_is_of_interface(const struct setting *s)
{
    return !setting_is_of(s, "default") && !setting_is_of(s, "all");
}

bool setting_is_copied(const struct setting *s, const char *ifname)
{
    static const char *const own[] = {"mtu", "stable_secret"}; /* it has its own from the first */
    static const char *const not_of_lo[] = {
        "disable_policy", "disable_xfrm",        "drop_unicast_in_l2_multicast",
        "forwarding",     "promote_secondaries", "route_localnet",
    };
    if (!setting_is_of(s, "default") || is_one_of(s->what, own, ARRAY_LEN(own)))
        return false;
    return strcmp(ifname, "lo") != 0 || (has_prefix(s, "net/ipv4/conf/") &&
                                         !is_one_of(s->what, not_of_lo, ARRAY_LEN(not_of_lo)));
}

bool setting_is_spread(const struct setting *s)
{
    static const char *const ipv6[] = {"disable_ipv6", "forwarding", "force_forwarding",
                                       "addr_gen_mode", "ignore_routes_with_linkdown"};
    if (!setting_is_of(s, "all"))
        return false;
    return strcmp(s->key, all_forwarding) == 0 ||
           (has_prefix(s, "net/ipv6/conf/") && is_one_of(s->what, ipv6, ARRAY_LEN(ipv6)));
}

const char *setting_spread(const struct setting *by, const char *value, const struct setting *it)
{
    if (!setting_is_spread(by))
        return NULL;
    if (setting_is_of(it, "all")) /* a router takes nobody's redirects */
        return strcmp(by->key, all_forwarding) == 0 &&
                       strcmp(it->key, "net/ipv4/conf/all/accept_redirects") == 0
                   ? (atoi(value) ? "0" : "1")
                   : NULL;
    bool is_same = it->prefix_len == by->prefix_len && has_prefix(it, by->key) &&
                   strcmp(it->what, by->what) == 0;
    bool is_kept = setting_is_of(it, "default") && strcmp(it->what, "force_forwarding") == 0;
    return is_same && !is_kept ? value : NULL;
}

/* Milliseconds that the kernel keeps in ticks, which are ten of them at most. */
static bool is_rounded(const char *key, const char *now, const char *value)
{
    struct setting s;
    char *end[2];
    if (!setting_parse(key, &s))
        return false;
    size_t len = strlen(s.what);
    bool is_time = (len > 3 && strcmp(s.what + len - 3, "_ms") == 0) ||
                   (strncmp(s.what, "mldv", 4) == 0 && strstr(s.what, "_interval"));
    long is = strtol(now, &end[0], 10), want = strtol(value, &end[1], 10);
    return is_time && !*end[0] && !*end[1] && is >= want && is - want < 10;
}

bool setting_is_same(const char *key, const char *now, const char *value)
{
    const char *a = now, *b = value;
    for (;; a++, b++) {
        while (isspace((unsigned char)*a) && (isspace((unsigned char)a[1]) || !a[1]))
            a++;
        while (isspace((unsigned char)*b) && (isspace((unsigned char)b[1]) || !b[1]))
            b++;
        bool blanks = isspace((unsigned char)*a) && isspace((unsigned char)*b);
        if (*a != *b && !blanks)
            return is_rounded(key, now, value);
        if (!*a)
            return true;
    }
}

bool setting_key(const struct setting *s, const char *whose, char out[SETTING_KEY_MAX])
{
    int n = snprintf(out, SETTING_KEY_MAX, "%.*s%s/%s", (int)s->prefix_len, s->key, whose, s->what);
    return n > 0 && n < SETTING_KEY_MAX;
}
