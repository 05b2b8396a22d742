/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_RULESET_H
#define EVENTWALL_RULESET_H

/* Fields to hits: immutable compiled signatures, counted by reference, and the scanner that runs them.
 *
 * A ruleset is one or more signature sets compiled together.  Routes that name the same sets share it.
 * A scanner is one worker's scratch; it can serve any ruleset that it has adopted. */

#include "eventwall/error.h"
#include "eventwall/message.h"

enum ew_severity { EW_SEVERITY_NOTICE, EW_SEVERITY_WARNING, EW_SEVERITY_ERROR, EW_SEVERITY_CRITICAL };

/* A normal form of a value or name in which a signature is looked for, beside the text as it is. */
enum ew_view {
	EW_VIEW_RAW,
	EW_VIEW_FOLDED,   /* look-alike, full-width and overlong characters as ASCII; no NUL, nothing invisible */
	EW_VIEW_SQUEEZED, /* folded; comments and runs of blanks are one blank */
	EW_VIEW_COMMAND,  /* folded; without what a shell removes: quotes, backslashes, carets, empty expansions */
	EW_VIEW_PATH,     /* folded; one sort of slash, no empty segment, no "." and no "name/.." */
	EW_VIEW_COUNT
};

/* How the pattern of a signature is looked for. */
enum ew_match {
	EW_MATCH_EXACT,     /* by the engine, everywhere */
	EW_MATCH_GATED,     /* by the engine, where a gate was found */
	EW_MATCH_SPLIT,     /* some alternatives are exact, others confirmed */
	EW_MATCH_CONFIRMED, /* what the engine guessed, or a gate let through, is tried by one that backtracks */
};

/* "exact", "gated", ...; static. */
const char *ew_match_name(enum ew_match m);

/* "raw", "folded", ...; static. */
const char *ew_view_name(enum ew_view v);

/* What the rest of the program may know of a signature.  All pointers live as long as the ruleset. */
struct ew_signature {
	uint32_t id;
	uint32_t revision;
	uint32_t score;     /* added to the message's score, once per message */
	bool drop;          /* decides alone */
	uint8_t severity;   /* enum ew_severity */
	const char *name;   /* what it finds, one phrase */
	const char *class_; /* "sqli", "shell", ... */
	const char *set;    /* name of the set */
	const char *file;   /* where it stands */
	uint32_t line;
	const char *pattern, *operator, *anomaly; /* one of them */
	const char *argument;                     /* of the operator, or NULL */
	const char *const *references;            /* NULL at the end; may be NULL */
	const char *notes;                        /* or NULL */
	const char *const *targets;               /* NULL at the end; NULL: every field */
	const char *const *gate;                  /* of the pattern; NULL at the end; NULL: none */
	uint8_t match;                            /* of the pattern: enum ew_match */
	uint8_t views;                            /* bits of enum ew_view */
	bool on_value, on_name;

	/* A rule of a rule file: it decides by itself what follows, so a route cannot change it. */
	bool rule;
	const char *version;     /* or NULL */
	const char *const *tags; /* NULL at the end; may be NULL */
};

struct ew_ruleset;
struct ew_scanner;

/* Rule files of ModSecurity, run one rule by the other after the signatures. */
struct ew_seclang_source {
	const char *const *files; /* in this order; a name may be a glob */
	size_t file_count;
	uint32_t paranoia, threshold; /* of the Core Rule Set; 0: as the files say */
	size_t work;                  /* bytes that rules may look at for one message; 0: any */
};

struct ew_ruleset_options {
	const struct ew_seclang_source *seclang; /* NULL: none */
	const char *cache_dir; /* compiled databases are kept here; NULL: no cache */
	bool allow_empty;      /* zero signatures is an error unless this is set */
	/* A signature that costs more by itself is refused.  Measured when all of them together cost more, and when
	 * they are compiled, not when they come from the cache; 0: any. */
	uint32_t ns_per_kb_most;
	size_t database_most;
	uint64_t (*now_ns)(void); /* needed for these two */
	/* Told while databases compile; may be NULL. */
	void (*progress)(void *arg, const char *what, size_t done, size_t total);
	/* Told what an operator should know though nothing failed (an unusable cache); may be NULL. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* Load and compile the set files `paths` (JSON, each a file).  NULL: `e` says what and where.  The
 * caller holds the one reference. */
struct ew_ruleset *ew_ruleset_load(const char *const *paths, size_t n,
                                   const struct ew_ruleset_options *opt, struct ew_error *e);
struct ew_ruleset *ew_ruleset_ref(struct ew_ruleset *rs);
void ew_ruleset_unref(struct ew_ruleset **rs); /* any thread; the last one frees */

/* Signatures by ascending id, then rules of rule files, likewise. */
size_t ew_ruleset_count(const struct ew_ruleset *rs);
const struct ew_signature *ew_ruleset_at(const struct ew_ruleset *rs, size_t i);
bool ew_ruleset_from_cache(const struct ew_ruleset *rs);

/* What a signature costs by itself, over values of ordinary events. */
struct ew_cost {
	double ns_per_kb;
	size_t database;     /* bytes */
	uint64_t compile_ns;
	size_t found;        /* in how many of these values it is found: none, if it is any good */
};

/* Slow: compiles it anew.  `now_ns` had best tell the time of the thread.  False: no memory, or the engine
 * failed. */
EW_MUSTCHECK bool ew_ruleset_measure(const struct ew_ruleset *rs, size_t i, uint64_t (*now_ns)(void),
                                     struct ew_cost *c_r);

struct ew_seclang_facts {
	size_t rules, links, files; /* a chain is one rule of several links */
	size_t gaps;                /* things that are not honoured */
};

/* All zero where there are no rule files. */
void ew_ruleset_seclang(const struct ew_ruleset *rs, struct ew_seclang_facts *f_r);

struct ew_rule_gap {
	const char *file;
	uint32_t line, column;
	const char *text; /* one sentence */
};

/* False: past the last. */
bool ew_ruleset_gap(const struct ew_ruleset *rs, size_t i, struct ew_rule_gap *g_r);

/* A rule of a rule file as it is run, line by line.  False: there is none with that id. */
bool ew_ruleset_explain(const struct ew_ruleset *rs, uint32_t id,
                        void (*say)(void *arg, const char *line), void *arg);

/* Embedded examples of signature `i`: JSON text of the body; NULL past the last. */
const char *ew_ruleset_example(const struct ew_ruleset *rs, size_t i, bool hit, size_t n);

struct ew_scanner *ew_scanner_new(void);
void ew_scanner_free(struct ew_scanner **s);

/* Make room in the scratch for `rs`.  Off the message path.  False: no memory. */
EW_MUSTCHECK bool ew_scanner_adopt(struct ew_scanner *s, const struct ew_ruleset *rs);

/* Match all fields of `m`; fills m->hits and m->score, hits of rule files last.  EW_OK, or EW_ENGINE / EW_LIMIT,
 * also recorded with ew_message_fault.  The result is the same as matching each leaf alone. */
enum ew_status ew_scan(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m);

/* For tools: where in the hit's text the match begins.  Slow: may compile the pattern anew. */
EW_MUSTCHECK bool ew_ruleset_locate(const struct ew_ruleset *rs, const struct ew_hit *h,
                                    size_t *from_r, size_t *to_r);

/* Does `pattern` (field path syntax with * for one segment and ** for any number) select `f`? */
bool ew_path_matches(struct ew_bytes pattern, const struct ew_field *f);

/* Is `pattern` well formed?  ew_path_matches() never selects with one that is not.  False: `*why_r` is
 * one phrase. */
EW_MUSTCHECK bool ew_path_check(struct ew_bytes pattern, const char **why_r);

#endif
