/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_OPERATOR_H
#define EVENTWALL_SECLANG_OPERATOR_H

/* An operator with its argument, ready to be asked about values. */

#include "macro.h"
#include "../regex.h"

struct ew_phrase {
	struct ew_phrase *next; /* with the same first letter */
	struct ew_bytes text;
};

struct ew_address_range {
	struct ew_address_range *next;
	bool six;
	unsigned bits;
	uint8_t address[16];
};

struct ew_test {
	enum ew_operator id;
	bool negated;
	struct ew_macro argument;
	struct ew_regex *regex;        /* NULL, or of an argument that does not vary */
	struct ew_phrase *phrase[256]; /* by first letter, lower case, longest first */
	struct ew_address_range *addresses;
	bool byte_allowed[256];
};

/* Files that it names are looked for beside `file`.  `*t_r` is fit for ew_test_fini() whatever the
 * answer. */
EW_MUSTCHECK bool ew_test_init(struct ew_test *t_r, struct ew_arena *a,
			       const struct ew_seclang_file *file,
			       const struct ew_seclang_operator *o, struct ew_error *e);
void ew_test_fini(struct ew_test *t);

struct ew_test_found {
	struct ew_bytes group[EW_REGEX_GROUPS]; /* what `capture` keeps: views of the value */
	bool gave_up;                           /* a pattern went past its bound, and counts as found */
};

/* The whole number that a text begins with, as all rules read them; 0: none. */
int64_t ew_seclang_number(struct ew_bytes text);

/* Does `value` pass, negation aside?  `argument` is the expanded one; `on_name`: the value is a
 * name. */
bool ew_test_holds(const struct ew_test *t, struct ew_bytes argument, struct ew_bytes value,
		   bool on_name, struct ew_test_found *found_r);

#endif
