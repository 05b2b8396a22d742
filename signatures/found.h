/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_FOUND_H
#define EVENTWALL_SIGNATURES_FOUND_H

/* What scanning found, before it is told in order. */

#include "rule.h"

struct ew_found {
	uint32_t rule, order; /* of the field in the document, filled in at the end */
	const struct ew_field *field;
	struct ew_bytes text; /* lives as long as the message */
	size_t from, end;
	const char *why;
	bool on_name;
	uint8_t view;
};

struct ew_founds {
	struct ew_found *at;
	size_t n, cap;
};

/* False: no memory. */
EW_MUSTCHECK bool ew_founds_add(struct ew_founds *s, struct ew_found f);
void ew_founds_free(struct ew_founds *s);

/* All of them, and the signatures of the message's anomalies, to hits of `m` by id, then field; a signature
 * that was found in several views of one text is told once, with the first of them. */
enum ew_status ew_founds_tell(struct ew_founds *s, const struct ew_ruleset *rs, struct ew_message *m);

#endif
