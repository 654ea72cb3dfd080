/* SPDX-License-Identifier: BSD-2-Clause */
/* steps: see the header. */
#include "teach/steps.h"

#include "base/mem.h"
#include "teach/words.h"

#include <stdlib.h>

bool teach_is_default(const struct op *op)
{
    return op->kind == OP_SYSCTL_SET && op->u.sysctl.optional;
}

void teach_steps_of(const struct ops *ops, struct teach_steps *out)
{
    for (size_t i = 0; i < ops->count; i++) {
        const struct op *op = &ops->item[i];
        struct teach_step *last = out->count ? &out->item[out->count - 1] : NULL;
        if (last && teach_is_default(op) && ops->item[last->first].node == op->node) {
            last->count++;
            continue;
        }
        mem_grow(&out->item, &out->room, out->count, sizeof *out->item);
        out->item[out->count++] = (struct teach_step){i, 1};
    }
}

void teach_steps_fini(struct teach_steps *s)
{
    free(s->item);
    *s = (struct teach_steps){0};
}

void teach_entry(const struct topo *t, const struct op *op, size_t number, struct buf *out)
{
    struct teach_lines lines = {0};
    buf_printf(out, "%3zu  ", number);
    teach_sentence(t, op, out);
    buf_addc(out, '\n');
    teach_words(t, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++)
        buf_printf(out, "       %s# %s\n", teach_place(t, lines.item[i].node), lines.item[i].text);
    teach_lines_fini(&lines);
}
