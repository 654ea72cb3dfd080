/* SPDX-License-Identifier: BSD-2-Clause */
/* keys: see the header. */
#include "view/keys.h"

#include "base/mem.h"
#include "view/pane.h"
#include "view/scene.h"

/* A key that does the same as one above, or is told with it. */
#define ALSO(in, code, action)                                                                     \
    {                                                                                              \
        in, {code}, action, NULL, NULL, NULL, NULL, 0                                              \
    }
#define JUMP(n)          ALSO(IN_NODES, '0' + (n), (enum ui_action)(UI_JUMP_1 + (n)-1))
#define SHELL_JUMP(n)    ALSO(IN_SHELL, '0' + (n), (enum ui_action)(UI_JUMP_1 + (n)-1))
#define HELP(name, text) name, NULL, text, NULL, 0
#define NONE             NULL, NULL, NULL, NULL, 0
#define STEP(dir)        ((enum ui_action)(UI_STEP + (int)(dir)))
#define SHOW(screen)     ((enum ui_action)(UI_SHOW + (int)(screen)))
#define SECTION(letter, section, brief)                                                            \
    {                                                                                              \
        IN_SECTIONS, {letter}, (enum ui_action)(UI_TOGGLE + (int)(section)),                       \
            (const char[]){letter, 0}, NULL, "show it, or not", brief, 2                           \
    }
#define EDIT(code, also, edit, name, text)                                                         \
    {                                                                                              \
        IN_PROMPT, {code, also}, (enum ui_action)(UI_EDIT + (int)(edit)), HELP(name, text)         \
    }

const struct key_row key_rows[] = {
    {IN_STEPS,
     {' ', VIEW_KEY_RIGHT},
     UI_STEP_DO,
     "Space",
     NULL,
     "do the step (also Right)",
     "do it",
     1},
    {IN_STEPS, {VIEW_KEY_LEFT}, UI_STEP_UNDO, "Left", "←", "undo the last step", "undo", 2},
    {IN_STEPS, {'\r', '\n'}, UI_STEP_ALL, "Enter", NULL, "do all steps that are left", "do all", 3},
    {IN_STEPS, {'k', 'K'}, UI_STEP_SKIP, HELP("k", "pass over a command that failed")},
    {IN_STEPS, {VIEW_KEY_TAB}, UI_ROUND, "Tab", NULL, "another node", "node", 3},
    {IN_PANES,
     {VIEW_KEY_UP},
     UI_PREVIOUS,
     "Up Down",
     "↑ ↓",
     "select a link or a ping",
     "select",
     4},
    ALSO(IN_PANES, VIEW_KEY_DOWN, UI_NEXT),
    {IN_PANES, {VIEW_KEY_LEFT}, UI_LEFT, "Left Right", "← →", "another node (also Tab)", "node", 3},
    ALSO(IN_PANES, VIEW_KEY_RIGHT, UI_RIGHT),
    /* First the one that is a step's while a lab is built step by step: then it is not told. */
    {IN_MAP,
     {VIEW_KEY_LEFT},
     STEP(MAP_LEFT),
     "arrows",
     "← ↑ ↓ →",
     "the node on that side",
     "node",
     3},
    ALSO(IN_MAP, VIEW_KEY_RIGHT, STEP(MAP_RIGHT)),
    ALSO(IN_MAP, VIEW_KEY_DOWN, STEP(MAP_DOWN)),
    ALSO(IN_MAP, VIEW_KEY_UP, STEP(MAP_UP)),
    {IN_MAP, {'<', ','}, UI_PREVIOUS, "< >", NULL, "another link of the node", "link", 4},
    {IN_MAP, {'>', '.'}, UI_NEXT, NONE},
    {IN_LIST, {VIEW_KEY_UP}, UI_LEFT, "Up Down", "↑ ↓", "select a node", "select", 4},
    ALSO(IN_LIST, VIEW_KEY_DOWN, UI_RIGHT),
    {IN_LIST | IN_MAP, {'\r', '\n'}, UI_GO, "Enter", NULL, "to the node's pane", "its pane", 3},
    {IN_PANES, {'\r', '\n', '!'}, UI_SHELL, "Enter", NULL, "a shell in the node (!)", "shell", 3},
    ALSO(IN_NODES, VIEW_KEY_TAB, UI_ROUND),
    ALSO(IN_NODES, VIEW_KEY_BACKTAB, UI_ROUND_BACK),
    {IN_NODES, {'['}, UI_PAGE_BACK, "[ ]", NULL, "page (also PgUp, PgDn)", "page", 5},
    ALSO(IN_NODES, VIEW_KEY_PAGE_UP, UI_PAGE_BACK),
    ALSO(IN_NODES, ']', UI_PAGE_ON),
    ALSO(IN_NODES, VIEW_KEY_PAGE_DOWN, UI_PAGE_ON),
    {IN_NODES, {'1'}, UI_JUMP_1, HELP("1 ... 9", "node by its number")},
    JUMP(2),
    JUMP(3),
    JUMP(4),
    JUMP(5),
    JUMP(6),
    JUMP(7),
    JUMP(8),
    JUMP(9),
    {IN_NODES, {VIEW_KEY_HOME}, UI_FIRST, HELP("Home End", "first or last node")},
    ALSO(IN_NODES, VIEW_KEY_END, UI_LAST),
    {IN_LOG, {VIEW_KEY_UP}, UI_PREVIOUS, "Up Down", "↑ ↓", "older and newer lines", "scroll", 3},
    ALSO(IN_LOG, VIEW_KEY_DOWN, UI_NEXT),
    {IN_LOG, {VIEW_KEY_PAGE_UP, '['}, UI_PAGE_BACK, HELP("PgUp PgDn", "a page (also [ and ])")},
    ALSO(IN_LOG, VIEW_KEY_PAGE_DOWN, UI_PAGE_ON),
    ALSO(IN_LOG, ']', UI_PAGE_ON),
    {IN_LOG, {VIEW_KEY_HOME}, UI_FIRST, HELP("Home End", "the oldest; the newest, and what comes")},
    ALSO(IN_LOG, VIEW_KEY_END, UI_LAST),
    {IN_LOG, {'/'}, UI_FILTER, "/", NULL, "only lines with this text", "filter", 4},
    {IN_LOG, {'n'}, UI_EVENTS_NODE, "n", NULL, "only this node's, or all", "one node", 5},
    {IN_LOG, {VIEW_KEY_LEFT}, UI_LEFT, HELP("Left Right", "another node (also Tab)")},
    ALSO(IN_LOG, VIEW_KEY_RIGHT, UI_RIGHT),
    ALSO(IN_LOG, VIEW_KEY_TAB, UI_ROUND),
    ALSO(IN_LOG, VIEW_KEY_BACKTAB, UI_ROUND_BACK),
    {IN_LIST, {'<'}, UI_SORT_BACK, "< >", NULL, "sort by another column", "sort", 5},
    ALSO(IN_LIST, '>', UI_SORT_ON),
    {IN_LIST, {'o'}, UI_SORT_REVERSE, HELP("o", "sort the other way round")},
    {IN_VIEW, {'l'}, SHOW(UI_LIST), "l", NULL, "list of all nodes; again: the panes", "list", 7},
    {IN_VIEW, {'m'}, SHOW(UI_MAP), "m", NULL, "map of the lab; again: the panes", "map", 7},
    {IN_VIEW, {'e'}, SHOW(UI_LOG), "e", NULL, "events of the kernel; again: panes", "events", 8},
    ALSO(IN_VIEW, 'p', SHOW(UI_PANES)),
    {IN_NODES, {'/'}, UI_FILTER, "/", NULL, "only nodes whose names, addresses match", "filter", 9},
    {IN_PANES, {'z'}, UI_ZOOM, "z", NULL, "this node alone; again: all", "zoom", 9},
    {IN_PANES, {'|', '#'}, UI_PER_PAGE, HELP("|", "nodes on a page: 1, 2, 4, as fit")},
    {IN_PANES, {'s'}, UI_SECTIONS, "s", NULL, "what this pane shows; S: what all show", "show", 7},
    ALSO(IN_PANES, 'S', UI_SECTIONS_ALL),
    {IN_PANES, {'i'}, UI_FORM, "i", NULL, "links as `ip link`, `ip addr` tell", "ip", 8},
    {IN_MAP, {'i'}, UI_FORM, "i", NULL, "as lines, as a table, as a list", "form", 8},
    {IN_PANES | IN_MAP, {'u'}, UI_SET_UP, "u d", NULL, "set the link up, or down", "up/down", 6},
    {IN_PANES | IN_MAP, {'d', 'D'}, UI_SET_DOWN, NONE},
    {IN_PANES | IN_MAP, {'a'}, UI_DO, "a", NULL, "more to do: flap, cut, MTU, kill", "act", 7},
    {IN_VIEW, {'U'}, UI_UNDO, HELP("U", "take back what was done last")},
    {IN_NODES, {'t'}, UI_PING_ADD, "t", NULL, "ping another one too (T: from, to)", "ping", 9},
    ALSO(IN_NODES, 'T', UI_PING_FROM),
    {IN_PANES, {'x', VIEW_KEY_DELETE}, UI_PING_REMOVE, HELP("x", "ping the selected one no more")},
    {IN_VIEW, {' '}, UI_PAUSE, "Space", NULL, "hold the picture; any key goes on", "pause", 10},
    {IN_VIEW, {'+', '='}, UI_FASTER, HELP("+ -", "ping more often, or less")},
    {IN_VIEW, {'-', '_'}, UI_SLOWER, NONE},
    {IN_VIEW, {'r', 'R'}, UI_RESET, "r", NULL, "count the pings anew", "reset", 11},
    {IN_VIEW, {':'}, UI_COMMAND, ":", NULL, "a command: ping, show, plan, ...", "command", 9},
    {IN_VIEW | IN_OUTPUT, {'P'}, UI_DUMP, HELP("P", "this screen into files: text and picture")},
    {IN_VIEW | IN_OUTPUT, {'C'}, UI_THEME, HELP("C", "other colours: dark, light, ...")},
    {IN_VIEW, {'M'}, UI_MOUSE, HELP("M", "mouse off, or on; Shift-drag selects text")},
    {IN_VIEW, {VIEW_KEY_CTRL_L}, UI_REDRAW, HELP("Ctrl-L", "draw the screen anew")},
    {IN_VIEW, {'?', 'h', 'H'}, UI_HELP, "?", NULL, "this help; Esc closes it", "help", 2},
    {IN_VIEW, {VIEW_KEY_ESCAPE}, UI_CLOSE, HELP("Esc", "back; the filter is taken away")},
    ALSO(IN_LOG, '\r', UI_CLOSE),
    {IN_VIEW, {'q', 'Q'}, UI_QUIT, "q", NULL, "leave", "quit", 1},

    {IN_OUTPUT, {VIEW_KEY_ESCAPE, '\r', 'q'}, UI_CLOSE, "Esc", NULL, "close it", "close", 1},
    {IN_OUTPUT, {'x'}, UI_INTERRUPT, "x", NULL, "end the command (also Ctrl-C)", "end it", 2},
    {IN_OUTPUT, {VIEW_KEY_UP}, UI_PREVIOUS, "Up Down", "↑ ↓", "scroll", "scroll", 3},
    ALSO(IN_OUTPUT, VIEW_KEY_DOWN, UI_NEXT),
    {IN_OUTPUT, {VIEW_KEY_LEFT}, UI_LEFT, "Left Right", "← →", "a wide table", "sideways", 4},
    ALSO(IN_OUTPUT, VIEW_KEY_RIGHT, UI_RIGHT),
    {IN_OUTPUT, {VIEW_KEY_PAGE_UP, '['}, UI_PAGE_BACK, "PgUp PgDn", NULL, "a page", "page", 4},
    ALSO(IN_OUTPUT, VIEW_KEY_PAGE_DOWN, UI_PAGE_ON),
    ALSO(IN_OUTPUT, ']', UI_PAGE_ON),
    ALSO(IN_OUTPUT, ' ', UI_PAGE_ON),
    {IN_OUTPUT, {VIEW_KEY_HOME}, UI_FIRST, "Home End", NULL, "its beginning, its end", "ends", 5},
    ALSO(IN_OUTPUT, VIEW_KEY_END, UI_LAST),
    {IN_OUTPUT, {':'}, UI_COMMAND, ":", NULL, "another command", "command", 6},
    ALSO(IN_OUTPUT, VIEW_KEY_CTRL_L, UI_REDRAW),

    SECTION('l', SECTION_LINKS, "links"),
    SECTION('a', SECTION_ADDRS, "addresses"),
    SECTION('r', SECTION_ROUTES, "routes"),
    SECTION('n', SECTION_NEIGHS, "neighbours"),
    SECTION('p', SECTION_PINGS, "ping"),
    SECTION('s', SECTION_SHELL, "shell"),
    SECTION('e', SECTION_LOG, "events"),
    {IN_SECTIONS, {VIEW_KEY_ESCAPE, '\r', 'q'}, UI_CLOSE, "Esc", NULL, "done", "", 1},

    {IN_DOING, {'u'}, UI_SET_UP, "u d", NULL, "set the link up, or down", "up/down", 2},
    ALSO(IN_DOING, 'd', UI_SET_DOWN),
    {IN_DOING, {'f'}, UI_FLAP, "f", NULL, "down for a second", "flap", 3},
    {IN_DOING, {'c'}, UI_CUT, "c", NULL, "drop what it sends; again: send it", "cut one way", 3},
    {IN_DOING, {'m'}, UI_MTU, "m", NULL, "set the MTU", "MTU", 3},
    {IN_DOING, {'k'}, UI_KILL, "k", NULL, "kill a process, by number or whole name", "kill", 3},
    {IN_DOING, {'U'}, UI_UNDO, "U", NULL, "take back what was done last", "undo", 3},
    {IN_DOING, {VIEW_KEY_ESCAPE, '\r', 'q'}, UI_CLOSE, "Esc", NULL, "nothing", "nothing", 1},

    EDIT('\r', '\n', EDIT_DONE, "Enter", "take the line"),
    EDIT(VIEW_KEY_ESCAPE, VIEW_CTRL('G'), EDIT_CANCEL, "Esc", "leave it as it was"),
    EDIT(VIEW_KEY_TAB, 0, EDIT_COMPLETE, "Tab", "complete the word; again: another"),
    EDIT(VIEW_KEY_LEFT, VIEW_CTRL('B'), EDIT_LEFT, "Left", "a character back"),
    EDIT(VIEW_KEY_RIGHT, VIEW_CTRL('F'), EDIT_RIGHT, "Right", "a character on"),
    EDIT(VIEW_KEY_HOME, VIEW_CTRL('A'), EDIT_HOME, "Home", "to the beginning (also Ctrl-A)"),
    EDIT(VIEW_KEY_END, VIEW_CTRL('E'), EDIT_END, "End", "to the end (also Ctrl-E)"),
    EDIT(VIEW_KEY_BACKSPACE, '\b', EDIT_BACKSPACE, "Backspace", "delete before the cursor"),
    EDIT(VIEW_KEY_DELETE, VIEW_CTRL('D'), EDIT_DELETE, "Delete", "delete under the cursor"),
    EDIT(VIEW_CTRL('W'), 0, EDIT_KILL_WORD, "Ctrl-W", "delete a word"),
    EDIT(VIEW_CTRL('U'), 0, EDIT_KILL_LINE, "Ctrl-U", "delete all before the cursor"),
    EDIT(VIEW_CTRL('K'), 0, EDIT_KILL_REST, "Ctrl-K", "delete all behind the cursor"),
    EDIT(VIEW_KEY_UP, VIEW_CTRL('P'), EDIT_OLDER, "Up", "an older line"),
    EDIT(VIEW_KEY_DOWN, VIEW_CTRL('N'), EDIT_NEWER, "Down", "a newer line"),

    {IN_SHELL, {'q', 'd'}, UI_SHELL_LEAVE, "q", NULL, "back to the view", "back", 1},
    {IN_SHELL,
     {VIEW_KEY_RIGHT, VIEW_KEY_DOWN},
     UI_RIGHT,
     "Left Right",
     "← →",
     "shell of another node (also Tab)",
     "node",
     3},
    ALSO(IN_SHELL, VIEW_KEY_LEFT, UI_LEFT),
    ALSO(IN_SHELL, VIEW_KEY_UP, UI_LEFT),
    {IN_SHELL, {VIEW_KEY_TAB, 'o'}, UI_ROUND, NONE},
    ALSO(IN_SHELL, VIEW_KEY_BACKTAB, UI_ROUND_BACK),
    {IN_SHELL, {'1'}, UI_JUMP_1, "1 ... 9", NULL, "shell of a node by its number", "by number", 4},
    SHELL_JUMP(2),
    SHELL_JUMP(3),
    SHELL_JUMP(4),
    SHELL_JUMP(5),
    SHELL_JUMP(6),
    SHELL_JUMP(7),
    SHELL_JUMP(8),
    SHELL_JUMP(9),
    {IN_SHELL, {'['}, UI_SHELL_SCROLL, "[", NULL, "look back (also PgUp, the wheel)", "scroll", 4},
    ALSO(IN_SHELL, VIEW_KEY_PAGE_UP, UI_SCROLL_PAGE_BACK),
    {IN_SHELL, {'s'}, UI_SHELL_ALL, "s", NULL, "type to all shells; again: to one", "all", 5},
    {IN_SHELL, {'z'}, UI_ZOOM, "z", NULL, "this node alone; again: all", "zoom", 6},
    {IN_SHELL, {'x'}, UI_SHELL_END, "x", NULL, "end this shell, if that is sure", "end", 7},
    {IN_SHELL, {'?'}, UI_HELP, "?", NULL, "this help", "help", 2},

    {IN_SCROLL, {VIEW_KEY_UP, 'k'}, UI_SCROLL_BACK, "Up Down", "↑ ↓", "a line", "line", 3},
    {IN_SCROLL, {VIEW_KEY_DOWN, 'j'}, UI_SCROLL_ON, NONE},
    {IN_SCROLL,
     {VIEW_KEY_PAGE_UP, 'b'},
     UI_SCROLL_PAGE_BACK,
     "PgUp PgDn",
     NULL,
     "a page",
     "page",
     2},
    {IN_SCROLL, {VIEW_KEY_PAGE_DOWN, ' '}, UI_SCROLL_PAGE_ON, NONE},
    {IN_SCROLL, {VIEW_KEY_HOME, 'g'}, UI_SCROLL_FIRST, "Home", NULL, "what is oldest", "oldest", 4},
    {IN_SCROLL,
     {'q', VIEW_KEY_ESCAPE, '\r'},
     UI_SCROLL_LEAVE,
     "q",
     NULL,
     "back to the shell",
     "to the shell",
     1},
    ALSO(IN_SCROLL, VIEW_KEY_END, UI_SCROLL_LEAVE),
};
const size_t key_row_count = ARRAY_LEN(key_rows);

unsigned keys_context(const struct view_ui *ui)
{
    static const enum keys_context screens[UI_SCREEN_COUNT] = {
        [UI_PANES] = IN_PANES, [UI_LIST] = IN_LIST, [UI_MAP] = IN_MAP, [UI_LOG] = IN_LOG};
    if (ui->prompt.open)
        return IN_PROMPT;
    if (ui->menu)
        return IN_SECTIONS;
    if (ui->output_open)
        return IN_OUTPUT;
    if (ui->doing)
        return IN_DOING;
    if (ui->shell_keys)
        return ui->shell_scroll ? IN_SCROLL : IN_SHELL;
    return screens[ui->screen] | (ui->stepping ? IN_STEPS : 0u);
}

bool keys_has(const struct key_row *k)
{
    if (k->action >= UI_SHOW && k->action <= UI_SHOW_LAST)
        return scene_screens[k->action - UI_SHOW].draw;
    if (k->action >= UI_TOGGLE && k->action <= UI_TOGGLE_LAST)
        return pane_sections[k->action - UI_TOGGLE].draw;
    return true;
}

enum ui_action key_action(unsigned in, int key)
{
    for (size_t i = 0; key && i < key_row_count; i++)
        for (size_t k = 0; k < KEYS_EACH && key_rows[i].in & in; k++)
            if (key_rows[i].key[k] == key && keys_has(&key_rows[i]))
                return key_rows[i].action;
    return UI_NOTHING;
}

bool keys_counts(const struct key_row *k, unsigned in)
{
    return k->in & in && keys_has(k) && key_action(in, k->key[0]) == k->action;
}

enum ui_wish keys_press(struct view_ui *ui, int key, struct view_data *d)
{
    unsigned in = keys_context(ui);
    if (d->now_ns < ui->deaf_until_ns)
        return WISH_NOTHING;
    if (ui->question)
        return ui_answer(ui, key);
    if (scene_is_too_small(ui->rows, ui->cols)) /* nobody sees what a key would do */
        return key == 'q' ? ui_act(ui, UI_QUIT, d) : WISH_NOTHING;
    if (in == IN_SHELL || in == IN_SCROLL)
        return ui_press_in_shell(ui, key, d);
    if (in != IN_PROMPT && ui_is_stray(ui, in, key, d))
        return WISH_NOTHING;
    if (ui->help && in != IN_PROMPT) /* on each screen the same keys move in it */
        in = IN_PANES;
    enum ui_action action = key_action(in, key);
    if (action == UI_NOTHING && in == IN_PROMPT)
        ui_type(ui, key, d);
    return ui_act(ui, action, d);
}

const char *keys_name(const struct key_row *k, bool ascii)
{
    return k->arrow && !ascii ? k->arrow : k->name;
}
