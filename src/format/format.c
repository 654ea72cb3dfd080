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

struct top {
    struct fy_node *value[3]; /* nodes, links, pings */
    struct mark mark[3];
};

static void keep(struct top *t, int i, struct fy_node *v, struct mark mark)
{
    t->value[i] = v;
    t->mark[i] = mark;
}

static void key_nodes(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)r;
    keep(obj, 0, v, mark);
}

static void key_links(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)r;
    keep(obj, 1, v, mark);
}

static void key_pings(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)r;
    r->topo->has_pings = true;
    keep(obj, 2, v, mark);
}

static void key_name(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    (void)obj;
    _cleanup_free_ char *s = yaml_text(r, v, mark, "name");
    free(r->topo->name);
    r->topo->name = text_clean_dup(s);
    r->topo->name_mark = yaml_mark(v, mark);
}

static void key_topology(struct reader *r, struct fy_node *v, struct mark mark, void *obj)
{
    static const struct yaml_key keys[] = {{"nodes", key_nodes}, {"links", key_links},
                                           {"defaults", NULL},   {"kinds", NULL},
                                           {"groups", NULL},     {NULL, NULL}};
    yaml_keys(r, v, mark, "topology", keys, obj);
}

static void read_document(struct reader *r, struct fy_node *root)
{
    static const struct yaml_key keys[] = {
        {"name", key_name},   {"nodes", key_nodes},       {"links", key_links},
        {"pings", key_pings}, {"topology", key_topology}, {"mgmt", NULL},
        {"prefix", NULL},     {"settings", NULL},         {NULL, NULL}};
    static const struct mark start = {1, 1, 1};
    struct top top = {0};
    r->wrapped =
        fy_node_is_mapping(root) && fy_node_mapping_lookup_by_string(root, "topology", FY_NT);
    yaml_refuse_tricks(r, root, start, 0);
    if (r->faults->errors)
        return; /* an alias stands for what is not there */
    if (!fy_node_is_mapping(root)) {
        fault_add(r->faults, FAULT_ERROR, start, "a topology is a mapping with the key \"nodes\"");
        return;
    }
    yaml_keys(r, root, start, "a topology", keys, &top);
    read_nodes(r, top.value[0], top.mark[0], NULL);
    read_links(r, top.value[1], top.mark[1], NULL);
    if (top.value[2])
        read_pings(r, top.value[2], top.mark[2], NULL);
}

static void take_diagnostics(struct fy_diag *diag, struct faults *f)
{
    void *it = NULL;
    struct fy_diag_error *d;
    while ((d = fy_diag_errors_iterate(diag, &it))) {
        _cleanup_free_ char *text = text_clean_dup(d->msg);
        fault_add(f, FAULT_ERROR, (struct mark){(uint32_t)d->line, (uint32_t)d->column, 1},
                  "not YAML: %s", text);
    }
    if (!f->errors)
        fault_add(f, FAULT_ERROR, (struct mark){0}, "not YAML");
}

static void parse_yaml(struct reader *r, const char *text, size_t len)
{
    struct fy_diag_cfg dcfg;
    fy_diag_cfg_default(&dcfg);
    dcfg.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&dcfg);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&cfg);
    fy_parser_set_string(parser, text, len);
    struct fy_document *doc = fy_parse_load_document(parser);
    if (!doc || !fy_document_root(doc)) {
        take_diagnostics(diag, r->faults);
    } else {
        read_document(r, fy_document_root(doc));
        struct fy_document *more = fy_parse_load_document(parser);
        if (more)
            fault_add(r->faults, FAULT_ERROR, (struct mark){0},
                      "the file has more than one document");
        else if (fy_diag_got_error(diag))
            take_diagnostics(diag, r->faults);
        fy_parse_document_destroy(parser, more);
    }
    fy_parse_document_destroy(parser, doc);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
}

struct topo *format_parse(const char *text, size_t len, struct faults *f)
{
    struct reader r = {.topo = topo_new(), .faults = f};
    if (gate_check(text, len, f))
        parse_yaml(&r, text, len);
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
    if (name || !t->name) {
        free(t->name);
        t->name = name                     ? mem_strdup(name)
                  : strcmp(path, "-") == 0 ? mem_strdup("stdin")
                                           : format_stem(path);
    }
    if (f.errors == 0)
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
