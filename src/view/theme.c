/* SPDX-License-Identifier: BSD-2-Clause */
/* theme: see the header. A style that a theme does not name looks as in the dark one. */
#include "view/theme.h"

#include <stdio.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, OWN = -1 };

const char *const theme_names[THEME_COUNT + 1] = {
    [THEME_DARK] = "dark",
    [THEME_LIGHT] = "light",
    [THEME_SAFE] = "colour-blind",
    [THEME_MONO] = "mono",
};

static const struct canvas_look looks[THEME_COUNT][STYLE_COUNT] = {
    [THEME_LIGHT] =
        {
            [STYLE_FOCUS] = {"focus", BLUE, OWN, LOOK_BOLD},
            [STYLE_GOOD] = {"good", GREEN, OWN, 0},
            [STYLE_WARN] = {"warn", MAGENTA, OWN, LOOK_BOLD},
        },
    [THEME_SAFE] =
        {
            [STYLE_FOCUS] = {"focus", CYAN, OWN, LOOK_BOLD},
            [STYLE_GOOD] = {"good", CYAN, OWN, 0},
            [STYLE_BAD] = {"bad", YELLOW, OWN, LOOK_BOLD | LOOK_REVERSE},
            [STYLE_WARN] = {"warn", YELLOW, OWN, LOOK_UNDERLINE},
            [STYLE_ERROR] = {"error", YELLOW, OWN, LOOK_BOLD | LOOK_REVERSE},
        },
};

/* Without colours good, bad and doubtful still differ. */
static const struct canvas_look mono_warn = {"warn", OWN, OWN, LOOK_UNDERLINE};

static const struct canvas_look *without_colour(unsigned style)
{
    static struct canvas_look plain[STYLE_COUNT];
    struct canvas_look *look = &plain[style];
    *look = style == STYLE_WARN ? mono_warn : canvas_looks[style];
    look->foreground = look->background = OWN;
    return look;
}

const struct canvas_look *theme_look(enum theme theme, unsigned style)
{
    if (style >= STYLE_COUNT)
        style = STYLE_PLAIN;
    if (theme == THEME_MONO)
        return without_colour(style);
    return looks[theme][style].name ? &looks[theme][style] : &canvas_looks[style];
}

struct canvas_own theme_cell_look(enum theme theme, const struct canvas_cell *cell)
{
    const struct canvas_look *style = theme_look(theme, cell->style);
    struct canvas_own look = {style->foreground, style->background, style->attributes};
    if (cell->style != STYLE_OWN)
        return look;
    look = cell->own;
    if (theme == THEME_MONO)
        look.foreground = look.background = OWN;
    return look;
}

/* Colours 16 to 231 are a cube of six steps, the rest are greys. */
static const char *palette(int colour)
{
    static const int step[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    static char text[256][sizeof "#rrggbb"];
    char *to = text[colour];
    int cube = colour - 16, grey = 8 + 10 * (colour - 232);
    if (*to)
        return to;
    if (colour >= 232)
        snprintf(to, sizeof text[0], "#%02x%02x%02x", grey & 0xff, grey & 0xff, grey & 0xff);
    else
        snprintf(to, sizeof text[0], "#%02x%02x%02x", step[cube / 36], step[cube / 6 % 6],
                 step[cube % 6]);
    return to;
}

const char *theme_colour(enum theme theme, int colour, bool background)
{
    static const char *const dark[] = {"#1c1c1c", "#ff6c60", "#8ae234", "#fce94f",
                                       "#729fcf", "#d7a0d7", "#5fd7e7", "#eeeeec"};
    static const char *const light[] = {"#000000", "#c00000", "#0a7a0a", "#8a6d00",
                                        "#1046b0", "#8b0a8b", "#00707a", "#ffffff"};
    static const char *const bright[] = {"#6c6c6c", "#ff8a80", "#b5f27a", "#fff59d",
                                         "#9cc4ff", "#f0c0f0", "#9aecf7", "#ffffff"};
    if (colour >= BLACK && colour <= WHITE)
        return theme == THEME_LIGHT ? light[colour] : dark[colour];
    if (colour > WHITE && colour < 16) /* the bright ones */
        return theme == THEME_LIGHT ? light[colour - 8] : bright[colour - 8];
    if (colour >= 16 && colour < 256)
        return palette(colour);
    if (theme == THEME_LIGHT)
        return background ? "#ffffff" : "#1c1c1c";
    return background ? "#16191d" : "#d8dade";
}
