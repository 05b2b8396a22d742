/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_MODEL_H
#define EVENTWALL_SECLANG_MODEL_H

/* Rule files as they are understood: rules with compiled operators, in the order in which they run.
 *
 * A rule is one link or a chain of them.  What is the first link's alone (id, phase, what happens)
 * stands in the rule; what each link has stands in the link.  A marker is a rule with a label and
 * no links. */

#include "operator.h"
#include "transform.h"

enum { EW_SECLANG_PHASES = 5 };

enum ew_ctl {
#define EW_SECLANG_CTL(id, name, fate) EW_CTL_##id,
#include "ctl.def"
#undef EW_SECLANG_CTL
	EW_CTL_COUNT
};

/* One of the targets of a link, or an exception from them. */
struct ew_target {
	struct ew_target *next;
	enum ew_variable id;
	bool count;
	enum ew_seclang_select select;
	struct ew_bytes key;
	struct ew_regex *regex;
};

struct ew_id_range {
	struct ew_id_range *next;
	uint32_t from, to;
};

enum ew_setting { EW_SET_ONE, EW_SET_TO, EW_SET_ADD, EW_SET_SUBTRACT, EW_SET_NOT };

struct ew_setvar {
	struct ew_setvar *next;
	enum ew_setting how;
	struct ew_macro name, value;
};

struct ew_control {
	struct ew_control *next;
	enum ew_ctl id;
	struct ew_bytes value; /* a tag, a message, On or Off */
	struct ew_id_range *ids;
	struct ew_target *targets;
};

struct ew_tag {
	struct ew_tag *next;
	struct ew_bytes text;
};

struct ew_link {
	struct ew_link *next;
	const struct ew_seclang_directive *from;
	struct ew_target *targets, *except; /* no targets: SecAction, which always holds */
	struct ew_test test;
	enum ew_transform *transforms;
	size_t transform_count;
	bool capture, multi_match, unable;
	struct ew_setvar *setvars;
	struct ew_control *controls;
};

enum ew_disruption {
	EW_DISRUPT_PASS,
	EW_DISRUPT_DENY,
	EW_DISRUPT_ALLOW,
	EW_DISRUPT_ALLOW_PHASE,
	EW_DISRUPT_ALLOW_REQUEST
};

struct ew_seclang_rule {
	struct ew_seclang_rule *next; /* of the same phase */
	const struct ew_seclang_directive *from;
	uint32_t id;
	struct ew_bytes label; /* of a marker */
	struct ew_link *links;
	struct ew_macro msg, logdata;
	struct ew_bytes ver, rev;
	struct ew_tag *tags;
	unsigned severity; /* 0 to 7, 255: none was said */
	bool log;
	enum ew_disruption does;
	uint32_t status, skip;
	struct ew_bytes skip_after;
};

/* What is taken from rules, wherever it stands: SecRuleRemove..., SecRuleUpdateTarget... */
struct ew_exemption {
	struct ew_exemption *next;
	enum ew_directive by;
	struct ew_id_range *ids;
	struct ew_bytes text; /* a tag or a message */
	struct ew_target *except, *add;
};

/* Something that cannot be honoured. */
struct ew_gap {
	struct ew_gap *next;
	const struct ew_seclang_file *file;
	uint32_t line, column;
	const char *text; /* a sentence */
};

struct ew_seclang_set {
	struct ew_seclang source;
	struct ew_seclang_rule *phase[EW_SECLANG_PHASES]; /* in order */
	size_t rules, links;
	struct ew_exemption *exemptions;
	struct ew_gap *gaps;
	size_t gap_count;
	struct ew_bytes web_app_id;
	struct ew_regex_list *regexes; /* all of them, to be freed */
};

/* Read the files, in order, and understand them.  NULL: `e` has file, line and column.  `memory`
 * bounds what is kept of them, compiled patterns aside. */
struct ew_seclang_set *ew_seclang_load(const char *const *paths, size_t n, size_t memory,
				       struct ew_error *e);

/* The same of one text; for tests and tools. */
struct ew_seclang_set *ew_seclang_load_text(const char *path, struct ew_bytes text, size_t memory,
					    struct ew_error *e);
void ew_seclang_free(struct ew_seclang_set **set);

/* What the first action of that sort says as it is written, macros and all; empty: there is none. */
struct ew_bytes ew_seclang_written(const struct ew_seclang_rule *r, enum ew_action id);

#endif
