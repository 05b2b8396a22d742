/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_TRANSACTION_H
#define EVENTWALL_SECLANG_TRANSACTION_H

/* An event as rules see it: variables with members, made of the decoded message by the table
 * mapping.def. */

#include "model.h"

#include "eventwall/message.h"

struct ew_member {
	struct ew_member *next;
	struct ew_bytes key, value;
	const struct ew_field *field; /* NULL: it is made up */
	bool inner; /* it was inside another member: it is looked at, not counted */
};

struct ew_collection {
	struct ew_member *first, *last;
};

struct ew_transaction {
	struct ew_arena *arena; /* takes all that is made on the way */
	struct ew_collection of[EW_VARIABLE_COUNT];
	bool http;
	size_t work, work_most; /* done by rules, about a byte looked at each; at most; 0: any */
};

/* Views of `m`, which must live as long.  False: past the budget of the arena. */
EW_MUSTCHECK bool ew_transaction_build(struct ew_transaction *t, struct ew_arena *a,
				       const struct ew_message *m);

/* False: past the budget. */
bool ew_transaction_add(struct ew_transaction *t, enum ew_variable id, struct ew_bytes key,
			struct ew_bytes value, const struct ew_field *field);

#endif
