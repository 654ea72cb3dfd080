/* SPDX-License-Identifier: BSD-2-Clause */
/* term_input: see the header. As xterm does it, which is what terminfo(5) says of TERM_NAME. */
#include "live/term_input.h"

#include "live/term_state.h"

#include <string.h>

/* --- keys ------------------------------------------------------------------------------------- */

/* With modifiers "CSI 1 ; m X", else "CSI X", or "SS3 X" where `single`. */
static void add_letter(struct buf *out, char letter, unsigned modifiers, bool single)
{
    if (modifiers)
        buf_printf(out, "\033[1;%u%c", modifiers + 1, letter);
    else
        buf_printf(out, "\033%c%c", single ? 'O' : '[', letter);
}

static void add_number(struct buf *out, int number, unsigned modifiers)
{
    if (modifiers)
        buf_printf(out, "\033[%d;%u~", number, modifiers + 1);
    else
        buf_printf(out, "\033[%d~", number);
}

static void add_function(struct buf *out, int n, unsigned modifiers)
{
    static const uint8_t number[12] = {0, 0, 0, 0, 15, 17, 18, 19, 20, 21, 23, 24};
    static const unsigned more[] = {
        0, TERM_SHIFT, TERM_CONTROL, TERM_CONTROL | TERM_SHIFT, TERM_ALT, TERM_ALT | TERM_SHIFT};
    modifiers |= more[n / 12];
    n %= 12;
    if (n < 4)
        add_letter(out, (char)('P' + n), modifiers, true);
    else
        add_number(out, number[n], modifiers);
}

static void add_character(struct buf *out, int key, unsigned modifiers)
{
    struct term_cell c = {.code = (uint32_t)key, .width = 1};
    char text[TERM_TEXT_MAX];
    bool surrogate = key >= 0xd800 && key <= 0xdfff;
    if (key < 0 || key >= TERM_KEY_UP || surrogate)
        return;
    if (modifiers & TERM_ALT)
        buf_addc(out, '\033');
    if (key == 0)
        buf_addc(out, '\0');
    else
        buf_adds(out, term_cell_text(&c, text));
}

void term_key(const struct term *t, int key, unsigned modifiers, struct buf *out)
{
    static const char letters[] = "ABCDHF"; /* TERM_KEY_UP ... TERM_KEY_END */
    static const uint8_t numbers[] = {2, 3, 5, 6};
    modifiers &= TERM_SHIFT | TERM_ALT | TERM_CONTROL;
    if (key >= TERM_KEY_UP && key <= TERM_KEY_END)
        add_letter(out, letters[key - TERM_KEY_UP], modifiers, t->mode.cursor_keys);
    else if (key >= TERM_KEY_INSERT && key <= TERM_KEY_PAGE_DOWN)
        add_number(out, numbers[key - TERM_KEY_INSERT], modifiers);
    else if (key == TERM_KEY_BACKTAB)
        buf_adds(out, "\033[Z");
    else if (key >= TERM_KEY_F1 && key <= TERM_KEY_F63)
        add_function(out, key - TERM_KEY_F1, modifiers);
    else
        add_character(out, key, modifiers);
    if (key == '\r' && t->mode.new_line)
        buf_addc(out, '\n');
}

void term_paste(const struct term *t, const char *text, size_t len, struct buf *out)
{
    if (t->mode.paste)
        buf_adds(out, "\033[200~");
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
            continue;
        bool acts = (uint8_t)text[i] < 0x20 && !strchr("\t\r\n", text[i]);
        if (text[i] == '\n')
            buf_addc(out, '\r');
        else if (!t->mode.paste || (!acts && text[i] != 0x7f))
            buf_addc(out, text[i]);
    }
    if (t->mode.paste)
        buf_adds(out, "\033[201~");
}

/* --- mouse ------------------------------------------------------------------------------------ */

bool term_wants_mouse(const struct term *t)
{
    return t->mode.mouse != MOUSE_OFF;
}

static bool is_wanted(const struct term *t, const struct term_mouse *m)
{
    if (m->row < 0 || m->row >= t->rows || m->col < 0 || m->col >= t->cols)
        return false;
    bool wheel = m->button >= TERM_WHEEL_UP;
    switch (m->what) {
    case TERM_MOUSE_PRESS:
        return m->button != TERM_BUTTON_NONE && t->mode.mouse != MOUSE_OFF;
    case TERM_MOUSE_RELEASE:
        return !wheel && t->mode.mouse >= MOUSE_CLICK;
    default:
        return !wheel && t->mode.mouse >= (m->button == TERM_BUTTON_NONE ? MOUSE_MOVE : MOUSE_DRAG);
    }
}

void term_mouse(const struct term *t, const struct term_mouse *m, struct buf *out)
{
    if (!is_wanted(t, m))
        return;
    bool press_only = t->mode.mouse == MOUSE_PRESS, release = m->what == TERM_MOUSE_RELEASE;
    unsigned code = m->button >= TERM_WHEEL_UP ? 64u + (m->button - TERM_WHEEL_UP) : m->button;
    if (release && !t->mode.mouse_sgr)
        code = 3;
    code += m->what == TERM_MOUSE_MOVE ? 32 : 0;
    if (!press_only)
        code += (m->modifiers & TERM_SHIFT ? 4u : 0) + (m->modifiers & TERM_ALT ? 8u : 0) +
                (m->modifiers & TERM_CONTROL ? 16u : 0);
    if (t->mode.mouse_sgr)
        buf_printf(out, "\033[<%u;%d;%d%c", code, m->col + 1, m->row + 1, release ? 'm' : 'M');
    else if (m->row < 223 && m->col < 223)
        buf_printf(out, "\033[M%c%c%c", (int)code + 32, m->col + 33, m->row + 33);
}

void term_focus(const struct term *t, bool in, struct buf *out)
{
    if (t->mode.focus)
        buf_adds(out, in ? "\033[I" : "\033[O");
}
