/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_MESSAGE_H
#define EVENTWALL_MESSAGE_H

/* One event being judged: its raw bytes, its arena, its field tree, what was found in it.
 *
 * A message has one owner at a time: the source that made it, then the pipeline, (a sink borrows it
 * until its callback), then the pipeline again, which gives it back to the source to finish.  The
 * pure layers see only this struct; what the process needs beside it hangs from `owner`. */

#include "eventwall/anomaly.h"
#include "eventwall/arena.h"
#include "eventwall/field.h"
#include "eventwall/limits.h"
#include "eventwall/status.h"

struct ew_aliases;
struct ew_known_schema;
struct ew_signature;
struct ew_unpackers;

/* What a route makes of a hit. */
enum ew_standing {
	EW_STANDING_COUNTS,
	EW_STANDING_SHADOW,   /* does not count; what would have been is told */
	EW_STANDING_NOTED,    /* does not count */
	EW_STANDING_EXCLUDED, /* does not count in this field */
};

/* What a rule of a rule file says of its hit; in the message's arena. */
struct ew_told {
	struct ew_bytes msg, data; /* macros filled in from the message: its content, as an excerpt is */
	struct ew_bytes variable;  /* as ARGS:name; empty: it matched whatever the message is */
};

/* One signature found in one field (or in an anomaly: then field is NULL). */
struct ew_hit {
	struct ew_hit *next;
	const struct ew_signature *signature;
	const struct ew_field *field;
	struct ew_bytes text; /* where it was found: the field's value or name, or a view of that */
	size_t from, end;     /* in `text`, the matched bytes; from SIZE_MAX: only their end is known */
	const char *why;      /* what an analyser says, static; NULL: a pattern matched */
	bool on_name;
	uint8_t view;         /* enum ew_view */
	uint8_t standing;     /* enum ew_standing */
	bool drop;            /* decides alone: as the signature says, or the route */
	uint32_t score;       /* likewise */
	const struct ew_told *told; /* NULL: it is no rule of a rule file */
};

/* Fields in the order in which they came to be: parents before children, and what decoding has still to
 * open behind what it has opened.  Whoever needs all of them, in whatever order, reads on through memory. */
#define EW_FIELDS_A_BLOCK 46
struct ew_field_block {
	struct ew_field_block *next;
	size_t used;
	struct ew_field field[EW_FIELDS_A_BLOCK];
};

/* A place among them: `at` is an index in `block`. */
struct ew_field_place {
	struct ew_field_block *block;
	size_t at;
};

#define EW_ENVELOPES_NOTED 8 /* for the log; the tree has all of them */

struct ew_message {
	struct ew_arena *arena;
	const struct ew_limits *limits;
	struct ew_bytes raw;   /* what will be delivered, byte for byte */
	struct ew_field *root; /* EW_KIND_OBJECT without a name; its children are "http", "kafka", "mqtt" */

	/* decoding */
	size_t used_output, used_fields, used_work;
	uint64_t anomalies;             /* bits by enum ew_anomaly */
	enum ew_status status;          /* first exception, EW_OK if none */
	uint32_t faults;                /* all of them: bits by enum ew_status */
	const char *reason;             /* static text: which grammar rule or limit */
	const struct ew_field *culprit; /* where, may be NULL */
	const char *envelopes[EW_ENVELOPES_NOTED]; /* names of those that were recognised, each once */
	size_t envelope_count;
	bool odd_names; /* a name that is more than a word was emitted */
	struct ew_field_block *fields, *newest; /* the first block holds the root; those past `newest` are spare */
	struct ew_field_place todo;             /* what decoding opens next, if it can be opened */

	/* matching */
	struct ew_hit *hits, *hits_tail; /* by signature id, then field; behind them those of rules, as they ran */
	uint32_t hit_count;
	uint32_t unjudged; /* hits because it took too much work to see whether there is one */
	uint32_t score;
	uint32_t shadow_score; /* the same if hits in shadow counted */

	void *owner; /* the daemon's part; NULL in tests and tools */
	struct ew_unpackers *unpackers; /* of the thread that decodes; may be NULL.  A reset leaves both */
	const struct ew_known_schema *schema; /* what a registry said of the content; NULL: nothing */
	struct ew_aliases *aliases; /* names that earlier messages of this source announced; may be NULL */
};

/* Heap; both may answer NULL for lack of memory.  `limits` must outlive the message. */
struct ew_message *ew_message_new(const struct ew_limits *limits);
void ew_message_free(struct ew_message **m);

/* As new, keeping the memory; for a free list. */
void ew_message_reset(struct ew_message *m, const struct ew_limits *limits);

/* The fields have served: give back the memory handed out since `mark`, which was taken before decoding, and
 * leave the root alone.  An all-zero mark takes the root, too: nothing is left until reset. */
void ew_message_forget_fields(struct ew_message *m, const struct ew_arena_mark *mark);

/* Record an exception; the first one stays.  `reason` is static text. */
void ew_message_fault(struct ew_message *m, enum ew_status s, const char *reason,
                      const struct ew_field *where);

/* A block behind the newest one; false: no memory. */
bool ew_message_add_block(struct ew_message *m);

/* A last child of `parent` with only its links set: the caller writes the rest, each byte once.  NULL: no
 * memory.  Whoever decodes uses ew_decode_emit(), which counts. */
static inline struct ew_field *ew_message_add_field(struct ew_message *m, struct ew_field *parent)
{
	struct ew_field *f;

	if (m->newest->used == EW_FIELDS_A_BLOCK && !ew_message_add_block(m))
		return NULL;
	f = &m->newest->field[m->newest->used++];
	if (parent->last)
		parent->last->next = f;
	else
		parent->child = f;
	f->index = parent->last ? parent->last->index + 1 : 0;
	parent->last = f;
	f->parent = parent;
	f->child = f->last = f->next = NULL;
	f->declared = NULL;
	return f;
}

/* The field at `place`, which then is the place behind it; NULL: there is none yet. */
static inline struct ew_field *ew_message_next_field(struct ew_field_place *place)
{
	if (place->at == place->block->used) {
		if (!place->block->next || place->block->used < EW_FIELDS_A_BLOCK)
			return NULL;
		*place = (struct ew_field_place){ place->block->next, 0 };
		if (place->block->used == 0)
			return NULL;
	}
	return &place->block->field[place->at++];
}

static inline void ew_message_flag(struct ew_message *m, enum ew_anomaly a)
{
	m->anomalies |= UINT64_C(1) << a;
}

static inline bool ew_message_has(const struct ew_message *m, enum ew_anomaly a)
{
	return m->anomalies >> a & 1;
}

#endif
