/* SPDX-License-Identifier: BSD-2-Clause */
/* prompt: a line that is typed at the bottom of the screen; pure. */
#ifndef VETHLAB_VIEW_PROMPT_H
#define VETHLAB_VIEW_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

enum prompt_kind {
    PROMPT_NONE,
    PROMPT_FILTER,
    PROMPT_COMMAND,
    PROMPT_PING,   /* whom a node shall ping */
    PROMPT_EVENTS, /* which events are shown */
    PROMPT_MTU,    /* of the selected link */
    PROMPT_KILL,   /* a process of the node */
    PROMPT_KIND_COUNT
};

enum prompt_edit {
    EDIT_DONE,
    EDIT_CANCEL,
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_HOME,
    EDIT_END,
    EDIT_BACKSPACE,
    EDIT_DELETE,
    EDIT_KILL_WORD, /* before the cursor */
    EDIT_KILL_LINE, /* likewise */
    EDIT_KILL_REST, /* behind it */
    EDIT_OLDER,     /* what was typed before */
    EDIT_NEWER,
    EDIT_COMPLETE, /* prompt_complete() with what is fitting: the caller's */
    PROMPT_EDIT_COUNT
};

#define PROMPT_MAX     160 /* bytes of a line, NUL included */
#define PROMPT_HISTORY 16  /* lines kept of each kind */

struct prompt_history {
    char line[PROMPT_HISTORY][PROMPT_MAX]; /* the newest first */
    size_t lines;
};

struct prompt {
    enum prompt_kind kind; /* of the last one, also when it is closed */
    bool open;
    char title[PROMPT_MAX];     /* what stands before it, clean; "": prompt_title() */
    char text[PROMPT_MAX];      /* valid UTF-8 without control characters */
    size_t cursor;              /* bytes before it */
    bool proposed;              /* nothing was typed yet: the first character replaces the text */
    size_t recalled;            /* 0: the line that is typed; n: the nth of the history */
    size_t stem;                /* where the word that is being completed begins */
    char stem_text[PROMPT_MAX]; /* what was typed of it */
    size_t candidate;           /* 0: none was taken since something else was done */
    char typed[PROMPT_MAX];     /* while another one is recalled */
    struct prompt_history history[PROMPT_KIND_COUNT];
};

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);

/* EDIT_DONE and EDIT_CANCEL close it; a line that was done and is not empty goes into the history.
 * True if the text changed. */
bool prompt_edit(struct prompt *p, enum prompt_edit edit);

/* Inserts a character at the cursor. False: it is no such character, or there is no room. */
bool prompt_insert(struct prompt *p, int character);

/* Makes the word before the cursor the first of `words` (NULL-terminated) that begins like it, each
 * time it is called the next one; of a single one that ends with a slash, what is in there.
 * True if the text changed. */
bool prompt_complete(struct prompt *p, const char *const *words);

/* What stands before the line: "filter: ". */
const char *prompt_title(enum prompt_kind kind);

#endif
