/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_values: see the header. */
#include "plan_values.h"

#include "base/mem.h"
#include "plan/setting.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct value {
    bool there;
    char *node, *key, *value;
};

static struct value *list;
static size_t values, room;

void sim_values_clear(void)
{
    for (size_t i = 0; i < values; i++) {
        free(list[i].node);
        free(list[i].key);
        free(list[i].value);
    }
    free(list);
    list = NULL;
    values = room = 0;
}

static struct value *find(const char *node, const char *key)
{
    for (size_t i = 0; i < values; i++)
        if (list[i].there && strcmp(list[i].node, node) == 0 && strcmp(list[i].key, key) == 0)
            return &list[i];
    return NULL;
}

const char *sim_value(const char *node, const char *key)
{
    const struct value *v = find(node, key);
    return v ? v->value : NULL;
}

void sim_value_set(const char *node, const char *key, const char *value)
{
    char *copy = mem_strdup(value);
    struct value *v = find(node, key);
    if (!v) {
        mem_grow(&list, &room, values, sizeof *list);
        v = &list[values++];
        *v = (struct value){true, mem_strdup(node), mem_strdup(key), NULL};
    }
    free(v->value);
    v->value = copy;
}

void sim_values_copy(const char *node, const char *ifname)
{
    struct setting k;
    char key[SETTING_KEY_MAX];
    for (size_t i = 0; i < values; i++)
        if (list[i].there && strcmp(list[i].node, node) == 0 && setting_parse(list[i].key, &k) &&
            setting_is_copied(&k, ifname) && setting_key(&k, ifname, key))
            sim_value_set(node, key, list[i].value);
}

void sim_values_drop(const char *node, const char *ifname)
{
    struct setting k;
    for (size_t i = 0; i < values; i++)
        if (strcmp(list[i].node, node) == 0 &&
            (!ifname || (setting_parse(list[i].key, &k) && setting_is_of(&k, ifname))))
            list[i].there = false;
}

size_t sim_values_list(char ***line, size_t more, const char *machine)
{
    size_t count = 0;
    *line = mem_zalloc(values + more + 1, sizeof **line);
    for (size_t i = 0; i < values; i++)
        if (list[i].there && strcmp(list[i].value, "fresh") != 0 &&
            (strcmp(list[i].node, machine) != 0 || strstr(list[i].key, "disable_ipv6")))
            (*line)[count++] = mem_printf("%s %s=%s\n", list[i].node, list[i].key, list[i].value);
    return count;
}
