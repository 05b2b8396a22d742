/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_RULE_H
#define EVENTWALL_SIGNATURES_RULE_H

/* What every loader fills and the rest of signatures/ reads.  Nothing past a loader knows the format
 * of the file a rule came from. */

#include "eventwall/arena.h"
#include "eventwall/ruleset.h"
#include "analyser.h"
#include "path.h"
#include "signatures/seclang/judge.h"

#include <stdatomic.h>

struct hs_database;
struct ew_regex;

enum ew_subject { EW_SUBJECT_VALUE, EW_SUBJECT_NAME, EW_SUBJECT_COUNT };

/* What the engine looks for in all texts on behalf of a rule (part.h). */
struct ew_part {
	const char *pattern;
	unsigned flags; /* of the engine */
	bool asks;      /* found, it only asks for the whole pattern */
};

struct ew_rule {
	struct ew_signature pub; /* first: a hit's signature is its rule */
	const char *pattern;     /* NULL: an analyser or an anomaly decides */
	const struct ew_part *part;
	size_t part_count;
	bool behind;             /* asked, the engine looks for the whole pattern */
	struct ew_regex *regex;  /* asked, this one does; or NULL */
	bool exact_case;
	const struct ew_analyser *analyser;
	unsigned analyser_at;    /* its place in the table of all */
	unsigned which;          /* its argument */
	uint32_t limit;          /* 0: its own */
	unsigned views;          /* in which of them it is looked for, bits of enum ew_view */
	bool binary;             /* also in bytes that are no text */
	bool on[EW_SUBJECT_COUNT];
	enum ew_anomaly anomaly;
	const struct ew_path *targets; /* none: every field */
	size_t target_count;
	const char *const *hit, *const *miss; /* each ends in NULL */
};

/* Rules as they are gathered from files; all text lives in `arena`. */
struct ew_rules {
	struct ew_arena *arena;
	struct ew_rule **rule;
	size_t count, cap;
};

/* False: no memory. */
EW_MUSTCHECK bool ew_rules_add(struct ew_rules *rs, struct ew_rule *r);

/* Read one native set from `text`; `path` is for messages. */
EW_MUSTCHECK bool ew_rules_read_native(struct ew_rules *rs, const char *path, struct ew_bytes text,
                                       struct ew_error *e);

/* The compiled patterns of one subject.  Ids are indexes of rules that are found; behind them places of analysers
 * whose gates they are; behind these, by index again, rules whose whole pattern is asked for.  NULL all: no rule
 * has that subject. */
enum ew_scan_of {
	EW_SCAN_LEAF,   /* one value */
	EW_SCAN_GATHER, /* many values at once: names candidates */
	EW_SCAN_PLAIN,  /* the same for values of plain text, for which few patterns are; NULL: none is */
	EW_SCAN_BEHIND, /* one value: whole patterns that are asked for; NULL: none is */
	EW_SCAN_COUNT
};

enum { EW_ANALYSERS_MOST = 32 };

/* The id of a part of rule 0 that asks for its whole pattern. */
static inline size_t ew_rules_asked_from(const struct ew_rules *rs)
{
	return rs->count + EW_ANALYSERS_MOST;
}

#define EW_BYTE_ODD (UINT32_C(1) << 31)

struct ew_matcher {
	struct hs_database *db[EW_SCAN_COUNT];
	unsigned views;           /* that any rule wants */
	const uint32_t *analysed; /* indexes of the rules that name an analyser, by analyser */
	size_t analysed_count;
	bool binary;              /* some rule wants bytes that are no text */
	uint16_t binary_looks;    /* bits of the analysers that such rules name */
	uint16_t looks;           /* bits of the analysers among them that have a look of their own */
	uint16_t always;          /* those of them that want to look at all texts */
	uint32_t at_byte[256];    /* those that want to look where that byte is, and if it is not plain (plain.h) */
};

struct ew_ruleset {
	atomic_uint refs;
	struct ew_rules rules; /* by ascending id */
	struct ew_matcher matcher[EW_SUBJECT_COUNT];
	struct ew_seclang_judge *judge; /* of rule files, NULL: there are none */
	bool from_cache;
};

/* Compile all patterns of `rules`. */
EW_MUSTCHECK bool ew_matchers_compile(struct ew_matcher m[EW_SUBJECT_COUNT],
                                      const struct ew_rules *rules,
                                      const struct ew_ruleset_options *opt, struct ew_error *e);
/* What all patterns of a subject together take for ordinary text. */
EW_MUSTCHECK bool ew_matcher_measure(const struct ew_matcher *m, uint64_t (*now_ns)(void), struct ew_cost *c_r);
void ew_matchers_fini(struct ew_matcher m[EW_SUBJECT_COUNT]);

/* Fetch from or keep in opt->cache_dir.  Whatever is wrong there is told through opt->note and counts
 * as not cached. */
EW_MUSTCHECK bool ew_cache_fetch(struct ew_matcher m[EW_SUBJECT_COUNT], const struct ew_rules *rules,
                                 const struct ew_ruleset_options *opt);
void ew_cache_keep(const struct ew_matcher m[EW_SUBJECT_COUNT], const struct ew_rules *rules,
                   const struct ew_ruleset_options *opt);

#endif
