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
#define CODE_PASTE     1990 /* the codes that ncurses gives them here */
#define CODE_PASTE_END 1991
#define CODE_MOUSE     1992
#define MODIFIERS      8

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
    define_key("\033[200~", CODE_PASTE);
    define_key("\033[201~", CODE_PASTE_END);
    define_key("\033[<", CODE_MOUSE);
    for (size_t i = 0; i < ARRAY_LEN(modified); i++)
        for (int m = 1; m < MODIFIERS; m++) {
            snprintf(text, sizeof text, "\033[%d;%d%c", modified[i].number, m + 1,
                     modified[i].letter);
            define_key(text, CODE_FIRST + (int)i * MODIFIERS + m);
        }
}

enum keyinput_part screen_keys_part(wint_t code)
{
    return code == CODE_PASTE       ? KEYINPUT_PASTE
           : code == CODE_PASTE_END ? KEYINPUT_PASTE_END
           : code == CODE_MOUSE     ? KEYINPUT_MOUSE
                                    : KEYINPUT_KEY;
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
