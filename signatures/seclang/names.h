/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_NAMES_H
#define EVENTWALL_SECLANG_NAMES_H

/* What the words of rule files are called, and what is known of each: rows of the tables *.def. */

#include "syntax.h"

enum ew_seclang_value { EW_VALUE_NO, EW_VALUE_MAY, EW_VALUE_YES };

/* Where what a variable holds comes from. */
enum ew_seclang_from { EW_FROM_REQUEST, EW_FROM_RESPONSE, EW_FROM_ZERO, EW_FROM_NEVER };

struct ew_directive_facts {
	size_t least, most;
	enum ew_seclang_fate fate;
	const char *why; /* one phrase: why it is not obeyed */
};

struct ew_variable_facts {
	bool collection;
	enum ew_seclang_from from;
};

struct ew_word_facts {
	enum ew_seclang_value value;
	enum ew_seclang_fate fate;
};

enum ew_seclang_table { EW_TABLE_DIRECTIVE, EW_TABLE_VARIABLE, EW_TABLE_OPERATOR, EW_TABLE_ACTION };

#define EW_NAME_NONE SIZE_MAX

/* Whatever the case of its letters; EW_NAME_NONE: there is none.  Then `*near_r` is what may be
 * meant, or NULL. */
size_t ew_seclang_find(enum ew_seclang_table t, struct ew_bytes word, const char **near_r);
const char *ew_seclang_name(enum ew_seclang_table t, size_t id);

const struct ew_directive_facts *ew_directive_facts(enum ew_directive id);
const struct ew_variable_facts *ew_variable_facts(enum ew_variable id);
const struct ew_word_facts *ew_operator_facts(enum ew_operator id);
const struct ew_word_facts *ew_action_facts(enum ew_action id);

#endif
