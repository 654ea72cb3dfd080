/* SPDX-License-Identifier: BSD-2-Clause */
/* glyph: the signs that a canvas can draw (canvas_glyph()). */
#ifndef VETHLAB_VIEW_GLYPH_H
#define VETHLAB_VIEW_GLYPH_H

/* Lines and signs, each with an ASCII form. */
enum glyph {
    GLYPH_H,
    GLYPH_V,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_BOTTOM_LEFT,
    GLYPH_BOTTOM_RIGHT,
    GLYPH_TEE_LEFT,
    GLYPH_TEE_RIGHT,
    GLYPH_FOCUS_H, /* the same, doubled, for the focused pane */
    GLYPH_FOCUS_V,
    GLYPH_FOCUS_TOP_LEFT,
    GLYPH_FOCUS_TOP_RIGHT,
    GLYPH_FOCUS_BOTTOM_LEFT,
    GLYPH_FOCUS_BOTTOM_RIGHT,
    GLYPH_FOCUS_TEE_LEFT,
    GLYPH_FOCUS_TEE_RIGHT,
    GLYPH_POINTER, /* before the selected row */
    GLYPH_ABOVE,   /* more above */
    GLYPH_BELOW,
    GLYPH_MORE, /* text was cut here */
    GLYPH_PEER, /* between a link and its other end */
    GLYPH_LOST, /* in the strip */
    GLYPH_WAITING,
    GLYPH_BAR_1, /* the strip, low to high */
    GLYPH_BAR_8 = GLYPH_BAR_1 + 7,
    GLYPH_BRIDGE,  /* before the name of a bridge, on the map */
    GLYPH_LINK_UP, /* in the map's table */
    GLYPH_LINK_BUSY,
    GLYPH_LINK_NONE,
    GLYPH_COUNT
};

#endif
