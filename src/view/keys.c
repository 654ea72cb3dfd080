/* SPDX-License-Identifier: BSD-2-Clause */
/* keys: see the header. */
#include "view/keys.h"

#include "base/mem.h"

#define JUMP(n)                                                                                    \
    {                                                                                              \
        {'0' + (n)}, UI_JUMP_1 + (n)-1, NULL, NULL, NULL, NULL, 0                                  \
    }

const struct key_row key_rows[] = {
    {{VIEW_KEY_UP}, UI_PREVIOUS, "Up Down", "↑ ↓", "select a link or a ping", "select", 4},
    {{VIEW_KEY_DOWN}, UI_NEXT, NULL, NULL, NULL, NULL, 0},
    {{VIEW_KEY_LEFT}, UI_LEFT, "Left Right", "← →", "go to the next node", "node", 3},
    {{VIEW_KEY_RIGHT}, UI_RIGHT, NULL, NULL, NULL, NULL, 0},
    {{VIEW_KEY_TAB}, UI_RIGHT, "Tab Shift-Tab", NULL, "the same", NULL, 0},
    {{VIEW_KEY_BACKTAB}, UI_LEFT, NULL, NULL, NULL, NULL, 0},
    {{'[', VIEW_KEY_PAGE_UP}, UI_PAGE_BACK, "[ ] PgUp PgDn", NULL, "turn the page", "page", 8},
    {{']', VIEW_KEY_PAGE_DOWN}, UI_PAGE_ON, NULL, NULL, NULL, NULL, 0},
    {{'1'}, UI_JUMP_1, "1 ... 9", NULL, "go to a node by its number", NULL, 0},
    JUMP(2),
    JUMP(3),
    JUMP(4),
    JUMP(5),
    JUMP(6),
    JUMP(7),
    JUMP(8),
    JUMP(9),
    {{VIEW_KEY_HOME}, UI_FIRST, "Home End", NULL, "go to the first or the last node", NULL, 0},
    {{VIEW_KEY_END}, UI_LAST, NULL, NULL, NULL, NULL, 0},
    {{'u', 'U'}, UI_SET_UP, "u", NULL, "set the selected link up", "up", 5},
    {{'d', 'D'}, UI_SET_DOWN, "d", NULL, "set the selected link down", "down", 6},
    {{' '}, UI_PAUSE, "Space", NULL, "stop the pings, or go on", "pause", 7},
    {{'+', '='}, UI_SLOWER, "+ -", NULL, "more or less time between pings", NULL, 0},
    {{'-', '_'}, UI_FASTER, NULL, NULL, NULL, NULL, 0},
    {{'r', 'R'}, UI_RESET, "r", NULL, "count the pings anew", "reset", 9},
    {{VIEW_KEY_CTRL_L}, UI_REDRAW, "Ctrl-L", NULL, "draw the screen anew", NULL, 0},
    {{VIEW_KEY_ESCAPE, '\r', '\n'}, UI_CLOSE, "Esc", NULL, "close this help", NULL, 0},
    {{'?', 'h', 'H'}, UI_HELP, "?", NULL, "open this help", "help", 2},
    {{'q', 'Q'}, UI_QUIT, "q", NULL, "leave", "quit", 1},
};
const size_t key_row_count = ARRAY_LEN(key_rows);

enum ui_action key_action(int key)
{
    for (size_t i = 0; key && i < key_row_count; i++)
        for (size_t k = 0; k < KEYS_EACH; k++)
            if (key_rows[i].key[k] == key)
                return key_rows[i].action;
    return UI_NOTHING;
}

const char *keys_name(const struct key_row *k, bool ascii)
{
    return k->arrow && !ascii ? k->arrow : k->name;
}
