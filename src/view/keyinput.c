/* SPDX-License-Identifier: BSD-2-Clause */
/* keyinput: see the header. */
#include "view/keyinput.h"

#include <limits.h>
#include <stdio.h>
#include <wchar.h>

#define MOUSE_MAX 10000

void keyinput_fini(struct keyinput *k)
{
    buf_fini(&k->paste);
    *k = (struct keyinput){.pasting = false};
}

/* --- pastes ----------------------------------------------------------------------------------- */

static int end_paste(struct keyinput *k)
{
    k->pasting = false;
    return k->too_long ? SCREEN_KEY_TOO_LONG : SCREEN_KEY_PASTE;
}

/* Half a paste may be a command that nobody meant: of one that is too long nothing is kept. */
static void paste_character(struct keyinput *k, int c)
{
    char text[MB_LEN_MAX];
    mbstate_t state = {0};
    size_t n = wcrtomb(text, (wchar_t)c, &state);
    if (n == (size_t)-1)
        return;
    if (k->paste.len + n > KEYINPUT_PASTE_MAX) {
        k->too_long = true;
        buf_reset(&k->paste);
    }
    if (!k->too_long)
        buf_add(&k->paste, text, n);
}

static int take_pasted(struct keyinput *k, enum keyinput_part part, int key, int64_t now_ns)
{
    k->paste_ns = now_ns;
    if (part == KEYINPUT_PASTE_END)
        return end_paste(k);
    if (part == KEYINPUT_CHARACTER)
        paste_character(k, key); /* a key is none */
    return SCREEN_KEY_NONE;
}

int keyinput_idle(struct keyinput *k, int64_t now_ns)
{
    bool over = k->pasting && now_ns - k->paste_ns >= KEYINPUT_PASTE_NS;
    return over ? end_paste(k) : SCREEN_KEY_NONE;
}

int64_t keyinput_due_ns(const struct keyinput *k)
{
    return k->pasting ? k->paste_ns + KEYINPUT_PASTE_NS : 0;
}

/* --- the mouse -------------------------------------------------------------------------------- */

/* xterm's code: bits 0-1 the button, 2-4 the modifiers, 5 a move, 6 the wheel. False: it has no
 * name here. */
static bool read_report(const char *text, bool release, struct term_mouse *m)
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

static void begin_report(struct keyinput *k)
{
    k->report[0] = '<';
    k->report_len = 1;
}

static int take_reported(struct keyinput *k, int key)
{
    bool more = (key >= '0' && key <= '9') || key == ';';
    if (more && k->report_len < sizeof k->report - 1)
        k->report[k->report_len++] = (char)key;
    if (more)
        return SCREEN_KEY_NONE;
    k->report[k->report_len] = '\0';
    k->report_len = 0;
    bool known = (key == 'M' || key == 'm') && read_report(k->report + 1, key == 'm', &k->mouse);
    return known ? SCREEN_KEY_MOUSE : SCREEN_KEY_NONE;
}

/* --- all -------------------------------------------------------------------------------------- */

int keyinput_take(struct keyinput *k, enum keyinput_part part, int key, int64_t now_ns)
{
    if (part == KEYINPUT_PASTE) {
        k->pasting = true;
        k->too_long = false;
        k->paste_ns = now_ns;
        k->report_len = 0;
        buf_reset(&k->paste);
        return SCREEN_KEY_NONE;
    }
    if (k->pasting)
        return take_pasted(k, part, key, now_ns);
    if (k->report_len && part == KEYINPUT_CHARACTER)
        return take_reported(k, key);
    k->report_len = 0; /* of a report that was cut off nothing more comes */
    if (part == KEYINPUT_MOUSE)
        begin_report(k);
    return part == KEYINPUT_CHARACTER || part == KEYINPUT_KEY ? key : SCREEN_KEY_NONE;
}
