/* SPDX-License-Identifier: BSD-2-Clause */
/* view_settings_test: the user's file, the themes, and the screen as a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "view/dump.h"
#include "view/map_line.h"
#include "view/settings.h"

/* --- settings --------------------------------------------------------------------------------- */

static int parse(struct settings *s, const char *text, struct err *e)
{
    *e = (struct err)ERR_INIT;
    settings_init(s);
    return settings_parse(s, "view.conf", text, strlen(text), e);
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct settings s;
    struct err e;
    assert_int_equal(parse(&s,
                           "# what I like\n\n theme = light\t# the projector\r\n"
                           "links=ip-addr\npanes = 4\ninterval = 0.25\nprefix = C-a\n"
                           "mouse = off\nascii = on",
                           &e),
                     0);
    assert_int_equal(s.theme, THEME_LIGHT);
    assert_int_equal(s.form, FORM_IP_ADDR);
    assert_int_equal(s.panes, 4);
    assert_int_equal(s.interval_ns, 250 * CLOCK_NS_PER_MS);
    assert_int_equal(s.prefix, 1);
    assert_false(s.mouse);
    assert_true(s.ascii);
    assert_int_equal(parse(&s, "", &e), 0);
    assert_int_equal(s.prefix, 2);
    assert_true(s.mouse);
    assert_int_equal(s.panes, 0);
}

/* Field by field: the padding is nobody's. */
static bool is_same(const struct settings *a, const struct settings *b)
{
    return a->theme == b->theme && a->form == b->form && a->panes == b->panes &&
           a->interval_ns == b->interval_ns && a->prefix == b->prefix && a->mouse == b->mouse &&
           a->ascii == b->ascii;
}

static void what_the_presets_say_is_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_key_count; i++) {
        struct settings preset, read;
        struct err e;
        char *line = mem_printf("%s = %s\n", settings_keys[i].name, settings_keys[i].preset);
        settings_init(&preset);
        assert_int_equal(parse(&read, line, &e), 0);
        if (strcmp(settings_keys[i].name, "interval") == 0)
            assert_int_equal(read.interval_ns, CLOCK_NS_PER_S);
        else
            assert_true(is_same(&preset, &read));
        free(line);
    }
}

static void faults_have_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } faulty[] = {
        {"\n  them = dark\n", "view.conf:2:3: unknown key \"them\": did you mean \"theme\"?"},
        {"x = 1\n", "view.conf:1:1: unknown key \"x\""},
        {"theme\n", "view.conf:1:1: a line is \"key = value\""},
        {"theme = pink\n",
         "view.conf:1:9: theme cannot be \"pink\": it takes dark, light, colour-blind, mono"},
        {"theme =\n", "view.conf:1:8: theme cannot be \"\": it takes dark, light, colour-blind, "
                      "mono"},
        {"panes = 3", "view.conf:1:9: panes cannot be \"3\": it takes auto, 1, 2, 4"},
        {"interval = 0", "view.conf:1:12: interval cannot be \"0\": it takes seconds, 0.01-3600"},
        {"interval = 1e3",
         "view.conf:1:12: interval cannot be \"1e3\": it takes seconds, 0.01-3600"},
        {"interval = 4000",
         "view.conf:1:12: interval cannot be \"4000\": it takes seconds, 0.01-3600"},
        {"prefix = C-i",
         "view.conf:1:10: prefix cannot be \"C-i\": it takes C-a ... C-z but C-i, C-j, C-m"},
        {"prefix = b",
         "view.conf:1:10: prefix cannot be \"b\": it takes C-a ... C-z but C-i, C-j, C-m"},
        {"mouse = yes", "view.conf:1:9: mouse cannot be \"yes\": it takes on, off"},
        {"\033[2J = 1", "view.conf:1:1: unknown key \"\\x1b[2J\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(faulty); i++) {
        struct settings s;
        struct err e;
        assert_int_equal(parse(&s, faulty[i].text, &e), -EINVAL);
        assert_string_equal(e.text, faulty[i].says);
        assert_int_equal(e.exit, EXIT_USAGE);
    }
    struct settings s;
    struct err e = ERR_INIT;
    settings_init(&s);
    assert_int_equal(settings_parse(&s, "f", "a\0b", 3, &e), -EINVAL);
    assert_string_equal(e.text, "f:1:1: the file is not a text");
}

static char *scratch(void)
{
    const char *tmp = getenv("TMPDIR");
    char *path = mem_printf("%s/vethlab-settings.XXXXXX", tmp && *tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static void the_file_is_found_where_xdg_says(void **state)
{
    (void)state;
    char *dir = scratch(), *sub = mem_printf("%s/vethlab", dir);
    char *file = mem_printf("%s/view.conf", sub);
    struct settings s;
    struct err e = ERR_INIT;
    setenv("XDG_CONFIG_HOME", dir, 1);
    assert_int_equal(settings_load(&s, &e), 0); /* there is none */
    assert_int_equal(mkdir(sub, 0700), 0);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(io_write_all(fd, "theme = mono\n", 13), 0);
    close(fd);
    assert_int_equal(settings_load(&s, &e), 0);
    assert_int_equal(s.theme, THEME_MONO);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_int_equal(settings_load(&s, &e), -EISDIR);
    assert_non_null(strstr(e.text, "view.conf: EISDIR"));
    rmdir(file);
    rmdir(sub);
    rmdir(dir);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    setenv("HOME", "/nowhere", 1);
    struct buf path = BUF_INIT;
    assert_true(settings_path(&path));
    assert_string_equal(buf_str(&path), "/nowhere/.config/vethlab/view.conf");
    unsetenv("HOME");
    buf_reset(&path);
    assert_false(settings_path(&path));
    buf_fini(&path);
    free(file);
    free(sub);
    free(dir);
}

static void the_manual_has_each_key(void **state)
{
    (void)state;
    const char *srcdir = getenv("srcdir");
    _cleanup_free_ char *path = mem_printf("%s/doc/vethlab.1.in", srcdir ? srcdir : ".");
    _cleanup_buf_ struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, path, 1 << 20, &text), 0);
    const char *section = strstr(buf_str(&text), "\n.Sh SETTINGS\n");
    assert_non_null(section);
    for (size_t i = 0; i < settings_key_count; i++) {
        _cleanup_free_ char *item = mem_printf("\n.It Ic %s\n", settings_keys[i].name);
        const char *at = strstr(section, item), *end = at ? strstr(at + 1, "\n.It Ic ") : NULL;
        assert_non_null(at);
        const char *preset = strstr(at, settings_keys[i].preset);
        assert_true(preset && (!end || preset < end));
    }
}

/* --- themes ----------------------------------------------------------------------------------- */

/* Good, bad and doubtful differ in each theme even where all colours look alike. */
static void no_theme_tells_by_colour_alone(void **state)
{
    (void)state;
    for (int t = 0; t < THEME_COUNT; t++) {
        const struct canvas_look *good = theme_look((enum theme)t, STYLE_GOOD);
        const struct canvas_look *bad = theme_look((enum theme)t, STYLE_BAD);
        assert_int_not_equal(good->attributes, bad->attributes);
        for (unsigned s = 0; s < STYLE_COUNT; s++) {
            const struct canvas_look *look = theme_look((enum theme)t, s);
            assert_string_equal(look->name, canvas_looks[s].name);
            if (t == THEME_MONO)
                assert_true(look->foreground < 0 && look->background < 0);
        }
        assert_ptr_equal(theme_look((enum theme)t, STYLE_COUNT + 7)->name,
                         theme_look((enum theme)t, STYLE_PLAIN)->name);
    }
    assert_null(theme_names[THEME_COUNT]);
}

/* What a program in a node has chosen keeps its colours but where there shall be none. */
static void cells_of_programs_have_their_own_look(void **state)
{
    (void)state;
    struct canvas_cell cell = {.text = "x", .width = 1, .style = STYLE_OWN};
    cell.own = (struct canvas_own){208, 4, LOOK_BOLD | LOOK_ITALIC};
    for (int t = 0; t < THEME_COUNT; t++) {
        struct canvas_own look = theme_cell_look((enum theme)t, &cell);
        assert_int_equal(look.attributes, LOOK_BOLD | LOOK_ITALIC);
        assert_int_equal(look.foreground, t == THEME_MONO ? -1 : 208);
        assert_int_equal(look.background, t == THEME_MONO ? -1 : 4);
    }
    cell.style = STYLE_BAD;
    assert_int_equal(theme_cell_look(THEME_DARK, &cell).foreground,
                     theme_look(THEME_DARK, STYLE_BAD)->foreground);
}

/* --- the screen as a file --------------------------------------------------------------------- */

/* Of a font they would be as high as its line: not joined. */
static void lines_of_the_map_are_shapes(void **state)
{
    (void)state;
    for (uint8_t arms = 1; arms < 16; arms++)
        for (int row = WEIGHT_NONE + 1; row < WEIGHT_COUNT; row++)
            for (int col = WEIGHT_NONE + 1; col < WEIGHT_COUNT; col++) {
                struct canvas c;
                struct buf svg = BUF_INIT;
                const char *glyph =
                    map_line_glyph(arms, (enum map_weight)row, (enum map_weight)col, false);
                canvas_init(&c, 1, 1, false);
                area_text(area_all(&c), 0, 0, STYLE_PLAIN, glyph);
                dump_svg(&c, THEME_DARK, &svg);
                if (strstr(buf_str(&svg), glyph) && strcmp(glyph, " ") != 0)
                    fail_msg("\"%s\" is text in the picture", glyph);
                buf_fini(&svg);
                canvas_fini(&c);
            }
}

static void a_picture_has_text_and_shapes(void **state)
{
    (void)state;
    struct canvas c;
    struct buf svg = BUF_INIT;
    canvas_init(&c, 2, 12, false);
    area_text(area_all(&c), 0, 0, STYLE_BAD, "a<&>\"路");
    area_text(area_all(&c), 1, 0, STYLE_PLAIN, "─║█");
    area_select_row(area_part(area_all(&c), 1, 5, 1, 2), 0);
    dump_svg(&c, THEME_DARK, &svg);
    const char *s = buf_str(&svg);
    assert_non_null(strstr(s, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"140\""));
    assert_non_null(strstr(s, "textLength=\"70\" fill=\"#ff6c60\" font-weight=\"bold\">"
                              "a&lt;&amp;&gt;\"路</text>"));
    assert_null(strstr(s, "─"));
    assert_null(strstr(s, "║"));
    assert_non_null(
        strstr(s, "<rect x=\"30\" y=\"30\" width=\"10\" height=\"20\"")); /* the block */
    assert_non_null(strstr(s, "<rect x=\"60\" y=\"30\" width=\"20\" height=\"20\"")); /* selected */
    assert_non_null(strstr(s, "</svg>\n"));
    buf_fini(&svg);
    canvas_fini(&c);
}

static void nothing_is_overwritten(void **state)
{
    (void)state;
    char *dir = scratch(), said[200];
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct err e = ERR_INIT;
    struct canvas c;
    struct buf text = BUF_INIT;
    canvas_init(&c, 1, 5, true);
    area_text(area_all(&c), 0, 0, STYLE_PLAIN, "hello");
    assert_int_equal(symlinkat("/dev/null", fd, "lab-2.svg"), 0);
    assert_int_equal(dump_files(&c, THEME_DARK, fd, "lab", said, sizeof said, &e), 0);
    assert_string_equal(said, "lab-1.txt and lab-1.svg");
    assert_int_equal(dump_files(&c, THEME_DARK, fd, "lab", said, sizeof said, &e), 0);
    assert_string_equal(said, "lab-3.txt and lab-3.svg");
    assert_int_equal(faccessat(fd, "lab-2.txt", F_OK, 0), -1); /* a pair or nothing */
    assert_int_equal(io_read_file(fd, "lab-3.txt", 100, &text), 0);
    assert_string_equal(buf_str(&text), "hello\n");
    static const char *const all[] = {"lab-1.txt", "lab-1.svg", "lab-2.svg", "lab-3.txt",
                                      "lab-3.svg"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        assert_int_equal(unlinkat(fd, all[i], 0), 0);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(dump_files(&c, THEME_DARK, fd, "lab", said, sizeof said, &e), -ENOENT);
    assert_non_null(strstr(e.text, "cannot write the screen into this directory: ENOENT"));
    buf_fini(&text);
    canvas_fini(&c);
    close(fd);
    free(dir);
}

/* What is said of the screen that was written; the files are taken away again. */
static void goes_to(const struct canvas *c, const char *dir, const char *said, mode_t mode)
{
    struct err e = ERR_INIT;
    struct stat st;
    char *got = dump_somewhere(c, THEME_DARK, "lab", &e);
    assert_non_null(got);
    if (strncmp(got, said, strlen(said)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", got, said);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(fstatat(fd, "lab-1.txt", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, mode);
    assert_int_equal(unlinkat(fd, "lab-1.txt", 0), 0);
    assert_int_equal(unlinkat(fd, "lab-1.svg", 0), 0);
    close(fd);
    free(got);
}

/* From a directory that was taken away nothing can be written, by root neither. */
static void the_screen_goes_where_it_can(void **state)
{
    (void)state;
    char *dir = scratch(), *gone = mem_printf("%s/gone", dir), *made = mem_printf("%s/state", dir);
    char *whole = mem_printf("%s/vethlab", made), *home = mem_printf("%s/home", dir);
    char *said[] = {mem_printf("lab-1.txt and lab-1.svg in %s: this", whole),
                    mem_printf("lab-1.txt and lab-1.svg in %s: this", home),
                    mem_printf("lab-1.txt and lab-1.svg in %s: this", dir)};
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mode_t mask = umask(022);
    struct canvas c;
    canvas_init(&c, 1, 5, true);
    assert_int_equal(mkdir(gone, 0700), 0);
    assert_int_equal(mkdir(home, 0700), 0);
    assert_int_equal(chdir(gone), 0);
    setenv("XDG_STATE_HOME", made, 1);
    setenv("HOME", home, 1);
    setenv("TMPDIR", dir, 1);
    goes_to(&c, gone, "written: ", 0644);
    assert_int_equal(rmdir(gone), 0);
    goes_to(&c, whole, said[0], 0644); /* which was made */
    assert_int_equal(rmdir(whole), 0);
    assert_int_equal(rmdir(made), 0);
    setenv("XDG_STATE_HOME", "relative", 1);
    goes_to(&c, home, said[1], 0644);
    assert_int_equal(rmdir(home), 0);
    assert_int_equal(chmod(dir, 01777), 0); /* others may look in */
    goes_to(&c, dir, said[2], 0600);
    assert_int_equal(fchdir(here), 0);
    assert_int_equal(rmdir(dir), 0);
    umask(mask);
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        free(said[i]);
    free(dir), free(gone), free(made), free(whole), free(home);
    close(here);
    canvas_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_the_presets_say_is_so),
        cmocka_unit_test(faults_have_their_place),
        cmocka_unit_test(the_file_is_found_where_xdg_says),
        cmocka_unit_test(the_manual_has_each_key),
        cmocka_unit_test(no_theme_tells_by_colour_alone),
        cmocka_unit_test(cells_of_programs_have_their_own_look),
        cmocka_unit_test(a_picture_has_text_and_shapes),
        cmocka_unit_test(lines_of_the_map_are_shapes),
        cmocka_unit_test(nothing_is_overwritten),
        cmocka_unit_test(the_screen_goes_where_it_can),
    };
    return cmocka_run_group_tests_name("view_settings", tests, NULL, NULL);
}
