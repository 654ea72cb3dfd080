/* SPDX-License-Identifier: BSD-2-Clause */
/* ui: what the user has chosen on the screen, and what a key does to that: pure. What a key asks of
 * the world (a link set up, the picture held) is told as a wish. */
#ifndef VETHLAB_VIEW_UI_H
#define VETHLAB_VIEW_UI_H

#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ui_action {
    UI_NOTHING,
    UI_PREVIOUS, /* link or ping above */
    UI_NEXT,
    UI_LEFT, /* the node on the left */
    UI_RIGHT,
    UI_ROUND, /* the next node, and after the last one the first */
    UI_ROUND_BACK,
    UI_PAGE_BACK,
    UI_PAGE_ON,
    UI_FIRST, /* node */
    UI_LAST,
    UI_JUMP_1, /* to a node by its number */
    UI_JUMP_9 = UI_JUMP_1 + 8,
    UI_SET_UP, /* the selected link */
    UI_SET_DOWN,
    UI_PAUSE,
    UI_RESET,
    UI_SLOWER, /* a longer interval between pings */
    UI_FASTER,
    UI_HELP,
    UI_CLOSE, /* help or message */
    UI_REDRAW,
    UI_QUIT,
    UI_ACTION_COUNT
};

/* What the caller has to do now. */
enum ui_wish {
    WISH_NOTHING,
    WISH_LINK_UP,   /* ui_link() */
    WISH_LINK_DOWN, /* ui_link() */
    WISH_PAUSE,     /* as ui->paused says: draw nothing new, or go on */
    WISH_RESET,     /* view_ping_reset() was done by ui_act(); the prober may have counts too */
    WISH_INTERVAL,  /* as ui->interval_ns says */
    WISH_REDRAW,    /* the terminal from scratch */
    WISH_QUIT,
    WISH_COUNT
};

#define UI_PANE_COLS  40                         /* a pane is at least as wide, if the screen is */
#define UI_MESSAGE_NS (8LL * 1000 * 1000 * 1000) /* how long a message stands */

struct view_ui {
    int rows, cols;   /* of the screen; set when it changes */
    size_t node;      /* the focused one */
    uint32_t ifindex; /* the selected link; 0 or unknown: the first one shown */
    size_t ping;      /* from 1: this ping is selected and no link; 0: a link is */
    bool paused, help;
    int help_top; /* lines of the help scrolled away */
    int64_t interval_ns;
    char message[256]; /* clean */
    bool message_bad;
    int64_t message_until_ns;
};

void ui_init(struct view_ui *ui, int64_t interval_ns);

/* Does what a key means. `d` is changed by UI_RESET only. */
enum ui_wish ui_act(struct view_ui *ui, enum ui_action action, struct view_data *d);

/* Says something in the bottom line, until the next key or for UI_MESSAGE_NS. `text` is cleaned. */
void ui_say(struct view_ui *ui, const struct view_data *d, bool bad, const char *text);
bool ui_has_message(const struct view_ui *ui, const struct view_data *d);

/* The focused node within the data's bounds (0 where there is none). */
size_t ui_node(const struct view_ui *ui, const struct view_data *d);
/* The selected link, or NULL (a ping is selected, the node has none or ended). */
const struct snap_if *ui_link(const struct view_ui *ui, const struct view_data *d);
/* The selected ping from 1; 0: none. */
size_t ui_ping(const struct view_ui *ui, const struct view_data *d);

/* The nodes on the screen: the page of panes that holds the focused one. */
struct ui_page {
    size_t first, count; /* nodes */
    size_t panes;        /* on a full page, at least 1 */
};
struct ui_page ui_page(const struct view_ui *ui, const struct view_data *d);

#endif
