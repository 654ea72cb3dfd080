/* SPDX-License-Identifier: BSD-2-Clause */
/* setting: see the header. */
#include "plan/setting.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

bool setting_parse(const char *key, struct setting *out)
{
    static const char *const prefix[] = {"net/ipv4/conf/", "net/ipv6/conf/", "net/ipv4/neigh/",
                                         "net/ipv6/neigh/"};
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
    if (!setting_is_of(s, "default"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (strcmp(s->what, own[i]) == 0)
            return false;
    return strcmp(ifname, "lo") != 0 || strcmp(s->what, "disable_ipv6") == 0 ||
           strncmp(s->key, "net/ipv4/conf/", s->prefix_len) == 0;
}

bool setting_key(const struct setting *s, const char *whose, char out[SETTING_KEY_MAX])
{
    int n = snprintf(out, SETTING_KEY_MAX, "%.*s%s/%s", (int)s->prefix_len, s->key, whose, s->what);
    return n > 0 && n < SETTING_KEY_MAX;
}
