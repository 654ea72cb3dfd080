/* SPDX-License-Identifier: BSD-2-Clause */
/* paths: what files there are, for the palette. */
#ifndef VETHLAB_VIEW_PATHS_H
#define VETHLAB_VIEW_PATHS_H

#define PATHS_MAX 1000 /* of a directory, in no order; more are not looked at */

/* The paths that begin with `stem`, sorted, relative where that is; directories with a slash at
 * their end. Names that begin with a dot only where the stem does, and none that would need quotes
 * or is no clean text. NULL-terminated, all owned by the caller, and never NULL. */
char **paths_list(const char *stem);

#endif
