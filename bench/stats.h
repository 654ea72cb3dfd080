/* SPDX-License-Identifier: BSD-2-Clause */
/* stats: samples by name, and the two forms of the report. */
#ifndef VETHLAB_BENCH_STATS_H
#define VETHLAB_BENCH_STATS_H

#include <stdio.h>

/* One value of `what` ("up", "down", "gone") for lab and contestant, in milliseconds. */
void stats_add(const char *what, const char *lab, const char *who, double ms);
/* A sentence below the tables: what could not be measured, or a single figure. */
void stats_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A single figure with the limit it is measured against. */
void stats_figure(const char *name, double value, const char *unit, double goal);

/* A Markdown table for each `what`: medians with minimum and maximum, and ratios to `base`. */
void stats_markdown(FILE *to, const char *base);
void stats_json(FILE *to, const char *machine, const char *base);

#endif
