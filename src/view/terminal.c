/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal: see the header. Apart from screen.c, because <term.h> makes macros of words like lines
 * and columns. */
#include "view/terminal.h"

#include "base/mem.h"
#include "base/text.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

bool terminal_is_here(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool terminal_is_utf8(void)
{
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static struct buf *collecting; /* tputs(3) hands its callback no context */

static int collect(int c)
{
    buf_addc(collecting, (char)c);
    return c;
}

static void add_capability(struct buf *out, const char *name)
{
    const char *s = tigetstr(name);
    if (!s || s == (const char *)-1)
        return;
    collecting = out;
    tputs(s, 1, collect);
    collecting = NULL;
}

int terminal_read(struct buf *reset, struct err *e)
{
    static const char *const back[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
    const char *type = getenv("TERM");
    int found = 0;
    if (!type || !*type || strcmp(type, "dumb") == 0)
        return err_set(e, 0,
                       "the terminal is %s in $TERM, which cannot show a screen: for one, set TERM "
                       "to its type",
                       type && *type ? "\"dumb\"" : "not named");
    char clean[64];
    text_clean_to(clean, sizeof clean, type);
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return err_set(e, 0,
                       "the terminal type \"%s\" in $TERM is not known here: for a screen, try "
                       "TERM=xterm",
                       clean);
    const char *move = tigetstr("cup");
    bool can_move = move && move != (const char *)-1;
    const char *leave = tigetstr("rmcup"), *mouse = tigetstr("kmous");
    for (size_t i = 0; can_move && i < ARRAY_LEN(back); i++)
        add_capability(reset, back[i]);
    if (can_move && (!leave || leave == (const char *)-1))
        add_capability(reset, "clear");                 /* it has no second screen to leave */
    if (can_move && mouse && mouse != (const char *)-1) /* what it may tell of, view/screen.c */
        buf_adds(reset, "\033[?1000l\033[?1002l\033[?1006l");
    if (can_move)
        buf_adds(reset, "\033[?2004l");
    del_curterm(cur_term);
    if (!can_move)
        return err_set(
            e, 0,
            "the terminal type \"%s\" in $TERM cannot move its cursor: for a screen, set "
            "TERM to the terminal's real type",
            clean);
    return 0;
}
