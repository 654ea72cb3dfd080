/* SPDX-License-Identifier: BSD-2-Clause */
/* prompt: see the header. */
#include "view/prompt.h"

#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const titles[PROMPT_KIND_COUNT] = {
    [PROMPT_NONE] = "",
    [PROMPT_FILTER] = "filter: ",
    [PROMPT_COMMAND] = ": ",
    [PROMPT_PING] = "ping: ",
    [PROMPT_MTU] = "mtu: ",
    [PROMPT_KILL] = "kill: ",
    [PROMPT_EVENTS] = "events with: ",
};

const char *prompt_title(enum prompt_kind kind)
{
    return titles[kind];
}

static void set_text(struct prompt *p, const char *text)
{
    snprintf(p->text, sizeof p->text, "%s", text);
    p->cursor = strlen(p->text);
}

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
    p->kind = kind;
    p->open = true;
    p->recalled = 0;
    p->candidate = 0;
    p->title[0] = '\0';
    p->proposed = false;
    set_text(p, text);
}

/* --- moving ----------------------------------------------------------------------------------- */

static bool is_inside(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct prompt *p, size_t at)
{
    while (at > 0 && is_inside(p->text[--at]))
        ;
    return at;
}

static size_t behind(const struct prompt *p, size_t at)
{
    while (p->text[at] && is_inside(p->text[++at]))
        ;
    return at;
}

static size_t word_before(const struct prompt *p, size_t at)
{
    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

/* --- changing --------------------------------------------------------------------------------- */

static bool cut(struct prompt *p, size_t from, size_t to)
{
    if (from == to)
        return false;
    memmove(p->text + from, p->text + to, strlen(p->text + to) + 1);
    p->cursor = from;
    return true;
}

static size_t encode(uint32_t code, char to[4])
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)(0xf00 >> len | code);
    return len;
}

/* What text_clean() would write otherwise (a control character, say) is not taken. */
bool prompt_insert(struct prompt *p, int character)
{
    p->candidate = 0;
    char bytes[5] = {0}, clean[5 * sizeof bytes];
    if (character < ' ' || character > 0x10ffff)
        return false;
    size_t len = encode((uint32_t)character, bytes);
    if (strcmp(text_clean_to(clean, sizeof clean, bytes), bytes) != 0)
        return false;
    if (p->proposed)
        set_text(p, "");
    p->proposed = false;
    size_t has = strlen(p->text);
    if (has + len >= sizeof p->text)
        return false;
    memmove(p->text + p->cursor + len, p->text + p->cursor, has - p->cursor + 1);
    memcpy(p->text + p->cursor, bytes, len);
    p->cursor += len;
    p->recalled = 0;
    return true;
}

/* --- history ---------------------------------------------------------------------------------- */

static bool recall(struct prompt *p, size_t which)
{
    const struct prompt_history *h = &p->history[p->kind];
    if (which > h->lines || which == p->recalled)
        return false;
    if (p->recalled == 0)
        memcpy(p->typed, p->text, sizeof p->typed);
    p->recalled = which;
    set_text(p, which ? h->line[which - 1] : p->typed);
    return true;
}

/* A line that is there already comes to the front. */
static void remember(struct prompt *p)
{
    struct prompt_history *h = &p->history[p->kind];
    size_t at = 0;
    if (!p->text[0])
        return;
    while (at < h->lines && strcmp(h->line[at], p->text) != 0)
        at++;
    if (at == h->lines && h->lines < PROMPT_HISTORY)
        h->lines++;
    at = at < h->lines ? at : h->lines - 1;
    memmove(h->line[1], h->line[0], at * sizeof h->line[0]);
    memcpy(h->line[0], p->text, sizeof h->line[0]);
}

static bool close_it(struct prompt *p, bool done)
{
    if (done)
        remember(p);
    p->open = false;
    return false;
}

/* --- completing ------------------------------------------------------------------------------- */

static bool replace(struct prompt *p, size_t from, size_t to, const char *with)
{
    size_t len = strlen(with);
    if (strlen(p->text) - (to - from) + len >= sizeof p->text)
        return false;
    memmove(p->text + from + len, p->text + to, strlen(p->text + to) + 1);
    memcpy(p->text + from, with, len);
    p->cursor = from + len;
    return true;
}

/* The `n`th of those that match, round and round; NULL: none does. */
static const char *nth_match(const char *const *words, const char *stem, size_t n, size_t *matches)
{
    *matches = 0;
    for (size_t i = 0; words[i]; i++)
        *matches += strncmp(words[i], stem, strlen(stem)) == 0;
    n = *matches ? n % *matches : 0;
    for (size_t i = 0; words[i]; i++)
        if (strncmp(words[i], stem, strlen(stem)) == 0 && n-- == 0)
            return words[i];
    return NULL;
}

bool prompt_complete(struct prompt *p, const char *const *words)
{
    char clean[PROMPT_MAX];
    if (p->candidate == 0) {
        p->stem = p->cursor;
        while (p->stem > 0 && p->text[p->stem - 1] != ' ')
            p->stem--;
        snprintf(p->stem_text, sizeof p->stem_text, "%.*s", (int)(p->cursor - p->stem),
                 p->text + p->stem);
    }
    size_t matches, len;
    const char *word = nth_match(words, p->stem_text, p->candidate, &matches);
    if (!word)
        return false;
    text_clean_to(clean, sizeof clean, word);
    if (!replace(p, p->stem, p->cursor, clean))
        return false;
    len = strlen(clean);
    p->candidate = matches == 1 && len > 0 && clean[len - 1] == '/' ? 0 : p->candidate + 1;
    return true;
}

bool prompt_edit(struct prompt *p, enum prompt_edit edit)
{
    p->candidate = 0;
    p->proposed = false;
    size_t end = strlen(p->text);
    switch (edit) {
    case EDIT_DONE:
    case EDIT_CANCEL:
        return close_it(p, edit == EDIT_DONE);
    case EDIT_LEFT:
        p->cursor = before(p, p->cursor);
        return false;
    case EDIT_RIGHT:
        p->cursor = behind(p, p->cursor);
        return false;
    case EDIT_HOME:
    case EDIT_END:
        p->cursor = edit == EDIT_HOME ? 0 : end;
        return false;
    case EDIT_BACKSPACE:
        return cut(p, before(p, p->cursor), p->cursor);
    case EDIT_DELETE:
        return cut(p, p->cursor, behind(p, p->cursor));
    case EDIT_KILL_WORD:
        return cut(p, word_before(p, p->cursor), p->cursor);
    case EDIT_KILL_LINE:
        return cut(p, 0, p->cursor);
    case EDIT_KILL_REST:
        return cut(p, p->cursor, end);
    case EDIT_OLDER:
        return recall(p, p->recalled + 1);
    case EDIT_NEWER:
        return p->recalled > 0 && recall(p, p->recalled - 1);
    case EDIT_COMPLETE:
    case PROMPT_EDIT_COUNT:
        break;
    }
    return false;
}
