/* SPDX-License-Identifier: BSD-2-Clause */
/* pane_plan: see the header. The first plan of a row of ever simpler ones that fits is taken. */
#include "view/pane_plan.h"

#include "base/mem.h"

#define STRIP_ROWS_MAX 4
#define AIR_ROWS       3 /* as many must remain free */
#define HEADER_ROWS    8 /* in a lower pane, where lists scroll, headers give way */
#define IP_ROWS        3 /* of a link in the form of `ip link`, 80 columns wide */
#define EIGHTHS        8
#define SHELL_KEEPS    3 /* eighths, where lists beside it scroll */
#define SHELL_ZOOMED   4

/* A row of ever simpler plans, the first of which that fits is taken. A shell keeps so many eighths
 * of the rows, zoomed or not; then it gives way, but never before it has as little, so that what
 * is told of links and pings is not hidden beside its empty rows. */
static const struct step {
    enum pane_detail pings, others;
    bool for_shell; /* only where there is one: beside it links are worth more than strips */
    int shell, zoomed;
} steps[] = {
    {DETAIL_ALL, DETAIL_ALL, false, 4, 6},
    {DETAIL_SHORT, DETAIL_ALL, false, 4, 6},
    {DETAIL_ROW, DETAIL_ALL, true, 4, 5},
    {DETAIL_SHORT, DETAIL_SHORT, false, 3, 5},
    {DETAIL_ROW, DETAIL_SHORT, false, SHELL_KEEPS, SHELL_ZOOMED},
    {DETAIL_ROW, DETAIL_ROW, false, 0, SHELL_ZOOMED},
};
#define LAST_STEP (&steps[ARRAY_LEN(steps) - 1])

struct pane_list pane_measure(const struct pane *p, enum ui_section s, struct area a,
                              enum pane_detail detail)
{
    a.rows = 0;
    return pane_sections[s].draw(p, a, 0, detail);
}

static const struct pane_section *section_of(const struct pane_share *s)
{
    return &pane_sections[s->section];
}

/* --- which ------------------------------------------------------------------------------------ */

static bool must_stay(const struct pane *p, enum ui_section s)
{
    if (pane_has_shell(p))
        return s == SECTION_SHELL;
    return (s == SECTION_PINGS && p->ping) || (s == SECTION_LINKS && p->link);
}

/* Addresses are the links' lines in all forms but that of `ip link`. */
bool pane_shows(const struct pane *p, enum ui_section s)
{
    const struct pane_section *x = &pane_sections[s];
    bool links = ui_has_section(p->d, p->node, SECTION_LINKS);
    if (s == SECTION_ADDRS && links && p->form != FORM_IP_LINK)
        return false;
    return ui_has_section(p->d, p->node, s) && (!x->has || x->has(p));
}

bool pane_has_shell(const struct pane *p)
{
    return pane_shows(p, SECTION_SHELL);
}

static int least_rows(const struct pane_plan *plan)
{
    int rows = plan->count - 1;
    for (int i = 0; i < plan->count; i++)
        rows += plan->share[i].least;
    return rows;
}

static void give_way(const struct pane *p, struct pane_plan *plan)
{
    int worst = -1;
    for (int i = 0; i < plan->count; i++)
        if (!must_stay(p, plan->share[i].section) &&
            (worst < 0 ||
             section_of(&plan->share[i])->rank > section_of(&plan->share[worst])->rank))
            worst = i;
    worst = worst < 0 ? plan->count - 1 : worst;
    for (int i = worst; i + 1 < plan->count; i++)
        plan->share[i] = plan->share[i + 1];
    plan->count--;
}

static bool is_text(const struct pane *p, enum ui_section s)
{
    return s == SECTION_LINKS && p->form != FORM_COMPACT;
}

/* Beside a shell the first link is told as ip(8) prints it before other sections are. */
static int least_of(const struct pane *p, enum ui_section s)
{
    return is_text(p, s) && pane_has_shell(p) ? IP_ROWS : pane_sections[s].least;
}

/* The least that is wanted of a pane whose shell was zoomed: what is text scrolls. */
static int zoomed_rows(const struct pane *p, struct area in, const struct pane_plan *plan)
{
    int rows = plan->count - 1;
    for (int i = 0; i < plan->count; i++) {
        enum ui_section s = plan->share[i].section;
        rows += s == SECTION_SHELL ? in.rows * LAST_STEP->zoomed / EIGHTHS
                : is_text(p, s)    ? least_of(p, s)
                                : pane_has_header(p, s) + pane_measure(p, s, in, DETAIL_ROW).rows;
    }
    return rows;
}

static void choose(const struct pane *p, struct area in, struct pane_plan *plan)
{
    bool for_shell = p->zoomed && pane_has_shell(p);
    for (int s = 0; s < SECTION_COUNT; s++)
        if (pane_shows(p, (enum ui_section)s))
            plan->share[plan->count++] = (struct pane_share){
                .section = (enum ui_section)s, .least = least_of(p, (enum ui_section)s)};
    while (plan->count > 1 && least_rows(plan) > in.rows)
        give_way(p, plan);
    while (for_shell && plan->count > 2 && zoomed_rows(p, in, plan) > in.rows)
        give_way(p, plan);
}

/* --- how many rows ---------------------------------------------------------------------------- */

static int total_weight(const struct pane_plan *plan)
{
    int weight = 0;
    for (int i = 0; i < plan->count; i++)
        weight += section_of(&plan->share[i])->weight;
    return weight ? weight : 1;
}

/* What a section that fills wants of all. */
static int wanted_rows(const struct pane *p, int rows, const struct pane_plan *plan,
                       const struct pane_share *s, const struct step *step)
{
    if (s->section == SECTION_SHELL)
        return rows * (p->zoomed ? step->zoomed : step->shell) / EIGHTHS;
    return step == LAST_STEP ? 0 : rows * section_of(s)->weight / total_weight(plan);
}

/* At least one row each: "no links" stands there. */
static int measure_all(const struct pane *p, struct area in, struct pane_plan *plan,
                       const struct step *step)
{
    int all = 0;
    for (int i = 0; i < plan->count; i++) {
        struct pane_share *s = &plan->share[i];
        const struct pane_section *x = section_of(s);
        s->need = x->fills ? wanted_rows(p, in.rows, plan, s, step)
                           : pane_measure(p, s->section, in, s->detail).rows;
        s->need = s->need > s->least ? s->need : s->least;
        all += s->need;
    }
    return all;
}

static struct pane_share *shell_of(struct pane_plan *plan)
{
    for (int i = 0; i < plan->count; i++)
        if (plan->share[i].section == SECTION_SHELL)
            return &plan->share[i];
    return NULL;
}

/* What is left to be shared, and who has got his rows. */
struct rest {
    int rows, weight;
    bool done[SECTION_COUNT];
};

static void give(struct pane_plan *plan, struct rest *rest, struct pane_share *s, int rows)
{
    s->rows = rows < rest->rows ? rows : rest->rows;
    rest->rows -= s->rows;
    rest->weight -= section_of(s)->weight;
    rest->done[s - plan->share] = true;
}

static int part_of(const struct pane_share *s, const struct rest *rest)
{
    return rest->weight ? rest->rows * section_of(s)->weight / rest->weight : rest->rows;
}

/* To one whose part is less than that. False: there is none. */
static bool give_least(struct pane_plan *plan, struct rest *rest)
{
    for (int i = 0; i < plan->count; i++) {
        struct pane_share *s = &plan->share[i];
        if (rest->done[i] || part_of(s, rest) >= s->least)
            continue;
        give(plan, rest, s, s->least);
        return true;
    }
    return false;
}

/* To one that needs no more than its part. False: there is none. */
static bool give_need(struct pane_plan *plan, struct rest *rest)
{
    for (int i = 0; i < plan->count; i++) {
        struct pane_share *s = &plan->share[i];
        if (rest->done[i] || s->need > part_of(s, rest))
            continue;
        give(plan, rest, s, s->need);
        return true;
    }
    return false;
}

/* The eighths of a shell beside lists that do not fit, but for the least that these have. */
static int rows_kept(const struct pane *p, const struct pane_plan *plan,
                     const struct pane_share *shell, int rows)
{
    int zoomed = p->form == FORM_COMPACT ? steps->zoomed : SHELL_ZOOMED; /* text needs rows */
    int keeps = rows * (p->zoomed ? zoomed : SHELL_KEEPS) / EIGHTHS;
    int others = least_rows(plan) - (plan->count - 1) - shell->least;
    keeps = keeps < rows - others ? keeps : rows - others;
    return keeps > shell->least ? keeps : shell->least;
}

/* First the least of all, so that none has a title and no row. Then nobody takes the room of
 * another while that needs less than its part: whoever needs less gets what it needs, and the
 * others share the rest anew. A shell has what it keeps, and what the lists leave. */
static void share_scarce(const struct pane *p, struct pane_plan *plan, int rows)
{
    struct rest rest = {.rows = rows, .weight = total_weight(plan)};
    struct pane_share *shell = plan->count > 1 ? shell_of(plan) : NULL;
    if (shell)
        give(plan, &rest, shell, rows_kept(p, plan, shell, rows));
    while (give_least(plan, &rest) || give_need(plan, &rest))
        continue;
    for (int i = plan->count - 1; i >= 0; i--) { /* the first one has what is left over */
        struct pane_share *s = &plan->share[i];
        if (!rest.done[i])
            give(plan, &rest, s, part_of(s, &rest));
    }
    if (shell)
        shell->rows += rest.rows;
}

/* All have what they need; those that fill share the rest, or else the last one has it. */
static void share_plenty(struct pane_plan *plan, int rows)
{
    int filling = 0, last = plan->count - 1;
    for (int i = 0; i < plan->count; i++) {
        plan->share[i].rows = plan->share[i].need;
        rows -= plan->share[i].need;
        if (!section_of(&plan->share[i])->fills)
            continue;
        filling++;
        last = i;
    }
    for (int i = 0; i < plan->count && filling > 1; i++)
        if (section_of(&plan->share[i])->fills && i != last)
            plan->share[i].rows += rows / filling;
    if (filling > 1)
        rows -= (filling - 1) * (rows / filling);
    if (last >= 0) /* where all sections are off there is none */
        plan->share[last].rows += rows;
}

/* --- the plan --------------------------------------------------------------------------------- */

static bool has_filling(const struct pane_plan *plan)
{
    for (int i = 0; i < plan->count; i++)
        if (section_of(&plan->share[i])->fills)
            return true;
    return false;
}

/* With room to spare the strips grow, so that they are seen from the last row of a lecture hall. */
static int highest_strip(const struct pane *p, struct area a, const struct pane_plan *plan,
                         int spare)
{
    struct pane higher = *p;
    higher.strip_rows = STRIP_ROWS_MAX;
    for (int i = 0; i < plan->count; i++) {
        const struct pane_share *s = &plan->share[i];
        if (s->section != SECTION_PINGS)
            continue;
        while (higher.strip_rows > 1 &&
               pane_measure(&higher, s->section, a, s->detail).rows > s->need + spare)
            higher.strip_rows--;
        return higher.strip_rows;
    }
    return 1;
}

bool pane_has_header(const struct pane *p, enum ui_section s)
{
    return pane_sections[s].header && (s != SECTION_LINKS || p->form == FORM_COMPACT);
}

static int headers(const struct pane *p, struct pane_plan *plan, bool on)
{
    int rows = 0;
    for (int i = 0; i < plan->count; i++) {
        plan->share[i].header = on && pane_has_header(p, plan->share[i].section);
        rows += plan->share[i].header;
    }
    return rows;
}

static bool fits(const struct pane *p, struct area in, struct pane_plan *plan,
                 const struct step *step)
{
    bool first = step == steps;
    int between = plan->count - 1;
    int left = in.rows - headers(p, plan, true) - between;
    int spare = left - measure_all(p, in, plan, step);
    if (spare < 0)
        return false;
    plan->air = between > 0 && spare >= AIR_ROWS + between - 1 && (first || !has_filling(plan));
    if (first && plan->air && !has_filling(plan))
        plan->strip_rows = highest_strip(p, in, plan, spare - AIR_ROWS - between + 1);
    share_plenty(plan, left - (plan->air ? between : 0));
    return true;
}

/* Headers only where each section has its rows nevertheless. */
static int rows_below_headers(const struct pane *p, struct area in, struct pane_plan *plan,
                              bool wanted)
{
    int rows = in.rows - (plan->count - 1), least = least_rows(plan) - (plan->count - 1);
    int with = rows - headers(p, plan, wanted && in.rows >= HEADER_ROWS);
    if (with < least)
        with = rows - headers(p, plan, false);
    return with > 0 ? with : 0;
}

struct pane_plan pane_plan(const struct pane *p, struct area in)
{
    struct pane_plan plan = {.strip_rows = 1};
    choose(p, in, &plan);
    for (const struct step *step = steps; step <= LAST_STEP; step++) {
        for (int i = 0; i < plan.count; i++)
            plan.share[i].detail =
                plan.share[i].section == SECTION_PINGS ? step->pings : step->others;
        if ((!step->for_shell || pane_has_shell(p)) && fits(p, in, &plan, step))
            return plan;
    }
    int need = measure_all(p, in, &plan, p->zoomed ? steps : LAST_STEP);
    int rows = rows_below_headers(p, in, &plan, need > in.rows - (plan.count - 1));
    if (need <= rows)
        share_plenty(&plan, rows);
    else
        share_scarce(p, &plan, rows);
    return plan;
}
