/* SPDX-License-Identifier: BSD-2-Clause */
/* keys: see the header. */
#include "view/keys.h"

#include "base/mem.h"

/* A key that does the same as one above, or is told with it. */
#define ALSO(code, action)                                                                         \
    {                                                                                              \
        {code}, action, NULL, NULL, NULL, NULL, 0                                                  \
    }
#define JUMP(n)          ALSO('0' + (n), (enum ui_action)(UI_JUMP_1 + (n)-1))
#define HELP(name, text) name, NULL, text, NULL, 0

const struct key_row key_rows[] = {
    {{VIEW_KEY_UP}, UI_PREVIOUS, "Up Down", "↑ ↓", "select a link or a ping", "select", 4},
    ALSO(VIEW_KEY_DOWN, UI_NEXT),
    {{VIEW_KEY_LEFT}, UI_LEFT, "Left Right", "← →", "another node (also Tab)", "node", 3},
    ALSO(VIEW_KEY_RIGHT, UI_RIGHT),
    ALSO(VIEW_KEY_TAB, UI_ROUND),
    ALSO(VIEW_KEY_BACKTAB, UI_ROUND_BACK),
    {{'['}, UI_PAGE_BACK, "[ ]", NULL, "page (also PgUp, PgDn)", "page", 5},
    ALSO(VIEW_KEY_PAGE_UP, UI_PAGE_BACK),
    ALSO(']', UI_PAGE_ON),
    ALSO(VIEW_KEY_PAGE_DOWN, UI_PAGE_ON),
    {{'1'}, UI_JUMP_1, HELP("1 ... 9", "node by its number")},
    JUMP(2),
    JUMP(3),
    JUMP(4),
    JUMP(5),
    JUMP(6),
    JUMP(7),
    JUMP(8),
    JUMP(9),
    {{VIEW_KEY_HOME}, UI_FIRST, HELP("Home End", "first or last node")},
    ALSO(VIEW_KEY_END, UI_LAST),
    {{'u', 'U'}, UI_SET_UP, "u d", NULL, "set the link up, or down", "up/down", 6},
    {{'d', 'D'}, UI_SET_DOWN, NULL, NULL, NULL, NULL, 0},
    {{' '}, UI_PAUSE, "Space", NULL, "hold the picture; go on", "pause", 7},
    {{'+', '='}, UI_SLOWER, HELP("+ -", "ping less, or more often")},
    {{'-', '_'}, UI_FASTER, NULL, NULL, NULL, NULL, 0},
    {{'r', 'R'}, UI_RESET, "r", NULL, "count the pings anew", "reset", 8},
    {{VIEW_KEY_CTRL_L}, UI_REDRAW, HELP("Ctrl-L", "draw the screen anew")},
    {{'?', 'h', 'H'}, UI_HELP, "?", NULL, "this help; Esc closes it", "help", 2},
    {{VIEW_KEY_ESCAPE, '\r', '\n'}, UI_CLOSE, NULL, NULL, NULL, NULL, 0},
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
