/* SPDX-License-Identifier: BSD-2-Clause */
/* name: see the header. The kernel's own rule is dev_valid_name() in net/core/dev.c. */
#include "base/name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_alnum(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static const char *too_long(size_t len, size_t max, char *why, size_t size)
{
    snprintf(why, size, "is %zu bytes long, but such a name has at most %zu", len, max);
    return why;
}

static const char *say(const char *text, char *why, size_t size)
{
    snprintf(why, size, "%s", text);
    return why;
}

const char *name_fault_node(const char *s, char *why, size_t size)
{
    size_t len = strlen(s);
    if (len == 0)
        return say("is empty", why, size);
    if (len > NAME_NODE_MAX)
        return too_long(len, NAME_NODE_MAX, why, size);
    if (!is_alnum(s[0]))
        return say("does not start with a letter or a digit", why, size);
    for (const char *p = s; *p; p++)
        if (!is_alnum(*p) && *p != '_' && *p != '-')
            return say("has a character other than letters, digits, '_' and '-'", why, size);
    if (strspn(s, "0123456789") == len)
        return say("is only digits, and would be taken for a number", why, size);
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
        return say("starts with 0x, and would be taken for a number", why, size);
    if (strcasecmp(s, "host") == 0 || strcasecmp(s, "localhost") == 0)
        return say("is reserved for the machine itself", why, size);
    return NULL;
}

const char *name_fault_if(const char *s, char *why, size_t size)
{
    size_t len = strlen(s);
    if (len == 0)
        return say("is empty", why, size);
    if (len > NAME_IF_MAX)
        return too_long(len, NAME_IF_MAX, why, size);
    for (const char *p = s; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr("/:%", *p))
            return say("has a space, '/', ':', '%' or an unprintable character", why, size);
    static const char *const reserved[] = {".", "..", "all", "default"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(s, reserved[i]) == 0)
            return say("is reserved by the kernel", why, size);
    return NULL;
}

bool name_is_hostname(const char *s)
{
    size_t len = strlen(s);
    size_t good = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
    return len > 0 && len <= 64 && good == len && is_alnum(s[0]);
}
