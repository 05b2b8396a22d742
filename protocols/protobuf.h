/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_PROTOBUF_H
#define EVENTWALL_PROTOCOLS_PROTOBUF_H

/* The wire format of Protocol Buffers, for the decoders that meet it: with a schema of ours (Sparkplug,
 * Kinesis aggregates) or with none.
 *
 *     tag = number << 3 | wire type      0 varint   1 eight bytes   2 length and content
 *                                        3 group begins   4 group ends   5 four bytes */

#include "eventwall/protocol.h"

enum ew_proto_kind {
	EW_PROTO_NUMBER,
	EW_PROTO_REAL,    /* four or eight bytes that are a float */
	EW_PROTO_TEXT,
	EW_PROTO_BYTES,
	EW_PROTO_MESSAGE,
};

/* What is known of a message.  Fields stand in order of their number. */
struct ew_proto_type {
	const struct ew_proto_field *fields;
	size_t count;
};

struct ew_proto_field {
	uint32_t number;
	enum ew_proto_kind kind;
	const char *name;
	const struct ew_proto_type *type; /* of a message */
};

/* One message seen from outside, without looking into its fields. */
struct ew_proto_shape {
	enum ew_status status; /* EW_OK: fields fill it to the end; EW_TRUNCATED, EW_MALFORMED */
	size_t good;           /* bytes of whole fields at its start */
	size_t contents;       /* fields with a length */
	bool text;             /* one of them is text, or holds some */
};

enum ew_proto_wire {
	EW_PROTO_VARINT,
	EW_PROTO_EIGHT,
	EW_PROTO_CONTENT,
	EW_PROTO_GROUP,
	EW_PROTO_GROUP_END,
	EW_PROTO_FOUR,
};

/* One field as it stands on the wire, or the mark where a group begins or ends. */
struct ew_proto_item {
	uint32_t number;
	enum ew_proto_wire wire;
	uint64_t value; /* varint, four or eight bytes */
	struct ew_bytes content;
	bool odd; /* a varint longer than it need be */
};

/* Past the field at p < end; NULL: `*status_r` says why. */
const uint8_t *ew_proto_take(const uint8_t *p, const uint8_t *end, struct ew_proto_item *it,
                             enum ew_status *status_r);

struct ew_proto_shape ew_proto_shape(struct ew_bytes in);

/* Could a message begin so?  A look at one tag. */
bool ew_proto_begins(struct ew_bytes in);

/* Fields of the message `in` become children of `node`, named as `type` has it, by their numbers where it has
 * none or is NULL.  Content that no type explains is emitted as bytes and, if fields fill it to the end, a
 * second time as an object under the same name.  Stops at damage. */
enum ew_status ew_proto_read(struct ew_message *m, struct ew_field *node, struct ew_bytes in,
                             const struct ew_proto_type *type);

#endif
