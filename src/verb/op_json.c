/* SPDX-License-Identifier: BSD-2-Clause */
/* op_json: see the header. */
#include "verb/op_json.h"

#include "base/mem.h"
#include "teach/words.h"

/* null: the machine itself. */
static void set_node(struct json *object, const struct topo *t, int node)
{
    json_set_text(object, "node", node == TOPO_HOST ? NULL : t->node[node].name);
}

struct json *op_json_add(struct json *list, const struct topo *t, const struct op *op)
{
    struct teach_lines lines = {0};
    _cleanup_buf_ struct buf why = BUF_INIT;
    struct json *one = json_add_object(list);
    json_set_text(one, "operation", op_kind_names[op->kind]);
    set_node(one, t, op->node);
    struct json *commands = json_set_array(one, "commands");
    teach_words(t, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        struct json *c = json_add_object(commands);
        set_node(c, t, lines.item[i].node);
        json_set_lines(c, "command", lines.item[i].text);
    }
    teach_lines_fini(&lines);
    teach_sentence(t, op, &why);
    json_set_text(one, "why", buf_str(&why));
    return one;
}
