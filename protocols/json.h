/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_JSON_H
#define EVENTWALL_PROTOCOLS_JSON_H

/* What json.c and ndjson.c share: the reader of one document and the text of strings. */

#include "eventwall/protocol.h"
#include "names.h"
#include "utf16.h"

extern const struct ew_decoder ew_decoder_json, ew_decoder_ndjson;

#define EW_JSON_BIT(id) (UINT64_C(1) << EW_ANOMALY_##id)

/* One reading.  The caller sets the first five. */
struct ew_json {
	struct ew_message *m;
	struct ew_field *holder;      /* documents become layers of it, or its elements if `via` is NULL */
	const struct ew_decoder *via;
	const uint8_t *p, *end;       /* what is left to read */
	bool declared;                /* the sender said it is JSON: read on whatever happens */

	uint64_t raised;   /* anomalies so far; they reach the message only if the reading is kept */
	size_t fresh;      /* bytes of [p, end) that are new memory, charged with the first layer */
	uint32_t keys;     /* quoted names with a colon: the evidence that a guess was right */
	uint32_t damages;
	bool truncated;    /* the damage is that the text ends */
	bool given_up;     /* a guess that was wrong, or damaged in too many places */
	bool spent;        /* over budget: the fault is recorded */
};

/* Read the one document that begins at j->p (not at a blank) and leave j->p behind it.  False: given up
 * or spent, and there is no sense in reading on. */
bool ew_json_document(struct ew_json *j);

/* Skip blanks and comments, raising what is odd about them. */
const uint8_t *ew_json_blanks(struct ew_json *j, const uint8_t *p);

/* Something is there that no dialect has. */
void ew_json_damage(struct ew_json *j);

/* The text ends in the midst of something: damage, once. */
void ew_json_ends_early(struct ew_json *j);

/* Read a string that begins at `p`, past its opening quote, and answer the place past the closing one.
 * `*text_r` is a view of the source, or of the arena if there were escapes. */
const uint8_t *ew_json_string(struct ew_json *j, const uint8_t *p, uint8_t quote,
                              struct ew_bytes *text_r);

/* Before the first document: past a byte order mark, out of a wide encoding.  False: over budget. */
EW_MUSTCHECK bool ew_json_prepare(struct ew_json *j);

/* Have its documents been read, by the other of the two decoders? */
bool ew_json_is_read(const struct ew_field *f);

/* What a decoder answers after reading: faults for declared JSON that is damaged. */
enum ew_status ew_json_verdict(const struct ew_json *j);

#endif
