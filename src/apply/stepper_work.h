/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_work: what the stepper's worker does, and what it is asked. */
#ifndef VETHLAB_APPLY_STEPPER_WORK_H
#define VETHLAB_APPLY_STEPPER_WORK_H

#include "apply/builder_node.h"
#include "teach/steps.h"

#include <stddef.h>

/* A datagram to the worker. It answers with any number of BUILD_NOTE, then with BUILD_DONE or
 * BUILD_ERROR; but nothing before its first question is answered by BUILD_WHOLE: it is ready. */
struct stepper_question {
    bool undo;
    size_t step;
};

struct stepper_work {
    struct builder b;
    struct ops *ops; /* the values before are put into it */
    const struct teach_steps *steps;
};

/* Inside the holder's namespaces, as a child of the holder: answers until the channel closes. */
_Noreturn void stepper_work(struct stepper_work *w);

#endif
