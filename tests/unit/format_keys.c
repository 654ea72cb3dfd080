/* SPDX-License-Identifier: BSD-2-Clause */
/* format_keys: prints every key that the reader knows, for the tests of the manual and the schema:
 * "MAPPING KEY", and " ignored" where it is containerlab's. */
#include <stdio.h>

#include "base/mem.h"
#include "format/read_node.h"

int main(void)
{
    static const struct {
        const char *name;
        const struct yaml_key *keys;
    } tables[] = {
        {"document", format_document_keys}, {"topology", format_topology_keys},
        {"node", read_node_keys},           {"route", read_route_keys},
        {"command", read_exec_keys},        {"link", read_link_keys},
        {"endpoint", read_end_keys},
    };
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (const struct yaml_key *k = tables[i].keys; k->name; k++)
            printf("%s %s%s\n", tables[i].name, k->name, k->fn ? "" : " ignored");
    return 0;
}
