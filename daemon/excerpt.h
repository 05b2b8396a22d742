/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_EXCERPT_H
#define EVENTWALL_DAEMON_EXCERPT_H

/* Text out of hostile events for people to read: JSON strings, and excerpts that do not give away
 * secrets.  Nothing here allocates. */

#include "daemon/config.h"
#include "eventwall/bytes.h"
#include "eventwall/message.h"

/* A JSON object under construction in a fixed buffer.  A piece that does not fit is left out whole
 * when its writer goes back to a mark with ew_text_settle(). */
struct ew_text {
	char *p;
	size_t n, cap;
	bool full; /* the piece since the last mark did not fit */
	bool cut;  /* some piece was left out */
};

void ew_text_raw(struct ew_text *t, const char *s);
void ew_text_uint(struct ew_text *t, uint64_t n);
void ew_text_int(struct ew_text *t, int64_t n);

/* Escaped, without quotes.  Bytes that are no UTF-8 are written \u00XX with their value; control
 * characters, C1 ones included, and marks that reorder text are escaped, so a line is safe to look at in
 * a terminal. */
void ew_text_bytes(struct ew_text *t, struct ew_bytes b);

/* As a JSON string; at most `most` bytes of it, "..." showing that there were more. */
void ew_text_string(struct ew_text *t, struct ew_bytes b, size_t most);

/* Drop what was written since `mark` (a former t->n) if it did not fit. */
void ew_text_settle(struct ew_text *t, size_t mark);

/* Does the field, or one that it is a part of, go by the name of a secret? */
bool ew_secret_name(const struct ew_field *f);

/* The neighbourhood of offset `end`, where a match ended in `value`, as a JSON string, in mode redacted
 * or full; a keyed hash of the whole value in mode hash.  Nothing in mode off. */
void ew_text_excerpt(struct ew_text *t, enum ew_excerpt mode, const struct ew_field *f,
                     struct ew_bytes value, size_t end);

/* Make up the key of hashes; once, before the threads start. */
void ew_excerpt_key(void);

const char *ew_excerpt_name(enum ew_excerpt mode);

#endif
