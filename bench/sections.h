/* SPDX-License-Identifier: BSD-2-Clause */
/* sections: what is measured beside up and down. */
#ifndef VETHLAB_BENCH_SECTIONS_H
#define VETHLAB_BENCH_SECTIONS_H

#include "contestant.h"

/* A lab of 1,000 nodes: the largest resident set of `up`, the private memory of a node. */
void section_memory(const struct tools *t);

#endif
