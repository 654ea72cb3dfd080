/* SPDX-License-Identifier: BSD-2-Clause */
/* palette: the table of verbs as the view has it. */
#ifndef VETHLAB_VERB_PALETTE_H
#define VETHLAB_VERB_PALETTE_H

#include "view/command.h"

struct palette {
    struct view_verb *verb; /* owned; ends with one without a name */
};

void palette_init(struct palette *p);
void palette_fini(struct palette *p);

#endif
