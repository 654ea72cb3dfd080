/* SPDX-License-Identifier: BSD-2-Clause */
/* ui: what the user has chosen on the screen, and what a key does to that: pure. What a key asks of
 * the world (a link set up, the picture held) is told as a wish. */
/* layers: long header, because what is chosen is read in one piece. */
#ifndef VETHLAB_VIEW_UI_H
#define VETHLAB_VIEW_UI_H

#include "view/action.h"
#include "view/canvas.h"
#include "view/data.h"
#include "view/eventlog.h"
#include "view/nodes.h"
#include "view/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UI_PANE_COLS  40 /* a pane is at least as wide, if the screen is */
#define UI_PANE_ROWS  16 /* and as high, where several fit */
#define UI_TEXT_COLS  80 /* the same for panes with lines as ip prints */
#define UI_TEXT_ROWS  10
#define UI_PANE_LEAST 4                          /* rows of a pane that is wanted, not just fits */
#define UI_PREFIX     2                          /* Ctrl-B, as tmux's */
#define UI_MESSAGE_NS (8LL * 1000 * 1000 * 1000) /* how long a message stands */

/* Lines above the bottom line, of whoever has something to tell and to ask there all the time. */
struct ui_bar {
    int rows;
    void (*draw)(struct area a, const void *ctx);
    const void *ctx;
};

/* What is answered with one key. */
enum ui_question { QUESTION_NONE, QUESTION_LEAVE, QUESTION_KILL, QUESTION_SHELL_END };

/* What each pane has of its own is in view_node.toggled. */
struct view_ui {
    int rows, cols; /* of the screen; set when it changes */
    bool ascii;     /* as the canvas */
    enum ui_screen screen;
    size_t node;      /* the focused one, on all screens */
    uint32_t ifindex; /* the selected link; 0 or unknown: the first one shown */
    size_t ping;      /* from 1: this ping is selected and no link; 0: a link is */
    size_t per_page;  /* panes; 0: as many as fit */
    bool zoom;        /* the focused node alone */
    enum ui_form form;
    bool shell_keys;    /* the shell of the focused pane has the keys */
    bool shell_prefix;  /* the key before was the prefix: what comes is the view's */
    bool shell_scroll;  /* the keys move in what the shell has printed */
    bool shell_all;     /* all shells get them */
    int prefix;         /* a control character, 1-31 */
    int scroll;         /* of WISH_SCROLL: lines back, or on (< 0) */
    bool menu, for_all; /* sections are being chosen: of this pane, or of all */
    bool doing;         /* an action is being chosen */
    size_t ping_from;   /* from 1: the node from which a ping to another one is wanted; 0: none */
    struct prompt prompt;
    char filter[PROMPT_MAX], filter_before[PROMPT_MAX]; /* nodes_match() */
    enum nodes_column sort;                             /* of the list */
    bool sort_reverse;
    const struct ui_bar *bar;          /* borrowed; NULL: none */
    struct map *map;                   /* borrowed: the places of the last frame; NULL: of none */
    enum map_form map_form;            /* wanted */
    struct eventlog_view events;       /* what of the log is looked at, but for its node */
    bool events_of_node;               /* only those of the focused one */
    bool stepping;                     /* a lab is built step by step: keys of its own count too */
    const struct view_verb *verbs;     /* borrowed, view/command.h; NULL: no palette */
    char **(*files)(const char *stem); /* command_files_fn; NULL: it completes none */
    const struct output *output;       /* borrowed, view/output.h; NULL: nothing was run */
    bool output_open, message_bad;
    int output_top, output_left; /* first row seen (< 0: the last ones), and column */
    bool help, paused;           /* scene_draw_held() */
    bool mouse, in_tmux;         /* it is ours; whose prefix is ours, as far as one knows */
    enum theme theme;
    int help_top;         /* lines of the help scrolled away */
    const char *settings; /* borrowed: where the file of settings is looked for; NULL: nowhere */
    int click_row, click_col;
    int64_t click_ns; /* of the last click; 0: none, or it was a second one */
    int64_t interval_ns;
    bool lab_goes;         /* with the view */
    bool touched;          /* something was typed in the lab or done to it */
    bool stray_prefix;     /* the key before was the prefix, though no shell has the keys */
    int64_t deaf_until_ns; /* keys before that were meant for a shell that has ended */
    enum ui_question question;
    char question_text[256]; /* clean */
    char message[256];       /* clean */
    int64_t message_until_ns;
};

void ui_init(struct view_ui *ui, int64_t interval_ns);

/* Goes to the node. */
void ui_focus(struct view_ui *ui, const struct view_data *d, size_t node);

/* So many nodes were put in at `at`: what was chosen stays chosen. */
void ui_insert_nodes(struct view_ui *ui, size_t at, size_t count);

/* Does what a key means. `d` is changed by UI_RESET and UI_TOGGLE only. */
enum ui_wish ui_act(struct view_ui *ui, enum ui_action action, struct view_data *d);

/* The same behind the prefix key and in the scrollback (view/keys.h: IN_SHELL, IN_SCROLL). */
enum ui_wish ui_act_in_shell(struct view_ui *ui, enum ui_action action, struct view_data *d);

/* A key while the shell has the keys: WISH_TYPE where it is the shell's. */
enum ui_wish ui_press_in_shell(struct view_ui *ui, int key, struct view_data *d);

void ui_leave_shell(struct view_ui *ui); /* the keys are the view's */

/* The node whose shell has the keys is seen, also where its links and addresses came to be others
 * than the filter wants: that is taken away, which is said. */
void ui_keep_shell(struct view_ui *ui, const struct view_data *d);

/* "Ctrl-B": how the prefix is called. */
const char *ui_prefix_name(const struct view_ui *ui, char name[8]);
/* "Ctrl-B twice", where a tmux around us takes the first one for itself. */
const char *ui_prefix_way(const struct view_ui *ui, char way[16]);

/* A character for the prompt that is open. */
void ui_type(struct view_ui *ui, int character, const struct view_data *d);

/* Opens the prompt; the answer is WISH_PROMPT (but for the filters, which are the ui's own). */
void ui_ask(struct view_ui *ui, enum prompt_kind kind, const char *text);
/* With words of its own before the line, which are cleaned. */
void ui_ask_with(struct view_ui *ui, enum prompt_kind kind, const char *title, const char *text);

/* Asks: y is yes, for QUESTION_LEAVE q too, and any other key no. `text` is cleaned. */
void ui_ask_yes(struct view_ui *ui, enum ui_question question, const char *text);
/* The key that answers: WISH_QUIT or WISH_KILL_SURE, or nothing. */
enum ui_wish ui_answer(struct view_ui *ui, int key);
/* WISH_QUIT, or it is asked first: the lab goes, and more is in it than its file says. */
enum ui_wish ui_quit(struct view_ui *ui, const struct view_data *d);

/* True if the key is not to be taken: it is the prefix of shells where none has the keys, or,
 * behind that, means another thing here than there, which is said. */
bool ui_is_stray(struct view_ui *ui, unsigned in, int key, const struct view_data *d);

/* What was pasted and no shell has taken: into the prompt without its control characters, or, where
 * none is open, nowhere, which is said. */
void ui_paste(struct view_ui *ui, const char *text, size_t len, const struct view_data *d);

/* Says something in the bottom line, until the next key or for UI_MESSAGE_NS. `text` is cleaned. */
void ui_say(struct view_ui *ui, const struct view_data *d, bool bad, const char *text);
bool ui_has_message(const struct view_ui *ui, const struct view_data *d);

/* The focused node within the data's bounds (0 where there is none): where the filter hides it, the
 * next one that is shown. */
size_t ui_node(const struct view_ui *ui, const struct view_data *d);
/* False: there is no node, or the filter hides all. Then nothing is selected either. */
bool ui_has_node(const struct view_ui *ui, const struct view_data *d);
/* The selected link, or NULL (a ping is selected, the node has none or ended, none is shown). */
const struct snap_if *ui_link(const struct view_ui *ui, const struct view_data *d);
/* The selected ping from 1; 0: none. */
size_t ui_ping(const struct view_ui *ui, const struct view_data *d);
bool ui_has_section(const struct view_data *d, size_t node, enum ui_section s);
void ui_set_sections(struct view_data *d, unsigned bits); /* of all panes, 1 << enum ui_section */

/* The nodes on the screen (or all, without an ui) that show one of these sections; their indexes
 * are owned by the caller. */
struct nodes_list ui_showing(const struct view_ui *ui, const struct view_data *d,
                             unsigned sections);

/* The panes of one screen: the page that holds the focused node. Counted among the nodes that the
 * filter shows, in their order (nodes_list()). */
struct ui_page {
    size_t first, count; /* nodes */
    size_t panes;        /* on a full page, at least 1 */
    size_t of;           /* nodes shown on all pages */
    size_t across;       /* panes beside one another */
};
struct ui_page ui_page(const struct view_ui *ui, const struct view_data *d);

/* Rows of the middle of the screen: between the top line and the bar or bottom line. */
int ui_middle_rows(const struct view_ui *ui);

#endif
