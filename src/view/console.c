/* SPDX-License-Identifier: BSD-2-Clause */
/* console: see the header. */
#include "view/console.h"

#include "base/text.h"
#include "view/output.h"

#include <string.h>

static void on_output(const char *bytes, size_t len, void *ctx)
{
    struct console *c = ctx;
    output_add(c->output, bytes, len);
    c->changed(c->ctx);
}

static void on_ended(int code, void *ctx)
{
    struct console *c = ctx;
    output_end(c->output, code);
    c->changed(c->ctx);
}

int console_start(struct console *c, struct loop *loop, struct err *e)
{
    const struct errand_hooks hooks = {.output = on_output, .ended = on_ended, .ctx = c};
    c->output = output_new();
    c->ui->output = c->output;
    return c->errand ? errand_watch(c->errand, loop, &hooks, e) : 0;
}

void console_end(struct console *c)
{
    if (c->errand)
        errand_close(c->errand);
    output_free(c->output);
    c->output = NULL;
}

static enum ui_wish go_to_shell(struct console *c, const char *node, struct view_data *d)
{
    c->ui->filter[0] = '\0'; /* it may hide the node */
    for (size_t i = 0; i < d->nodes; i++)
        if (strcmp(d->snap->node[i].name, node) == 0)
            ui_focus(c->ui, d, i);
    c->ui->output_open = false;
    return ui_act(c->ui, UI_SHELL, d);
}

static void run(struct console *c, const char *line, const struct command *command,
                const struct view_data *d)
{
    struct err e = ERR_INIT;
    if (errand_run(c->errand, (const char *const *)command->word, &e) < 0) {
        ui_say(c->ui, d, true, e.text);
        return;
    }
    c->ui->touched = c->ui->touched || command_changes(command);
    output_begin(c->output, line);
    c->ui->output_open = true;
    c->ui->output_top = -1;
    c->ui->output_left = 0;
}

enum ui_wish console_take(struct console *c, const char *line, struct view_data *d)
{
    struct command command;
    struct err e = ERR_INIT;
    enum ui_wish wish = WISH_NOTHING;
    int r = command_parse(&command, line, c->ui->verbs, d, &c->lab, &e);
    if (r < 0)
        ui_say(c->ui, d, true, e.text);
    else if (command.kind == COMMAND_QUIT)
        wish = ui_quit(c->ui, d);
    else if (command.kind == COMMAND_SHELL)
        wish = go_to_shell(c, command.word[0], d);
    else if (command.kind == COMMAND_RUN)
        run(c, line, &command, d);
    command_fini(&command);
    return wish;
}

bool console_interrupt(struct console *c)
{
    if (!console_is_busy(c))
        return false;
    errand_interrupt(c->errand);
    return true;
}

bool console_is_busy(const struct console *c)
{
    return c->errand && c->errand->busy;
}
