/* SPDX-License-Identifier: BSD-2-Clause */
/* format: see the header. Links and pings are read after the nodes they name, wherever they stand
 * in the file. */
#include "format/format.h"

#include "base/mem.h"
#include "base/text.h"
#include "format/gate.h"
#include "format/read_node.h"
#include "model/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum part { PART_NODES, PART_LINKS, PART_PINGS, PART_COUNT };
static const char *const part_names[] = {"nodes", "links", "pings"};
_Static_assert(ARRAY_LEN(part_names) == PART_COUNT, "every part has a name");

struct top {
    struct fy_node *value[PART_COUNT];
    struct mark mark[PART_COUNT]; /* line 0: not given */
};

static void keep(struct reader *r, struct top *t, enum part i, struct fy_node *v, struct mark mark)
{
    if (t->mark[i].line) {
        fault_add(r->faults, FAULT_ERROR, mark, "\"%s\" is given already in line %u", part_names[i],
                  t->mark[i].line);
        r->unread++;
        return;
    }
    t->value[i] = v;
    t->mark[i] = mark;
}

static void key_nodes(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    keep(r, obj, PART_NODES, v, mark);
}

static void key_links(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    keep(r, obj, PART_LINKS, v, mark);
}

static void key_pings(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    keep(r, obj, PART_PINGS, v, mark);
}

static void key_name(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)obj;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "name");
    r->topo->name = s ? text_clean_dup(s) : NULL;
    r->topo->name_mark = yaml_mark(v, mark);
}

/* containerlab's ways of giving many nodes the same keys. */
static void key_not_inherited(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)obj;
    if (!yaml_is_null(v))
        fault_add(r->faults, FAULT_WARNING, mark,
                  "nothing is inherited here, this is ignored: write what it says at each node");
}

const struct yaml_key format_topology_keys[] = {
    {"nodes", key_nodes},         {"links", key_links},          {"defaults", key_not_inherited},
    {"kinds", key_not_inherited}, {"groups", key_not_inherited}, {NULL, NULL}};

static void key_topology(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    yaml_keys(r, v, mark, "topology", format_topology_keys, obj);
}

const struct yaml_key format_document_keys[] = {
    {"name", key_name},   {"nodes", key_nodes},       {"links", key_links},
    {"pings", key_pings}, {"topology", key_topology}, {"mgmt", NULL},
    {"prefix", NULL},     {"settings", NULL},         {"debug", NULL},
    {NULL, NULL}};

static void read_document(struct reader *r, struct fy_node *root)
{
    static const struct mark start = {1, 1, 1};
    struct top top = {0};
    r->wrapped =
        fy_node_is_mapping(root) && fy_node_mapping_lookup_by_string(root, "topology", FY_NT);
    yaml_refuse_tricks(r, root, start, 0);
    if (r->faults->errors)
        return; /* an alias stands for what is not there */
    if (!fy_node_is_mapping(root)) {
        fault_add(r->faults, FAULT_ERROR, yaml_mark(root, start),
                  "a topology is a mapping with the key \"nodes\"");
        return;
    }
    yaml_keys(r, root, start, "a topology", format_document_keys, &top);
    r->topo->incomplete = r->unread > 0;
    read_nodes(r, top.value[PART_NODES], top.mark[PART_NODES], NULL);
    read_links(r, top.value[PART_LINKS], top.mark[PART_LINKS], NULL);
    if (top.mark[PART_PINGS].line)
        read_pings(r, top.value[PART_PINGS], top.mark[PART_PINGS], NULL);
}

/* The library's words, where they can be made plainer. */
static const char *plainer(const char *msg)
{
    static const struct {
        const char *theirs, *ours;
    } words[] = {
        {"did not find expected node content",
         "not YAML: a value or a closing bracket is missing here"},
        {"invalid multiline plain key", "not YAML: a colon is missing behind this"},
        {"Max depth", "nested deeper than 16 levels"},
        {"tab character may not", "not YAML: a line is indented with spaces, never with a tab"},
        {"missing comma in flow", "not YAML: a comma or a closing bracket is missing before this"},
        {"flow sequence without a closing", "not YAML: a \"[\" has no \"]\""},
        {"flow mapping without a closing", "not YAML: a \"{\" has no \"}\""},
        {"double-quoted scalar without closing", "not YAML: a text in double quotes has no end"},
        {"single-quoted scalar without closing", "not YAML: a text in single quotes has no end"},
        {"invalid indentation in mapping",
         "not YAML: this line is indented neither as the one above nor as one of its parents"},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strncmp(msg, words[i].theirs, strlen(words[i].theirs)) == 0)
            return words[i].ours;
    return NULL;
}

/* Of a place behind the last line there is nothing to show: the end of what is there. */
static struct mark place_of(const struct reader *r, const struct fy_diag_error *d)
{
    struct mark end = {1, 1, 1};
    size_t len = r->len;
    while (len && strchr(" \t\r\n", r->text[len - 1]))
        len--;
    for (size_t i = 0; i < len; i++) {
        bool begins = (r->text[i] & 0xc0) != 0x80; /* a character */
        end.column = r->text[i] == '\n' ? 1 : end.column + begins;
        end.line += r->text[i] == '\n';
    }
    bool behind = d->line > 0 && (uint32_t)d->line > end.line;
    return behind ? end : (struct mark){(uint32_t)d->line, (uint32_t)d->column, 1};
}

static void take_diagnostics(struct reader *r, struct fy_diag *diag)
{
    void *it = NULL;
    struct faults *f = r->faults;
    struct fy_diag_error *d;
    while ((d = fy_diag_errors_iterate(diag, &it))) {
        _cleanup_free_ char *text = text_clean_dup(d->msg);
        const char *plain = plainer(text);
        struct mark mark = place_of(r, d);
        if (plain)
            fault_add(f, FAULT_ERROR, mark, "%s", plain);
        else
            fault_add(f, FAULT_ERROR, mark, "not YAML: %s", text);
    }
    if (!f->errors)
        fault_add(f, FAULT_ERROR, (struct mark){0},
                  "the file has no content: a topology is a mapping with the key \"nodes\"");
}

static void read_all(struct reader *r, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_document *doc = fy_parse_load_document(parser);
    if (!doc || !fy_document_root(doc)) {
        take_diagnostics(r, diag);
    } else {
        read_document(r, fy_document_root(doc));
        struct fy_document *more = fy_parse_load_document(parser);
        if (more)
            fault_add(r->faults, FAULT_ERROR, yaml_mark(fy_document_root(more), (struct mark){0}),
                      "a second document begins here: a topology is one document");
        else if (fy_diag_got_error(diag))
            take_diagnostics(r, diag);
        fy_parse_document_destroy(parser, more);
    }
    fy_parse_document_destroy(parser, doc);
}

static void parse_yaml(struct reader *r, const char *text, size_t len)
{
    struct fy_diag_cfg dcfg;
    fy_diag_cfg_default(&dcfg);
    dcfg.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&dcfg);
    fy_diag_set_collect_errors(diag, true);
    /* Keys given twice are found by us, with the line of the first, and are no end of the reading.
     */
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&cfg);
    fy_parser_set_string(parser, text, len);
    read_all(r, parser, diag);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
}

struct topo *format_parse(const char *text, size_t len, struct faults *f)
{
    struct reader r = {.topo = topo_new(), .faults = f, .text = text, .len = len};
    if (gate_check(text, len, f))
        parse_yaml(&r, text, len);
    free(r.warned);
    free(r.by_name);
    return r.topo;
}

char *format_stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    static const char *const ends[] = {".lab.yaml", ".lab.yml", ".clab.yaml",
                                       ".clab.yml", ".yaml",    ".yml"};
    size_t len = strlen(base);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(ends[i]);
        if (len > n && strcmp(base + len - n, ends[i]) == 0)
            return mem_strndup(base, len - n);
    }
    return mem_strdup(base);
}

/* Standard input, or a descriptor that the shell made a name of: <(...) is /dev/fd/63. */
static bool is_nameless(const char *path)
{
    return strcmp(path, "-") == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
           strncmp(path, "/proc/self/fd/", 14) == 0;
}

static void name_lab(struct topo *t, const char *path, const char *name)
{
    if (!name && t->name)
        return;
    _cleanup_free_ char *stem = format_stem(path);
    free(t->name);
    t->name = text_clean_dup(name ? name : is_nameless(path) ? "stdin" : stem);
    t->name_mark = (struct mark){0};
}

char *format_lab_name(const char *path)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct faults ignored;
    struct err none = ERR_INIT;
    if (gate_read(path, &text, &none) < 0)
        buf_reset(&text);
    faults_init(&ignored);
    struct topo *t = format_parse(buf_str(&text), text.len, &ignored);
    name_lab(t, path, NULL);
    char *name = mem_strdup(t->name);
    faults_fini(&ignored);
    topo_free(t);
    return name;
}

int format_load(const char *path, const char *name, struct topo **out, struct buf *report,
                struct err *e)
{
    _cleanup_buf_ struct buf text = BUF_INIT;
    struct faults f;
    int r = gate_read(path, &text, e);
    if (r < 0)
        return r;
    faults_init(&f);
    struct topo *t = format_parse(buf_str(&text), text.len, &f);
    t->file = text_clean_dup(path);
    name_lab(t, path, name);
    if (f.errors == 0 || t->nodes)
        topo_check(t, &f);
    faults_sort(&f);
    faults_print(&f, t->file, buf_str(&text), text.len, report);
    size_t errors = f.errors;
    faults_fini(&f);
    *out = t;
    if (errors == 0)
        return 0;
    err_set_exit(e, EXIT_INVALID, 0, "%s: %zu fault%s, nothing was created", t->file, errors,
                 errors == 1 ? "" : "s");
    topo_free(t);
    *out = NULL;
    return -EINVAL;
}
