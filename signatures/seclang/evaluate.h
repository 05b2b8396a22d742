/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_EVALUATE_H
#define EVENTWALL_SECLANG_EVALUATE_H

/* The plain way to run rules: one after the other, each over all its targets, with a backtracking
 * engine.  Slow; it is what any faster way has to agree with. */

#include "transaction.h"

/* A rule that matched, all of its links. */
struct ew_seclang_hit {
	struct ew_seclang_hit *next;
	const struct ew_seclang_rule *rule;
	struct ew_bytes msg, logdata; /* expanded */
	bool denies;                  /* it would block */

	/* Where its last link matched last. */
	const struct ew_field *field; /* NULL: in something made up */
	struct ew_bytes variable;     /* as ARGS:name */
	struct ew_bytes value;        /* of it, before transformations */
	struct ew_bytes where;        /* in that; {NULL, 0}: in a form of it, or all of it */
};

struct ew_seclang_verdict {
	struct ew_seclang_hit *hits; /* in order */
	size_t count;
	const struct ew_seclang_rule *denied; /* the first that would block */
	unsigned severity;                    /* the gravest that matched; 255: none */
	bool spent;                           /* memory or work ran out: nothing is known */
};

/* Run phases 1, 2 and 5; replies are not judged, so 3 and 4 have nothing to look at.  `detect`: go
 * on where a rule would block.  Everything is in the arena of `t`, whose variables rules may
 * change. */
void ew_seclang_evaluate(const struct ew_seclang_set *set, struct ew_transaction *t, bool detect,
			 struct ew_seclang_verdict *v_r);

#endif
