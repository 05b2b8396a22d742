/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_MACRO_H
#define EVENTWALL_SECLANG_MACRO_H

/* Text with %{...} in it, taken apart at load. */

#include "syntax.h"

struct ew_macro_piece {
	struct ew_macro_piece *next;
	bool variable;
	struct ew_bytes
		text; /* or, of a variable, the name of a member; empty: it is a single value */
	enum ew_variable id;
};

struct ew_macro {
	struct ew_macro_piece *first;
	bool varies; /* it has a variable */
};

/* `text` is a view of the text of `file`. */
EW_MUSTCHECK bool ew_macro_read(struct ew_arena *a, const struct ew_seclang_file *file,
				struct ew_bytes text, struct ew_macro *m_r, struct ew_error *e);

/* What a variable has first, a view; empty: nothing. */
typedef struct ew_bytes (*ew_macro_look_fn)(void *arg, enum ew_variable id, struct ew_bytes key);

/* In the arena, or a view where nothing varies; {NULL, 0} past its budget. */
struct ew_bytes ew_macro_expand(const struct ew_macro *m, struct ew_arena *a, ew_macro_look_fn look,
				void *arg);

#endif
