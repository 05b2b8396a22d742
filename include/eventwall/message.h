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

struct ew_signature;

/* One signature found in one field (or in an anomaly: then field is NULL). */
struct ew_hit {
	struct ew_hit *next;
	const struct ew_signature *signature;
	const struct ew_field *field;
	size_t end;    /* offset in the value or name just past the matched text */
	bool on_name;
};

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
	bool odd_names; /* a name that is more than a word was emitted */
	struct ew_field *todo_head, *todo_tail;

	/* matching */
	struct ew_hit *hits, *hits_tail; /* in order of signature id, then field order */
	uint32_t hit_count;
	uint32_t score;

	void *owner; /* the daemon's part; NULL in tests and tools */
};

/* Heap; both may answer NULL for lack of memory.  `limits` must outlive the message. */
struct ew_message *ew_message_new(const struct ew_limits *limits);
void ew_message_free(struct ew_message **m);

/* As new, keeping the memory; for a free list. */
void ew_message_reset(struct ew_message *m, const struct ew_limits *limits);

/* Record an exception; the first one stays.  `reason` is static text. */
void ew_message_fault(struct ew_message *m, enum ew_status s, const char *reason,
                      const struct ew_field *where);

static inline void ew_message_flag(struct ew_message *m, enum ew_anomaly a)
{
	m->anomalies |= UINT64_C(1) << a;
}

static inline bool ew_message_has(const struct ew_message *m, enum ew_anomaly a)
{
	return m->anomalies >> a & 1;
}

#endif
