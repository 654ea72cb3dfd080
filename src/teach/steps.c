/* SPDX-License-Identifier: BSD-2-Clause */
/* steps: see the header. */
#include "teach/steps.h"

#include "base/mem.h"
#include "base/text.h"
#include "teach/words.h"

#include <stdlib.h>
#include <string.h>

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

void teach_put_command(const char *place, const char *command, const char *margin, struct buf *out)
{
    size_t len = strlen(command);
    while (len > 0 && command[len - 1] == '\n')
        len--;
    buf_printf(out, "%s# ", place);
    for (size_t at = 0;;) {
        const char *end = memchr(command + at, '\n', len - at);
        size_t next = end ? (size_t)(end - command) : len;
        text_clean(out, command + at, next - at);
        if (!end)
            return;
        buf_addc(out, '\n');
        buf_printf(out, "%s%s> ", margin, place);
        at = next + 1;
    }
}

static const char entry_margin[] = "       ";

void teach_entry(const struct topo *t, const struct op *op, size_t number, struct buf *out)
{
    struct teach_lines lines = {0};
    buf_printf(out, "%3zu  ", number);
    teach_sentence(t, op, out);
    buf_addc(out, '\n');
    teach_words(t, op, TEACH_PERSON, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        const struct teach_line *l = &lines.item[i];
        buf_adds(out, entry_margin);
        teach_put_command(teach_place(t, l->node), l->text, entry_margin, out);
        buf_addc(out, '\n');
    }
    teach_lines_fini(&lines);
}
