/* SPDX-License-Identifier: BSD-2-Clause */
/* map_line: see the header. The rows of the table are the sixteen sets of arms, in bits: up 1,
 * right 2, down 4, left 8; then [weight of the row][weight of the column]: light, heavy, double. */
#include "view/map_line.h"

#include "view/map_layout.h"

#define SAME(a, b, c)                                                                              \
    {                                                                                              \
        {a, b, c}, {a, b, c},                                                                      \
        {                                                                                          \
            a, b, c                                                                                \
        }                                                                                          \
    }
#define ROWS(a, b, c)                                                                              \
    {                                                                                              \
        {a, a, a}, {b, b, b},                                                                      \
        {                                                                                          \
            c, c, c                                                                                \
        }                                                                                          \
    }

static const char *const utf8[16][3][3] = {
    [ARM_UP] = SAME("│", "┃", "║"),
    [ARM_DOWN] = SAME("│", "┃", "║"),
    [ARM_UP | ARM_DOWN] = SAME("│", "┃", "║"),
    [ARM_LEFT] = ROWS("─", "━", "═"),
    [ARM_RIGHT] = ROWS("─", "━", "═"),
    [ARM_LEFT | ARM_RIGHT] = ROWS("─", "━", "═"),
    [ARM_DOWN | ARM_RIGHT] = {{"┌", "┎", "╓"}, {"┍", "┏", "╔"}, {"╒", "╔", "╔"}},
    [ARM_DOWN | ARM_LEFT] = {{"┐", "┒", "╖"}, {"┑", "┓", "╗"}, {"╕", "╗", "╗"}},
    [ARM_UP | ARM_RIGHT] = {{"└", "┖", "╙"}, {"┕", "┗", "╚"}, {"╘", "╚", "╚"}},
    [ARM_UP | ARM_LEFT] = {{"┘", "┚", "╜"}, {"┙", "┛", "╝"}, {"╛", "╝", "╝"}},
    [ARM_UP | ARM_DOWN | ARM_RIGHT] = {{"├", "┠", "╟"}, {"┝", "┣", "╟"}, {"╞", "╞", "╠"}},
    [ARM_UP | ARM_DOWN | ARM_LEFT] = {{"┤", "┨", "╢"}, {"┥", "┫", "╢"}, {"╡", "╡", "╣"}},
    [ARM_LEFT | ARM_RIGHT | ARM_DOWN] = {{"┬", "┰", "╥"}, {"┯", "┳", "╥"}, {"╤", "╤", "╦"}},
    [ARM_LEFT | ARM_RIGHT | ARM_UP] = {{"┴", "┸", "╨"}, {"┷", "┻", "╨"}, {"╧", "╧", "╩"}},
    [15] = {{"┼", "╂", "╫"}, {"┿", "╋", "╫"}, {"╪", "╪", "╬"}},
};

static int form(enum map_weight w)
{
    return w == WEIGHT_HEAVY ? 1 : w == WEIGHT_DOUBLE || w == WEIGHT_DEAD_DOUBLE ? 2 : 0;
}

static bool is_dead(enum map_weight w)
{
    return w == WEIGHT_DEAD || w == WEIGHT_DEAD_DOUBLE;
}

static const char *ascii_glyph(uint8_t arms, enum map_weight row, enum map_weight col)
{
    static const char *const rows[WEIGHT_COUNT] = {" ", "-", "=", "#", ".", "*"};
    static const char *const cols[WEIGHT_COUNT] = {" ", "|", "I", "#", ":", "*"};
    bool in_row = arms & (ARM_LEFT | ARM_RIGHT), in_col = arms & (ARM_UP | ARM_DOWN);
    if (in_row && in_col)
        return form(row) == 2 && form(col) == 2 ? "#" : "+";
    return in_row ? rows[row] : in_col ? cols[col] : " ";
}

const char *map_line_glyph(uint8_t arms, enum map_weight row, enum map_weight col, bool ascii)
{
    static const char *const dashed[2][2] = {{"╌", "╍"}, {"╎", "╏"}};
    arms &= 15;
    if (ascii)
        return ascii_glyph(arms, row, col);
    if (is_dead(row) && !(arms & (ARM_UP | ARM_DOWN)) && arms)
        return dashed[0][form(row) == 2];
    if (is_dead(col) && !(arms & (ARM_LEFT | ARM_RIGHT)) && arms)
        return dashed[1][form(col) == 2];
    const char *s = utf8[arms][form(row)][form(col)];
    return s ? s : " ";
}
