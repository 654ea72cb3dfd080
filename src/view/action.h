/* SPDX-License-Identifier: BSD-2-Clause */
/* action: what a key can mean, and what that can ask of the world. */
/* layers: long header, because these lists are read in one piece. */
#ifndef VETHLAB_VIEW_ACTION_H
#define VETHLAB_VIEW_ACTION_H

#include "view/map.h"
#include "view/prompt.h"

/* What fills the middle of the screen. Each is a row of the table in scene.c that draws it. */
enum ui_screen { UI_PANES, UI_LIST, UI_MAP, UI_LOG, UI_SCREEN_COUNT };

/* The parts of a pane, in their order from above. Each is a row of pane_sections (view/pane.h). */
enum ui_section {
    SECTION_LINKS,
    SECTION_ADDRS, /* lines of the links, as long as these are shown in the compact form */
    SECTION_ROUTES,
    SECTION_NEIGHS,
    SECTION_PINGS,
    SECTION_SHELL,
    SECTION_LOG,
    SECTION_COUNT
};

/* Those that show what session_want_tables() reads. */
#define SECTIONS_OF_TABLES (1u << SECTION_ROUTES | 1u << SECTION_NEIGHS)

/* How the links are told: in a table, or exactly as ip(8) prints them. */
enum ui_form { FORM_COMPACT, FORM_IP_LINK, FORM_IP_ADDR, FORM_COUNT };

enum ui_action {
    UI_NOTHING,
    UI_PREVIOUS, /* link or ping above */
    UI_NEXT,
    UI_LEFT, /* the node before */
    UI_RIGHT,
    UI_ROUND, /* the next node, and after the last one the first */
    UI_ROUND_BACK,
    UI_PAGE_BACK,
    UI_PAGE_ON,
    UI_FIRST, /* node */
    UI_LAST,
    UI_JUMP_1, /* to a node by its number */
    UI_JUMP_9 = UI_JUMP_1 + 8,
    UI_SHOW, /* + enum ui_screen: that screen, or back to the panes */
    UI_SHOW_LAST = UI_SHOW + UI_SCREEN_COUNT - 1,
    UI_STEP, /* + enum map_dir: on the map, to the node that lies there */
    UI_STEP_LAST = UI_STEP + MAP_LEFT,
    UI_GO,       /* to the pane of the node */
    UI_PER_PAGE, /* panes: as many as fit, 1, 2, 4 */
    UI_ZOOM,
    UI_SECTIONS, /* a menu: the sections of this pane */
    UI_SECTIONS_ALL,
    UI_TOGGLE, /* + enum ui_section: in that menu */
    UI_TOGGLE_LAST = UI_TOGGLE + SECTION_COUNT - 1,
    UI_FORM, /* of the links, or of the map */
    UI_FILTER,
    UI_EVENTS_NODE, /* events of this node only, or of all */
    UI_SORT_BACK,   /* the list by the column on the left */
    UI_SORT_ON,
    UI_SORT_REVERSE,
    UI_EDIT, /* + enum prompt_edit: in the prompt */
    UI_EDIT_LAST = UI_EDIT + PROMPT_EDIT_COUNT - 1,
    UI_SET_UP, /* the selected link */
    UI_SET_DOWN,
    UI_STEP_DO, /* the next step of `run --step` */
    UI_STEP_UNDO,
    UI_STEP_ALL,  /* all that are left */
    UI_STEP_SKIP, /* a command that failed */
    UI_DO,        /* a menu: what else can be done to the link or the node */
    UI_FLAP,
    UI_CUT,
    UI_MTU,
    UI_KILL,
    UI_UNDO,
    UI_PING_ADD,    /* asks whom the node shall ping */
    UI_PING_FROM,   /* from this node; on the next one again: to that */
    UI_PING_REMOVE, /* the selected one */
    UI_PAUSE,
    UI_RESET,
    UI_SLOWER, /* a longer interval between pings */
    UI_FASTER,
    UI_HELP,
    UI_CLOSE, /* what lies above the panes: menu, help, another screen, the filter */
    UI_REDRAW,
    UI_COMMAND,   /* the palette */
    UI_INTERRUPT, /* the command of the palette that runs */
    UI_MOUSE,     /* ours, or the terminal's */
    UI_THEME,     /* the next one */
    UI_DUMP,      /* the screen into files */
    UI_QUIT,
    UI_SHELL, /* the keys go to the shell of the node, which is opened where there is none */
    UI_SHELL_LEAVE,
    UI_SHELL_ALL, /* what is typed goes to all shells */
    UI_SHELL_END,
    UI_SHELL_SCROLL, /* the keys move in what the shell has printed */
    UI_SCROLL_BACK,  /* a line */
    UI_SCROLL_ON,
    UI_SCROLL_PAGE_BACK,
    UI_SCROLL_PAGE_ON,
    UI_SCROLL_FIRST,
    UI_SCROLL_LEAVE,
    UI_ACTION_COUNT
};

/* What the caller has to do now. */
enum ui_wish {
    WISH_NOTHING,
    WISH_LINK_UP,   /* ui_link() */
    WISH_LINK_DOWN, /* ui_link() */
    WISH_STEP_DO,
    WISH_STEP_UNDO,
    WISH_STEP_ALL,
    WISH_STEP_SKIP,
    WISH_FLAP,      /* ui_link() */
    WISH_CUT,       /* ui_link() */
    WISH_KILL,      /* ask which process of ui_node() shall end, with PROMPT_KILL */
    WISH_KILL_SURE, /* that was asked for, and is to end though the node ends with it */
    WISH_UNDO,
    WISH_PING,      /* from ui->ping_from - 1 to ui_node() */
    WISH_UNPING,    /* ui_ping() of ui_node() */
    WISH_PAUSE,     /* as ui->paused says: draw nothing new, or go on */
    WISH_RESET,     /* view_ping_reset() was done by ui_act(); the prober may have counts too */
    WISH_INTERVAL,  /* as ui->interval_ns says */
    WISH_PROMPT,    /* ui->prompt.kind was answered: prompt.text, until another one is opened */
    WISH_REDRAW,    /* the terminal from scratch */
    WISH_MOUSE,     /* as ui->mouse says */
    WISH_DUMP,      /* the screen as it is, into files */
    WISH_SHELL,     /* the shell of ui_node() is to run */
    WISH_SHELL_END, /* it is to end */
    WISH_TYPE,      /* the key that was pressed is the shell's, or, ui->shell_all, the shells' */
    WISH_SCROLL,    /* its terminal, by ui->scroll lines */
    WISH_INTERRUPT, /* the command of the palette */
    WISH_QUIT,
    WISH_COUNT
};

#endif
