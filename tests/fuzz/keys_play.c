/* SPDX-License-Identifier: BSD-2-Clause */
/* keys_play: see the header. The view's own parts are the real ones, down to view/shellinput and
 * view/console; what these ask of the world (shells_*, errand_*) is played here. */
#include "keys_play.h"

#include "base/text.h"
#include "live/errand.h"
#include "view/command.h"
#include "view/console.h"
#include "view/eventlog.h"
#include "view/keyinput.h"
#include "view/keys.h"
#include "view/mouse.h"
#include "view/output.h"
#include "view/scene.h"
#include "view/shellinput.h"
#include "view_testdata.h"

#include <errno.h>
#include <stdio.h>

#define NODES_MAX  40
#define HISTORY    20
#define ROWS_MAX   50
#define COLS_MAX   130
#define SCRIPT_MAX 2000 /* bytes: longer ones find nothing that shorter ones do not */

struct shells {
    struct term *term[NODES_MAX]; /* owned, or NULL */
    bool ended[NODES_MAX];
    struct view_data *data;
};

struct play {
    const uint8_t *script;
    size_t len;
    struct snap *snap;
    struct view_data d;
    struct view_ui ui;
    struct shells shells;
    struct shellinput input;
    struct errand errand;
    struct console console;
    struct eventlog *log;
    struct keyinput keyinput;
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "keys: does not hold: %s\n", what);
    abort();
}
#define MUST(what) must((what), #what)

static unsigned byte(struct play *p)
{
    if (p->len == 0)
        return 0;
    p->len--;
    return *p->script++;
}

/* At most `max` bytes; *n says how many. Borrowed, not terminated. */
static const char *bytes(struct play *p, size_t max, size_t *n)
{
    *n = byte(p) % max;
    *n = *n < p->len ? *n : p->len;
    const char *text = (const char *)p->script;
    p->script += *n;
    p->len -= *n;
    return text;
}

/* --- what the view asks of the world ---------------------------------------------------------- */

void shells_show(struct shells *s)
{
    for (size_t i = 0; i < s->data->nodes; i++)
        s->data->node[i].shell =
            (struct view_shell){.term = s->term[i], .ended = s->ended[i], .code = (int)i};
}

int shells_open(struct shells *s, size_t node, int rows, int cols, struct err *e)
{
    MUST(node < s->data->nodes);
    if (node % 5 == 4)
        return err_set(e, EAGAIN, "no shell\x1b[2J can be had here");
    if (s->term[node] && !s->ended[node])
        return 0;
    term_free(s->term[node]);
    s->term[node] = term_new(rows, cols, HISTORY);
    s->ended[node] = false;
    shells_show(s);
    return 0;
}

void shells_end(struct shells *s, size_t node)
{
    term_free(s->term[node]);
    s->term[node] = NULL;
    shells_show(s);
}

void shells_resize(struct shells *s, size_t node, int rows, int cols)
{
    MUST(rows >= 2 && cols >= 2);
    if (s->term[node])
        term_resize(s->term[node], rows, cols);
}

void shells_scroll(struct shells *s, size_t node, int lines)
{
    if (s->term[node])
        term_scroll(s->term[node], lines);
}

bool shells_key(struct shells *s, size_t node, int key)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    MUST(node == SHELLS_ALL || node < s->data->nodes);
    if (node != SHELLS_ALL && s->term[node])
        term_key(s->term[node], key & 0xffffff, (unsigned)key >> 24, &out);
    return key % 7 != 0;
}

bool shells_paste(struct shells *s, size_t node, const char *text, size_t len)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (node != SHELLS_ALL && s->term[node])
        term_paste(s->term[node], text, len, &out);
    return len % 2;
}

void shells_mouse(struct shells *s, size_t node, const struct term_mouse *m)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    int rows, cols;
    MUST(s->term[node]);
    term_size(s->term[node], &rows, &cols);
    MUST(m->row >= 0 && m->col >= 0);
    term_mouse(s->term[node], m, &out);
}

void shells_focus(struct shells *s, size_t node, bool in)
{
    _cleanup_buf_ struct buf out = BUF_INIT;
    if (s->term[node])
        term_focus(s->term[node], in, &out);
}

int errand_watch(struct errand *r, struct loop *loop, const struct errand_hooks *hooks,
                 struct err *e)
{
    (void)loop, (void)e;
    r->hooks = *hooks;
    return 0;
}

int errand_run(struct errand *r, const char *const *words, struct err *e)
{
    MUST(words[0]);
    if (r->busy)
        return err_set(e, EBUSY, "a command runs");
    r->busy = true;
    return 0;
}

void errand_interrupt(struct errand *r)
{
    (void)r;
}

void errand_close(struct errand *r)
{
    (void)r;
}

/* --- the lab ---------------------------------------------------------------------------------- */

/* Whatever is asked for: one that begins so, and one that does not. */
static char **some_files(const char *stem)
{
    char **list = mem_zalloc(3, sizeof *list);
    list[0] = mem_printf("%.40s/", stem);
    list[1] = mem_strdup("a.yaml");
    return list;
}

static const struct view_verb *the_verbs(void)
{
    static const char *const forms[] = {"table", "lines", NULL};
    static const struct view_option counted[] = {{"--count", 'c', "N", NULL},
                                                 {"--form", 0, "FORM", forms},
                                                 {"--log", 0, "FILE", NULL},
                                                 {0}},
                                    plain[] = {{"--lab", 0, "LAB", NULL}, {0}};
    static const struct view_verb verbs[] = {
        {"ping", "[-c N] [LAB] A B", "Pings", 3, 1, false, true, COMMAND_NODES, counted},
        {"plan", "[--lab LAB] [FILE]", "Shows", 0, 0, true, false, COMMAND_FILES, plain},
        {"exec", "[LAB] NODE -- CMD...", "Runs", 2, 1, false, true, COMMAND_NODES, plain},
        {"shell", "[LAB] NODE", "Opens a shell", 2, 0, false, true, COMMAND_NODES, plain},
        {"view", "[LAB]", "Shows", 1, 0, false, true, 0, plain},
        {"list", "", "Lists", 0, 0, false, false, 0, plain},
        {0},
    };
    return verbs;
}

static void build_lab(struct play *p)
{
    static const char *const names[] = {"a", "terminal1", "路由器", "with\x1b[2J", "e\xcc\x81\xff"};
    size_t nodes = byte(p);
    nodes = nodes > 240 ? NODES_MAX : nodes % 7;
    p->snap = snap_new("lab");
    for (size_t i = 0; i < nodes; i++) {
        _cleanup_free_ char *name =
            i < ARRAY_LEN(names) ? mem_strdup(names[i]) : mem_printf("node%zu", i);
        test_node(p->snap, name);
    }
    for (uint32_t i = 1; i < nodes; i++)
        test_link(p->snap, 2 * i, i - 1, "eth1", "10.0.0.1/24", i, i % 2 ? "eth0" : "x\x1b[1m",
                  i % 3 ? "fd00::2/64" : NULL);
    view_data_init(&p->d, p->snap, 1000 * TEST_S);
    test_rates(&p->d, p->snap);
    for (size_t i = 1; i < nodes; i++)
        test_ping(&p->d, i, p->snap->node[i - 1].name, "10.0.0.1", (unsigned)(20 * i), 3);
}

static void link_goes(struct snap_node *n, size_t at)
{
    if (n->ifs == 0)
        return;
    at %= n->ifs;
    snap_if_fini(&n->iface[at]);
    n->ifs--;
    memmove(&n->iface[at], &n->iface[at + 1], (n->ifs - at) * sizeof n->iface[0]);
}

static void link_goes_down(struct snap_node *n, size_t at)
{
    if (n->ifs == 0)
        return;
    n->iface[at % n->ifs].flags &= ~(unsigned)(IFF_UP | IFF_RUNNING | IFF_LOWER_UP);
    n->iface[at % n->ifs].operstate = IF_OPER_DOWN;
    n->iface[at % n->ifs].carrier = false;
}

/* What somebody else does meanwhile. */
static void lab_changes(struct play *p, unsigned what, unsigned which)
{
    struct view_data *d = &p->d;
    size_t node = d->nodes ? which % d->nodes : 0;
    if (d->nodes == 0)
        return;
    struct snap_node *n = &p->snap->node[node];
    struct view_node *v = &d->node[node];
    if (what % 8 == 0)
        link_goes(n, which / 8);
    else if (what % 8 == 1)
        test_if(n, 100 + which, "late")->alias = mem_strdup("an alias\n\x1b[2J\xe2\x80\xae");
    else if (what % 8 == 2)
        link_goes_down(n, which / 8);
    else if (what % 8 == 3 && which > 200)
        d->gone = true;
    else if (what % 8 == 4 && which > 100)
        n->gone = true;
    else if (what % 8 == 5 && v->pings)
        view_data_remove_ping(d, node, which / 8 % v->pings);
    else if (what % 8 == 6)
        test_ping(d, node, "\xff\x1b]0;x", "fe80::1", which, which % 4);
    else if (what % 8 == 7)
        view_data_set_tables(d, node, mem_zalloc(1, sizeof *n));
}

static void shell_prints(struct play *p)
{
    _cleanup_buf_ struct buf answer = BUF_INIT;
    size_t n, node = byte(p) % NODES_MAX;
    bool ends = byte(p) % 8 == 0;
    const char *text = bytes(p, 60, &n);
    if (!p->shells.term[node])
        return;
    term_feed(p->shells.term[node], text, n, &answer);
    p->shells.ended[node] = ends;
    shells_show(&p->shells);
}

static void command_prints(struct play *p)
{
    size_t n;
    bool ends = byte(p) % 4 == 0;
    const char *text = bytes(p, 60, &n);
    if (!p->errand.busy)
        return;
    p->errand.hooks.output(text, n, p->errand.hooks.ctx);
    p->errand.busy = !ends;
    if (ends)
        p->errand.hooks.ended((int)n, p->errand.hooks.ctx);
}

static void event_comes(struct play *p)
{
    size_t n;
    unsigned kind = byte(p);
    const char *text = bytes(p, 40, &n);
    if (!p->log)
        return;
    _cleanup_free_ char *words = mem_strndup(text, n);
    const struct eventlog_entry e = {.at_ns = p->d.now_ns,
                                     .at_real_ns = p->d.now_ns,
                                     .node = p->d.nodes ? (int)(kind % p->d.nodes) : SNAP_NODE_NONE,
                                     .node_name = p->d.nodes ? "a" : NULL,
                                     .words = words,
                                     .kind = (enum eventlog_kind)(kind % EVENTLOG_KIND_COUNT),
                                     .source = kind / 64};
    eventlog_put(p->log, &e);
}

/* --- keys and what they ask ------------------------------------------------------------------- */

static void grant(struct play *p, enum ui_wish wish, int key)
{
    struct view_data *d = &p->d;
    struct view_ui *ui = &p->ui;
    MUST(wish < WISH_COUNT);
    if (wish == WISH_PROMPT && ui->prompt.kind == PROMPT_COMMAND)
        wish = console_take(&p->console, ui->prompt.text, d);
    else if (wish == WISH_PROMPT)
        ui_say(ui, d, true, ui->prompt.text);
    if (wish == WISH_LINK_UP || wish == WISH_LINK_DOWN || wish == WISH_FLAP || wish == WISH_CUT)
        MUST(ui_link(ui, d));
    if (wish == WISH_KILL) {
        MUST(ui_node(ui, d) < d->nodes);
        ui_ask_with(ui, PROMPT_KILL, "kill (1 \x1b[2J, 2 x): ", "");
    }
    if (wish == WISH_PING) {
        MUST(ui->ping_from && ui->ping_from <= d->nodes && ui_node(ui, d) < d->nodes);
        ui->ping_from = 0;
    }
    if (wish == WISH_UNPING) {
        MUST(ui_ping(ui, d) && ui_ping(ui, d) <= d->node[ui_node(ui, d)].pings);
        view_data_remove_ping(d, ui_node(ui, d), ui_ping(ui, d) - 1);
    }
    shellinput_grant(&p->input, wish, key);
}

static void press(struct play *p, int key)
{
    grant(p, keys_press(&p->ui, key, &p->d), key);
}

static int some_key(struct play *p)
{
    const struct key_row *row = &key_rows[byte(p) % key_row_count];
    unsigned which = byte(p);
    int key = row->key[which % KEYS_EACH];
    key = key ? key : row->key[0];
    return which / 8 % 8 == 0 ? key | VIEW_KEY_CONTROL : key;
}

/* What the terminal sends, as the screen gives it on. */
static void part_comes(struct play *p, enum keyinput_part part, int key)
{
    const struct term_mouse *m = &p->keyinput.mouse;
    int got = keyinput_take(&p->keyinput, part, key, p->d.now_ns);
    MUST(p->keyinput.paste.len <= KEYINPUT_PASTE_MAX);
    MUST(got != SCREEN_KEY_NONE || part != KEYINPUT_PASTE_END || !p->keyinput.pasting);
    const struct buf *paste = &p->keyinput.paste;
    if (got == SCREEN_KEY_PASTE && !shellinput_paste(&p->input, buf_str(paste), paste->len))
        ui_paste(&p->ui, buf_str(paste), paste->len, &p->d);
    if (got != SCREEN_KEY_MOUSE)
        return;
    MUST(m->row >= 0 && m->col >= 0);
    if (!shellinput_mouse(&p->input, m))
        grant(p, mouse_act(&p->ui, m, &p->d), 0);
}

static void characters_come(struct play *p, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        part_comes(p, KEYINPUT_CHARACTER, (unsigned char)text[i]);
}

/* Parts in any order; then nothing for a while, and keys must be keys. */
static void parts_come(struct play *p)
{
    size_t n;
    const char *text = bytes(p, 20, &n);
    for (size_t i = 0; i < n; i++)
        part_comes(p, (enum keyinput_part)((unsigned char)text[i] % KEYINPUT_PART_COUNT),
                   text[i] & 0x7f);
    int64_t later_ns = p->d.now_ns + KEYINPUT_PASTE_NS;
    int got = keyinput_idle(&p->keyinput, later_ns);
    MUST(got == SCREEN_KEY_NONE || got == SCREEN_KEY_PASTE || got == SCREEN_KEY_TOO_LONG);
    MUST(keyinput_take(&p->keyinput, KEYINPUT_KEY, VIEW_KEY_UP, later_ns) == VIEW_KEY_UP);
    MUST(keyinput_due_ns(&p->keyinput) == 0);
}

/* As the terminal reports it, or, more often, somewhere on the screen. */
static void mouse(struct play *p)
{
    char text[24];
    size_t n;
    unsigned how = byte(p);
    if (how & 8) {
        const char *raw = bytes(p, sizeof text, &n);
        snprintf(text, sizeof text, "%.*s", (int)n, raw);
    } else {
        unsigned row = byte(p), col = byte(p);
        snprintf(text, sizeof text, "%u;%u;%u", how & 0x40 ? how & 0x7f : 0, col, row % 64);
    }
    part_comes(p, KEYINPUT_MOUSE, 0);
    characters_come(p, text, strlen(text));
    part_comes(p, KEYINPUT_CHARACTER, how & 0x80 ? 'm' : 'M');
}

static void paste(struct play *p)
{
    size_t n;
    const char *text = bytes(p, 60, &n);
    part_comes(p, KEYINPUT_PASTE, 0);
    characters_come(p, text, n);
    part_comes(p, KEYINPUT_PASTE_END, 0);
}

static void type_text(struct play *p)
{
    size_t n;
    const char *text = bytes(p, 40, &n);
    for (size_t i = 0, used; i < n; i += used) {
        uint32_t code;
        used = text_utf8_next(text + i, n - i, &code);
        press(p, used ? (int)code : '?');
        used = used ? used : 1;
    }
}

/* True where a frame is due: as in the view, not after each key. */
static bool act(struct play *p)
{
    unsigned what = byte(p), which;
    switch (what % 16) {
    case 0:
        p->ui.rows = (int)(byte(p) % ROWS_MAX);
        p->ui.cols = (int)(byte(p) % COLS_MAX);
        break;
    case 1:
    case 2:
        mouse(p);
        break;
    case 3:
        which = byte(p);
        if (which % 4)
            paste(p);
        else
            parts_come(p);
        break;
    case 4:
        which = byte(p);
        lab_changes(p, which, byte(p));
        break;
    case 5:
        shell_prints(p);
        break;
    case 6:
        command_prints(p);
        break;
    case 7:
        event_comes(p);
        break;
    case 8:
        p->d.now_ns += (int64_t)byte(p) * 50 * TEST_MS;
        break;
    case 9:
    case 10:
        type_text(p);
        break;
    case 11:
        press(p, p->ui.prefix);
        break;
    default:
        press(p, some_key(p));
    }
    return what / 64 == 0 || p->len == 0;
}

/* --- what must hold --------------------------------------------------------------------------- */

static void check_cell(const struct canvas *c, int row, int col)
{
    char clean[4 * CANVAS_TEXT_MAX];
    const struct canvas_cell *cell = canvas_at(c, row, col);
    MUST(cell->style < STYLE_COUNT);
    if (cell->width == 1 && cell->text[0] >= ' ' && cell->text[0] < 0x7f && !cell->text[1])
        return;
    MUST(memchr(cell->text, 0, CANVAS_TEXT_MAX));
    MUST(text_width(cell->text) == cell->width);
    MUST(strcmp(text_clean_to(clean, sizeof clean, cell->text), cell->text) == 0);
    MUST(cell->width != 2 || (col + 1 < c->cols && canvas_at(c, row, col + 1)->width == 0));
    MUST(cell->width != 0 || (col > 0 && canvas_at(c, row, col - 1)->width == 2));
    MUST(!c->ascii || (cell->text[0] < 0x7f && cell->text[0] >= 0));
}

static void check_ui(const struct play *p)
{
    const struct view_ui *ui = &p->ui;
    char clean[4 * sizeof ui->message];
    MUST(p->d.nodes == 0 || ui_node(ui, &p->d) < p->d.nodes);
    MUST(ui->screen < UI_SCREEN_COUNT && ui->form < FORM_COUNT && ui->theme < THEME_COUNT);
    MUST(ui->prompt.cursor <= strlen(ui->prompt.text));
    MUST(!ui->shell_all || ui->shell_keys);
    MUST(strcmp(text_clean_to(clean, sizeof clean, ui->message), ui->message) == 0);
    MUST(ui->help_top >= 0);
}

static void draw(struct play *p)
{
    struct canvas c;
    shellinput_layout(&p->input);
    canvas_init(&c, p->ui.rows, p->ui.cols, p->ui.ascii);
    scene_draw(&p->d, &p->ui, &c);
    for (int row = 0; row < c.rows; row++)
        for (int col = 0; col < c.cols; col++)
            check_cell(&c, row, col);
    MUST(!c.has_cursor || (c.cursor_row >= 0 && c.cursor_row < c.rows));
    MUST(!c.has_cursor || (c.cursor_col >= 0 && c.cursor_col < c.cols));
    check_ui(p);
    canvas_fini(&c);
}

/* --- from beginning to end -------------------------------------------------------------------- */

static void nothing(void *ctx)
{
    (void)ctx;
}

static void begin(struct play *p)
{
    struct err e = ERR_INIT;
    unsigned how;
    build_lab(p);
    ui_init(&p->ui, TEST_S);
    how = byte(p);
    p->ui.ascii = how & 1;
    p->ui.stepping = how & 2;
    p->ui.mouse = true;
    p->ui.lab_goes = how & 16;
    p->ui.map = map_new();
    p->d.log = p->log = how & 8 ? NULL : eventlog_new();
    p->ui.verbs = how & 4 ? NULL : the_verbs();
    p->ui.files = some_files;
    p->shells.data = &p->d;
    p->input = (struct shellinput){&p->shells, &p->ui, &p->d, SHELLS_ALL};
    p->console = (struct console){.errand = &p->errand, .ui = &p->ui, .changed = nothing};
    MUST(console_start(&p->console, NULL, &e) == 0);
}

static void end(struct play *p)
{
    keyinput_fini(&p->keyinput);
    console_end(&p->console);
    map_free(p->ui.map);
    eventlog_free(p->log);
    for (size_t i = 0; i < NODES_MAX; i++)
        term_free(p->shells.term[i]);
    view_data_fini(&p->d);
    snap_free(p->snap);
}

void keys_play(const uint8_t *data, size_t len)
{
    struct play p = {.script = data, .len = len < SCRIPT_MAX ? len : SCRIPT_MAX};
    begin(&p);
    draw(&p);
    while (p.len) /* who quits goes on: the script is to be long */
        if (act(&p))
            draw(&p);
    end(&p);
}
