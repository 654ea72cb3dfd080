/* SPDX-License-Identifier: BSD-2-Clause */
/* ui_question: what is asked with yes and no, and keys and pastes that were meant for something
 * else than the view. */
#include "view/ui.h"

#include "base/text.h"
#include "view/keys.h"

#include <stdio.h>
#include <string.h>

#define PASTE_MAX ((size_t)4 * PROMPT_MAX) /* bytes looked at: more do not fit into a prompt */

void ui_ask_yes(struct view_ui *ui, enum ui_question question, const char *text)
{
    ui->question = question;
    text_clean_to(ui->question_text, sizeof ui->question_text, text);
}

enum ui_wish ui_quit(struct view_ui *ui, const struct view_data *d)
{
    char text[sizeof ui->question_text];
    if (!ui->lab_goes || !ui->touched || d->gone)
        return WISH_QUIT;
    snprintf(text, sizeof text,
             ui->cols < 100
                 ? "leave? lab %s goes, and what was typed in it: q, y yes; other keys no"
                 : "leave, and lab %s with what was typed in it goes? q or y: yes, any "
                   "other key: no",
             d->snap->lab);
    ui_ask_yes(ui, QUESTION_LEAVE, text);
    return WISH_NOTHING;
}

enum ui_wish ui_answer(struct view_ui *ui, int key)
{
    static const enum ui_wish wishes[] = {[QUESTION_LEAVE] = WISH_QUIT,
                                          [QUESTION_KILL] = WISH_KILL_SURE,
                                          [QUESTION_SHELL_END] = WISH_SHELL_END};
    enum ui_question question = ui->question;
    bool yes = key == 'y' || key == 'Y';
    if (question == QUESTION_LEAVE)
        yes = yes || key == 'q' || key == 'Q';
    ui->question = QUESTION_NONE;
    if (yes && question == QUESTION_SHELL_END)
        ui_leave_shell(ui);
    return yes ? wishes[question] : WISH_NOTHING;
}

bool ui_is_stray(struct view_ui *ui, unsigned in, int key, const struct view_data *d)
{
    bool behind = ui->stray_prefix;
    char name[8], text[96];
    ui->stray_prefix = !behind && key == ui->prefix;
    if (!behind)
        return ui->stray_prefix;
    if (key != ui->prefix && key_action(IN_SHELL, key) == key_action(in, key))
        return false;
    snprintf(text, sizeof text, "no shell has the keys here: those of the view need no %s",
             ui_prefix_name(ui, name));
    ui_say(ui, d, true, text);
    return true;
}

void ui_paste(struct view_ui *ui, const char *text, size_t len, const struct view_data *d)
{
    uint32_t code;
    if (!ui->prompt.open) {
        ui_say(ui, d, true,
               "a paste is for a shell (Enter) or a question: nothing of it was taken");
        return;
    }
    len = len < PASTE_MAX ? len : PASTE_MAX;
    for (size_t n; len; text += n, len -= n) {
        n = text_utf8_next(text, len, &code);
        if (n)
            ui_type(ui, (int)code, d);
        n = n ? n : 1;
    }
}
