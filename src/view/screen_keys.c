/* SPDX-License-Identifier: BSD-2-Clause */
/* screen_keys: see the header.
 *
 * Keys with Shift, Alt and Ctrl have sequences that nearly all terminals share (xterm's), but only
 * some descriptions in terminfo(5) name them: ncurses is told of them here. */
#include "view/screen_keys.h"

#include "base/mem.h"
#include "view/keys.h"
#include "view/screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>

#define CODE_FIRST                                                                                 \
    2000 /* ours, beyond those that ncurses makes up for a description's own keys                  \
          */
#define MODIFIERS 8
#define MOUSE_MAX 10000

static const struct {
    int number; /* CSI number ; one more than the modifiers, letter */
    char letter;
    int key;
} modified[] = {
    {1, 'A', VIEW_KEY_UP},        {1, 'B', VIEW_KEY_DOWN},   {1, 'C', VIEW_KEY_RIGHT},
    {1, 'D', VIEW_KEY_LEFT},      {1, 'H', VIEW_KEY_HOME},   {1, 'F', VIEW_KEY_END},
    {2, '~', VIEW_KEY_INSERT},    {3, '~', VIEW_KEY_DELETE}, {5, '~', VIEW_KEY_PAGE_UP},
    {6, '~', VIEW_KEY_PAGE_DOWN},
};

void screen_keys_define(void)
{
    char text[32];
    define_key("\033[200~", SCREEN_CODE_PASTE);
    define_key("\033[201~", SCREEN_CODE_PASTE_END);
    define_key("\033[<", SCREEN_CODE_MOUSE);
    for (size_t i = 0; i < ARRAY_LEN(modified); i++)
        for (int m = 1; m < MODIFIERS; m++) {
            snprintf(text, sizeof text, "\033[%d;%d%c", modified[i].number, m + 1,
                     modified[i].letter);
            define_key(text, CODE_FIRST + (int)i * MODIFIERS + m);
        }
}

static int with_modifiers(int code)
{
    int m = code % MODIFIERS;
    return modified[code / MODIFIERS].key + (m & TERM_SHIFT ? VIEW_KEY_SHIFT : 0) +
           (m & TERM_ALT ? VIEW_KEY_ALT : 0) + (m & TERM_CONTROL ? VIEW_KEY_CONTROL : 0);
}

int screen_keys_name(wint_t code)
{
    static const struct {
        wint_t curses;
        int ours;
    } names[] = {
        {KEY_UP, VIEW_KEY_UP},
        {KEY_DOWN, VIEW_KEY_DOWN},
        {KEY_LEFT, VIEW_KEY_LEFT},
        {KEY_RIGHT, VIEW_KEY_RIGHT},
        {KEY_PPAGE, VIEW_KEY_PAGE_UP},
        {KEY_NPAGE, VIEW_KEY_PAGE_DOWN},
        {KEY_HOME, VIEW_KEY_HOME},
        {KEY_END, VIEW_KEY_END},
        {KEY_BTAB, VIEW_KEY_BACKTAB},
        {KEY_ENTER, '\r'},
        {KEY_BACKSPACE, VIEW_KEY_BACKSPACE},
        {KEY_DC, VIEW_KEY_DELETE},
        {KEY_IC, VIEW_KEY_INSERT},
    };
    if (code >= KEY_F(1) && code <= KEY_F(63))
        return VIEW_KEY_F1 + (int)(code - KEY_F(1));
    if (code >= CODE_FIRST && code < CODE_FIRST + ARRAY_LEN(modified) * MODIFIERS)
        return with_modifiers((int)code - CODE_FIRST);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].curses == code)
            return names[i].ours;
    return SCREEN_KEY_OTHER;
}

/* --- mouse ------------------------------------------------------------------------------------ */

/* xterm's code: bits 0-1 the button, 2-4 the modifiers, 5 a move, 6 the wheel. */
bool screen_keys_mouse(const char *text, bool release, struct term_mouse *m)
{
    unsigned code, row, col;
    if (sscanf(text, "%u;%u;%u", &code, &col, &row) != 3 || code > 127 || row == 0 || col == 0 ||
        row > MOUSE_MAX || col > MOUSE_MAX)
        return false;
    *m = (struct term_mouse){.row = (int)row - 1, .col = (int)col - 1};
    m->modifiers =
        (code & 4 ? TERM_SHIFT : 0u) | (code & 8 ? TERM_ALT : 0u) | (code & 16 ? TERM_CONTROL : 0u);
    m->what = release ? TERM_MOUSE_RELEASE : code & 32 ? TERM_MOUSE_MOVE : TERM_MOUSE_PRESS;
    if (code & 64 && (code & 3) > 1)
        return false; /* a wheel that turns sideways */
    m->button = (enum term_button)(code & 64 ? TERM_WHEEL_UP + (code & 1) : code & 3);
    return true;
}
