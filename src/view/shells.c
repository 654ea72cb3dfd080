/* SPDX-License-Identifier: BSD-2-Clause */
/* shells: see the header. */
#include "view/shells.h"

#include "base/mem.h"
#include "live/shell.h"
#include "view/keys.h"

#include <stdlib.h>

#define HISTORY 2000 /* lines */

struct shells {
    struct loop *loop;
    const struct lab *lab;
    const struct topo *topo;
    struct view_data *data;
    struct shell **shell; /* owned; for each node one or NULL */
    size_t nodes;
    void (*changed)(void *ctx);
    void *ctx;
};

struct shells *shells_new(struct loop *loop, const struct lab *lab, const struct topo *topo,
                          struct view_data *data, void (*changed)(void *ctx), void *ctx)
{
    struct shells *s = mem_zalloc(1, sizeof *s);
    *s = (struct shells){.loop = loop,
                         .lab = lab,
                         .topo = topo,
                         .data = data,
                         .nodes = data->nodes,
                         .changed = changed,
                         .ctx = ctx};
    s->shell = mem_zalloc(s->nodes + 1, sizeof *s->shell);
    return s;
}

void shells_free(struct shells *s)
{
    if (!s)
        return;
    shell_close_all(s->shell, s->nodes);
    for (size_t i = 0; i < s->nodes && i < s->data->nodes; i++)
        s->data->node[i].shell = (struct view_shell){.term = NULL};
    free(s->shell);
    free(s);
}

void shells_show(struct shells *s)
{
    for (size_t i = 0; i < s->nodes && i < s->data->nodes; i++) {
        struct view_shell seen = {.term = NULL};
        if (s->shell[i]) {
            seen.term = shell_term(s->shell[i]);
            seen.ended = shell_has_ended(s->shell[i], &seen.code);
        }
        s->data->node[i].shell = seen;
    }
}

void shells_insert_nodes(struct shells *s, size_t at, size_t count)
{
    struct shell **all = mem_zalloc(s->nodes + count + 1, sizeof *all);
    for (size_t i = 0; i < s->nodes; i++)
        all[i < at ? i : i + count] = s->shell[i];
    free(s->shell);
    s->shell = all;
    s->nodes += count;
    shells_show(s);
}

static void on_change(struct shell *shell, void *ctx)
{
    struct shells *s = ctx;
    (void)shell;
    shells_show(s);
    s->changed(s->ctx);
}

static bool runs(const struct shells *s, size_t node)
{
    int code;
    return s->shell[node] && !shell_has_ended(s->shell[node], &code);
}

int shells_open(struct shells *s, size_t node, int rows, int cols, struct err *e)
{
    const struct shell_options o = {.loop = s->loop,
                                    .lab = s->lab,
                                    .node = node,
                                    .topo = s->topo,
                                    .rows = rows,
                                    .cols = cols,
                                    .history = HISTORY,
                                    .fn = on_change,
                                    .ctx = s};
    if (runs(s, node))
        return 0;
    shells_end(s, node);
    int r = shell_open(&o, &s->shell[node], e);
    shells_show(s);
    return r;
}

void shells_end(struct shells *s, size_t node)
{
    shell_close(s->shell[node]);
    s->shell[node] = NULL;
    shells_show(s);
}

void shells_resize(struct shells *s, size_t node, int rows, int cols)
{
    if (s->shell[node])
        shell_resize(s->shell[node], rows, cols);
}

void shells_scroll(struct shells *s, size_t node, int lines)
{
    if (s->shell[node])
        term_scroll(shell_term(s->shell[node]), lines);
}

/* --- input ------------------------------------------------------------------------------------ */

static bool is_meant(const struct shells *s, size_t at, size_t node)
{
    return (at == node || node == SHELLS_ALL) && runs(s, at);
}

/* What is typed is answered on the live screen. */
static bool type_into(struct shell *shell, const struct buf *b)
{
    if (b->len)
        term_scroll(shell_term(shell), -term_scrolled(shell_term(shell)));
    return b->len == 0 || shell_send(shell, b->data, b->len);
}

static int key_of(int key)
{
    static const struct {
        int view, term;
    } names[] = {
        {VIEW_KEY_UP, TERM_KEY_UP},           {VIEW_KEY_DOWN, TERM_KEY_DOWN},
        {VIEW_KEY_LEFT, TERM_KEY_LEFT},       {VIEW_KEY_RIGHT, TERM_KEY_RIGHT},
        {VIEW_KEY_HOME, TERM_KEY_HOME},       {VIEW_KEY_END, TERM_KEY_END},
        {VIEW_KEY_PAGE_UP, TERM_KEY_PAGE_UP}, {VIEW_KEY_PAGE_DOWN, TERM_KEY_PAGE_DOWN},
        {VIEW_KEY_INSERT, TERM_KEY_INSERT},   {VIEW_KEY_DELETE, TERM_KEY_DELETE},
        {VIEW_KEY_BACKTAB, TERM_KEY_BACKTAB},
    };
    if (key >= VIEW_KEY_F1 && key <= VIEW_KEY_F63)
        return TERM_KEY_F1 + (key - VIEW_KEY_F1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].view == key)
            return names[i].term;
    return key >= 0 && key < VIEW_KEY_UP ? key : -1;
}

bool shells_key(struct shells *s, size_t node, int key)
{
    unsigned modifiers = (key & VIEW_KEY_SHIFT ? TERM_SHIFT : 0u) |
                         (key & VIEW_KEY_ALT ? TERM_ALT : 0u) |
                         (key & VIEW_KEY_CONTROL ? TERM_CONTROL : 0u);
    int name = key_of(key < 0 ? key : key & (VIEW_KEY_SHIFT - 1));
    bool taken = true;
    for (size_t i = 0; i < s->nodes; i++) {
        _cleanup_buf_ struct buf out = BUF_INIT;
        if (!is_meant(s, i, node))
            continue;
        term_key(shell_term(s->shell[i]), name, modifiers, &out);
        taken = type_into(s->shell[i], &out) && taken;
    }
    return taken;
}

bool shells_paste(struct shells *s, size_t node, const char *text, size_t len)
{
    bool taken = true;
    for (size_t i = 0; i < s->nodes; i++) {
        _cleanup_buf_ struct buf out = BUF_INIT;
        if (!is_meant(s, i, node))
            continue;
        term_paste(shell_term(s->shell[i]), text, len, &out);
        taken = type_into(s->shell[i], &out) && taken;
    }
    return taken;
}

void shells_mouse(struct shells *s, size_t node, const struct term_mouse *m)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (!is_meant(s, node, node))
        return;
    term_mouse(shell_term(s->shell[node]), m, &out);
    type_into(s->shell[node], &out);
}

void shells_focus(struct shells *s, size_t node, bool in)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (!is_meant(s, node, node))
        return;
    term_focus(shell_term(s->shell[node]), in, &out);
    if (out.len)
        shell_send(s->shell[node], out.data, out.len);
}
