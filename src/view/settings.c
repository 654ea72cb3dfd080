/* SPDX-License-Identifier: BSD-2-Clause */
/* settings: see the header. */
#include "view/settings.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define INTERVAL_MIN_NS (10 * CLOCK_NS_PER_MS) /* as --interval */
#define INTERVAL_MAX_NS (3600 * CLOCK_NS_PER_S)

static const char *const form_names[] = {"compact", "ip-link", "ip-addr", NULL};
static const char *const panes_names[] = {"auto", "1", "2", "4", NULL};
static const int panes_values[] = {0, 1, 2, 4};

const struct settings_key settings_keys[] = {
    {"theme", "dark, light, colour-blind, mono", "dark", "colours; $NO_COLOR means mono"},
    {"links", "compact, ip-link, ip-addr", "compact", "how the links of a node are shown"},
    {"panes", "auto, 1, 2, 4", "auto", "nodes on one page"},
    {"interval", "seconds, 0.01-3600", "1", "time between two pings"},
    {"prefix", "C-a ... C-z but C-i, C-j, C-m", "C-b", "the key that leaves the shell of a pane"},
    {"mouse", "on, off", "on", "off: the terminal's own selection works"},
    {"ascii", "on, off", "off", "draw with ASCII characters only"},
};
const size_t settings_key_count = ARRAY_LEN(settings_keys);

void settings_init(struct settings *s)
{
    *s = (struct settings){
        .theme = THEME_DARK, .form = FORM_COMPACT, .prefix = 'b' & 0x1f, .mouse = true};
}

/* --- values ----------------------------------------------------------------------------------- */

static bool find_word(const char *const *words, const char *text, int *at)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *at = i;
            return true;
        }
    return false;
}

static bool set_switch(const char *text, bool *to)
{
    static const char *const words[] = {"off", "on", NULL};
    int at = 0;
    bool ok = find_word(words, text, &at);
    *to = ok ? at == 1 : *to;
    return ok;
}

static bool set_theme(struct settings *s, const char *text)
{
    return find_word(theme_names, text, &s->theme);
}

static bool set_form(struct settings *s, const char *text)
{
    return find_word(form_names, text, &s->form);
}

static bool set_panes(struct settings *s, const char *text)
{
    int at = 0;
    bool ok = find_word(panes_names, text, &at);
    s->panes = ok ? panes_values[at] : s->panes;
    return ok;
}

static bool set_interval(struct settings *s, const char *text)
{
    char *end = NULL;
    if (strspn(text, "0123456789.") != strlen(text))
        return false;
    double seconds = strtod(text, &end);
    int64_t ns = seconds > 1e9 ? INT64_MAX : (int64_t)(seconds * (double)CLOCK_NS_PER_S + 0.5);
    if (!*text || *end || ns < INTERVAL_MIN_NS || ns > INTERVAL_MAX_NS)
        return false;
    s->interval_ns = ns;
    return true;
}

/* "C-b", "c-b", "^B". Those that a terminal gives a meaning of its own (Tab, Enter) are not for the
 * taking. */
static bool set_prefix(struct settings *s, const char *text)
{
    const char *letter = text;
    if (strncmp(text, "C-", 2) == 0 || strncmp(text, "c-", 2) == 0)
        letter += 2;
    else if (*text == '^')
        letter += 1;
    if (letter == text || !isalpha((unsigned char)*letter) || letter[1])
        return false;
    int key = *letter & 0x1f;
    if (key == '\t' || key == '\n' || key == '\r')
        return false;
    s->prefix = key;
    return true;
}

static bool set_mouse(struct settings *s, const char *text)
{
    return set_switch(text, &s->mouse);
}

static bool set_ascii(struct settings *s, const char *text)
{
    return set_switch(text, &s->ascii);
}

/* In the order of settings_keys. */
static bool (*const setters[])(struct settings *, const char *) = {
    set_theme, set_form, set_panes, set_interval, set_prefix, set_mouse, set_ascii};
_Static_assert(ARRAY_LEN(setters) == ARRAY_LEN(settings_keys), "a key, a setter");

/* --- lines ------------------------------------------------------------------------------------ */

struct place {
    const char *file;
    int line;
    const char *start; /* of the line */
};

static int fault(const struct place *p, const char *at, const char *sentence, struct err *e)
{
    return err_set_exit(e, EXIT_USAGE, 0, "%s:%d:%d: %s", p->file, p->line,
                        (int)(at - p->start) + 1, sentence);
}

static int unknown_key(const struct place *p, const char *at, const char *key, struct err *e)
{
    const char *names[ARRAY_LEN(settings_keys) + 1] = {NULL};
    for (size_t i = 0; i < settings_key_count; i++)
        names[i] = settings_keys[i].name;
    const char *near = text_nearest(key, names);
    _cleanup_free_ char *clean = text_clean_dup(key);
    _cleanup_free_ char *sentence =
        near ? mem_printf("unknown key \"%s\": did you mean \"%s\"?", clean, near)
             : mem_printf("unknown key \"%s\"", clean);
    return fault(p, at, sentence, e);
}

static char *trim_end(char *from, char *end)
{
    while (end > from && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return from;
}

/* `line` is cut to pieces. */
static int parse_line(struct settings *s, const struct place *p, char *line, struct err *e)
{
    line[strcspn(line, "#")] = '\0';
    char *key = line + strspn(line, " \t\r"), *equal = strchr(key, '=');
    if (!*key)
        return 0;
    if (!equal)
        return fault(p, key, "a line is \"key = value\"", e);
    char *value = equal + 1 + strspn(equal + 1, " \t\r");
    trim_end(key, equal);
    trim_end(value, value + strlen(value));
    for (size_t i = 0; i < settings_key_count; i++) {
        const struct settings_key *k = &settings_keys[i];
        if (strcmp(k->name, key) != 0)
            continue;
        if (setters[i](s, value))
            return 0;
        _cleanup_free_ char *clean = text_clean_dup(value);
        _cleanup_free_ char *sentence =
            mem_printf("%s cannot be \"%s\": it takes %s", key, clean, k->values);
        return fault(p, value, sentence, e);
    }
    return unknown_key(p, key, key, e);
}

int settings_parse(struct settings *s, const char *file, const char *text, size_t len,
                   struct err *e)
{
    _cleanup_free_ char *all = mem_zalloc(len + 1, 1);
    struct place p = {.file = file, .line = 1};
    int r = 0;
    memcpy(all, text, len);
    if (memchr(all, '\0', len)) {
        p.start = all;
        return fault(&p, all, "the file is not a text", e);
    }
    for (char *line = all; r == 0 && line; p.line++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        p.start = line;
        r = parse_line(s, &p, line, e);
        line = end;
    }
    return r;
}

/* --- the user's file -------------------------------------------------------------------------- */

bool settings_path(struct buf *path)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && *config == '/') /* a relative one is to be ignored (XDG Base Directory) */
        buf_adds(path, config);
    else if (home && *home == '/')
        buf_printf(path, "%s/.config", home);
    else
        return false;
    buf_adds(path, "/vethlab/view.conf");
    return true;
}

int settings_load(struct settings *s, struct err *e)
{
    _cleanup_buf_ struct buf path = BUF_INIT, text = BUF_INIT;
    settings_init(s);
    if (!settings_path(&path))
        return 0;
    _cleanup_free_ char *clean = text_clean_dup(buf_str(&path));
    int r = io_read_file(AT_FDCWD, buf_str(&path), SETTINGS_FILE_MAX, &text);
    if (r == -ENOENT || r == -ENOTDIR)
        return 0;
    if (r < 0)
        return err_set_exit(e, EXIT_USAGE, -r, "cannot read %s", clean);
    return settings_parse(s, clean, buf_str(&text), text.len, e);
}
