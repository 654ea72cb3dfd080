/* SPDX-License-Identifier: BSD-2-Clause */
/* view_random_test: 10,000 frames of random labs, sizes and keys. No frame may crash, last for
 * ever, hold a byte that acts on a terminal, or lose the selection; the numbers are the same in
 * each run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "view/eventlog.h"
#include "view/keys.h"
#include "view/scene.h"
#include "view_testdata.h"

#define LABS        500
#define FRAMES      20  /* of each lab */
#define SECONDS_MAX 300 /* of all of it, with sanitizers on a slow machine */

static uint64_t dice;

static uint32_t roll(uint32_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (uint32_t)(dice >> 32) % sides;
}

/* Mostly letters; now and then what a name must not be. */
static const char *random_name(char *to, size_t size)
{
    static const char *const odd[] = {"路", "\x1b[2J", "e\xcc\x81", "\xff", "\n", "\xe2\x80\xae",
                                      "🚀",  ":",       " ",         "%s",   "\t", "\xcc\x81"};
    size_t want = 1 + roll((uint32_t)size - 1), len = 0;
    while (len < want) {
        char letter[2] = {(char)('a' + roll(26)), 0};
        const char *next = roll(6) ? letter : odd[roll(ARRAY_LEN(odd))];
        if (len + strlen(next) >= size)
            break;
        memcpy(to + len, next, strlen(next));
        len += strlen(next);
    }
    to[len] = '\0';
    return to;
}

static void random_if(struct snap *s, struct snap_node *n, uint32_t index)
{
    char name[IFNAMSIZ], prefix[64];
    struct snap_if *i = test_if(n, index, random_name(name, sizeof name));
    i->flags = roll(1 << 17);
    i->operstate = (uint8_t)roll(9);
    i->carrier = roll(2);
    i->has_mac = roll(4);
    i->peer_index = roll(3) ? roll(40) : 0;
    i->peer_node = (int)roll((uint32_t)s->nodes + 4) - 2; /* also what does not exist */
    i->master = roll(5) ? 0 : roll(20);
    i->type = (uint16_t)roll(1000);
    i->group = roll(3);
    i->alias = roll(9) ? NULL : mem_strdup("an alias\n\x1b[2J\xe2\x80\xae");
    if (roll(9) == 0)
        snprintf(i->altnames, sizeof i->altnames, "%s\nand another\n", i->name);
    for (uint32_t k = roll(4); k > 0; k--) {
        if (roll(2))
            snprintf(prefix, sizeof prefix, "10.%u.%u.%u/%u", roll(256), roll(256), roll(256),
                     roll(33));
        else
            snprintf(prefix, sizeof prefix, "%s:%x:%x::%x/%u", roll(2) ? "fe80" : "2001:db8",
                     1 + roll(65535), 1 + roll(65535), roll(65536), roll(129));
        struct snap_addr *a = test_addr(i, prefix);
        a->flags = roll(1 << 14);
        a->scope = (uint8_t)roll(256);
        a->valid_s = roll(3) ? SNAP_FOREVER : roll(1000);
    }
}

static void random_pings(struct view_data *d, size_t node)
{
    char name[40];
    for (uint32_t k = roll(8) ? roll(5) : roll(60); k > 0; k--) {
        const char *to = roll(2) ? "10.1.2.3" : "2001:db8:1111:2222:3333:4444:5555:6666";
        struct view_ping *p = test_ping(d, node, roll(3) ? random_name(name, sizeof name) : NULL,
                                        to, roll(300), roll(4));
        if (roll(5) == 0)
            view_ping_failed(p, p->seq + 1, random_name(name, sizeof name));
        if (roll(9) == 0)
            view_ping_sent(p, UINT64_MAX);
    }
}

static struct snap_node *random_tables(void)
{
    struct snap_node *n = mem_zalloc(1, sizeof *n);
    for (uint32_t k = roll(30); k > 0; k--) {
        struct snap_route *r = test_route(n, roll(2) ? "10.0.0.0/8" : "fd00::/64",
                                          roll(2) ? "10.1.2.3" : NULL, roll(9));
        r->table = roll(3) ? RT_TABLE_MAIN : roll(300);
        r->protocol = (uint8_t)roll(256);
        r->type = (uint8_t)roll(20);
        r->scope = (uint8_t)roll(256);
        r->flags = roll(256);
    }
    for (uint32_t k = roll(30); k > 0; k--) {
        struct snap_neigh *x = snap_node_add_neigh(n);
        ip_addr_parse("fe80::1:2", &x->addr);
        x->state = (uint16_t)roll(256);
        x->has_mac = roll(2);
    }
    return n;
}

static struct snap *random_lab(struct view_data *d)
{
    char name[34];
    struct snap *s = snap_new(random_name(name, sizeof name));
    for (uint32_t k = roll(12) ? roll(7) : roll(120); k > 0; k--)
        snap_add_node(s, random_name(name, sizeof name));
    for (size_t i = 0; i < s->nodes; i++) {
        s->node[i].gone = roll(20) == 0;
        s->node[i].incomplete = roll(20) == 0;
        uint32_t links = s->node[i].gone ? 0 : roll(10) ? roll(6) : roll(80);
        for (uint32_t k = 1; k <= links; k++)
            random_if(s, &s->node[i], k);
    }
    view_data_init(d, s, (int64_t)roll(1000) * TEST_S);
    if (roll(4))
        test_rates(d, s);
    for (size_t i = 0; i < s->nodes; i++)
        random_pings(d, i);
    for (size_t i = 0; i < s->nodes; i++)
        if (roll(2))
            view_data_set_tables(d, i, random_tables());
    d->gone = roll(20) == 0;
    return s;
}

/* NULL now and then; owned by the caller. */
static struct eventlog *random_log(struct view_data *d)
{
    char name[34], words[100];
    struct eventlog *log = roll(5) ? eventlog_new() : NULL;
    d->log = log;
    for (uint32_t k = log ? roll(80) : 0; k > 0; k--) {
        const struct eventlog_entry e = {.at_ns = d->now_ns - roll(20) * TEST_S,
                                         .at_real_ns = (int64_t)roll(1 << 30) * TEST_S,
                                         .node = (int)roll((uint32_t)d->nodes + 1) - 1,
                                         .node_name = random_name(name, sizeof name),
                                         .words = random_name(words, sizeof words),
                                         .kind = (enum eventlog_kind)roll(EVENTLOG_KIND_COUNT),
                                         .source = roll(6)};
        eventlog_put(log, &e);
    }
    return log;
}

/* Each cell is whole and clean, and each row as wide as the screen. Returns whether something is
 * selected. */
static bool check_cells(const struct canvas *c)
{
    bool selected = false;
    for (int row = 0; row < c->rows; row++)
        for (int col = 0; col < c->cols; col++) {
            const struct canvas_cell *cell = canvas_at(c, row, col);
            char clean[4 * CANVAS_TEXT_MAX];
            selected |= cell->selected;
            bool letter = cell->text[0] >= ' ' && cell->text[0] < 0x7f && !cell->text[1];
            if (letter && cell->width == 1 && cell->style < STYLE_COUNT)
                continue;
            assert_true(cell->style < STYLE_COUNT);
            assert_non_null(memchr(cell->text, 0, CANVAS_TEXT_MAX));
            assert_int_equal(text_width(cell->text), cell->width);
            assert_string_equal(text_clean_to(clean, sizeof clean, cell->text), cell->text);
            if (cell->width == 2)
                assert_int_equal(canvas_at(c, row, col + 1)->width, 0);
            if (cell->width == 0) {
                assert_string_equal(cell->text, "");
                assert_int_equal(canvas_at(c, row, col - 1)->width, 2);
            }
            for (const char *b = cell->text; c->ascii && *b; b++)
                assert_in_range(*b, 0x20, 0x7e);
        }
    return selected;
}

static void random_keys(struct view_ui *ui, struct view_data *d)
{
    for (uint32_t k = roll(12); k > 0; k--) {
        const struct key_row *row = &key_rows[roll((uint32_t)key_row_count)];
        keys_press(ui, roll(8) ? row->key[0] : (int)roll(0x3000), d);
    }
    if (roll(10) == 0)
        ui_say(ui, d, roll(2), "a message \x1b[2J that is longer than the screen, perhaps");
}

static void random_frame(struct view_data *d, struct view_ui *ui)
{
    struct canvas c;
    ui->rows = (int)roll(roll(4) ? 60 : 12);
    ui->cols = (int)roll(roll(4) ? 220 : 45);
    random_keys(ui, d);
    canvas_init(&c, ui->rows, ui->cols, roll(2));
    scene_draw(d, ui, &c);
    assert_int_equal(c.rows, ui->rows);
    assert_int_equal(c.cols, ui->cols);
    bool selected = check_cells(&c);
    bool large = c.rows >= SCENE_ROWS_MIN && c.cols >= SCENE_COLS_MIN && !ui->help;
    large = large && ui->screen != UI_LOG; /* nothing is selected there */
    bool ended = d->nodes && d->snap->node[ui_node(ui, d)].gone;
    if (d->nodes && ui->screen == UI_MAP &&
        canvas_width(&c, d->snap->node[ui_node(ui, d)].name) == 0)
        large = false; /* it is its name that is marked there */
    if (ui->screen == UI_MAP && c.rows <= 7)
        large =
            false; /* a table of many nodes has no row left: the line below it says what it is */
    if (large && !ended && (ui_link(ui, d) || ui_ping(ui, d)) && !selected)
        fail_msg("%dx%d: what is selected is not on the screen", c.cols, c.rows);
    /* The spare cell behind the last one. */
    assert_int_equal(c.cell[(size_t)c.rows * (size_t)c.cols].width, 0);
    canvas_fini(&c);
}

static void random_frames_are_whole(void **state)
{
    (void)state;
    alarm(SECONDS_MAX);
    dice = 0x2026112418001ULL;
    for (int lab = 0; lab < LABS; lab++) {
        struct view_data d;
        struct view_ui ui;
        struct buf once = BUF_INIT;
        uint64_t began = dice;
        struct snap *s = random_lab(&d);
        struct eventlog *log = random_log(&d);
        ui_init(&ui, TEST_S);
        if (lab % 100 == 0)
            print_message("lab %d begins at %#llx\n", lab, (unsigned long long)began);
        for (int frame = 0; frame < FRAMES; frame++)
            random_frame(&d, &ui);
        scene_once(&d, (enum ui_form)roll(FORM_COUNT), (int)roll(200), roll(2), &once);
        buf_fini(&once);
        view_data_fini(&d);
        snap_free(s);
        eventlog_free(log);
    }
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_frames_are_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
