/* SPDX-License-Identifier: BSD-2-Clause */
/* map_line: the characters of lines that meet, cross, and differ in weight. For the map only. */
#ifndef VETHLAB_VIEW_MAP_LINE_H
#define VETHLAB_VIEW_MAP_LINE_H

#include <stdbool.h>
#include <stdint.h>

enum map_weight {
    WEIGHT_NONE,
    WEIGHT_LIGHT,
    WEIGHT_HEAVY,       /* much traffic */
    WEIGHT_DOUBLE,      /* selected */
    WEIGHT_DEAD,        /* dashed: nothing gets through */
    WEIGHT_DEAD_DOUBLE, /* and selected */
    WEIGHT_COUNT
};

/* The character for `arms` (ARM_* of map_layout.h), those to left and right of weight `row`, those
 * up and down of weight `col`. A mix that has no character gets the nearest. Never NULL. */
const char *map_line_glyph(uint8_t arms, enum map_weight row, enum map_weight col, bool ascii);

#endif
