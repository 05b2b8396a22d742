/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_AVRO_H
#define EVENTWALL_PROTOCOLS_AVRO_H

/* What the decoders of Avro share: numbers on the wire, schemas, and what a container tells of its blocks. */

#include "eventwall/protocol.h"

/* Past a number of up to 64 bits (zigzag, seven bits a byte); NULL: it is cut, or longer than ten bytes. */
const uint8_t *ew_avro_long(const uint8_t *p, const uint8_t *end, int64_t *value_r);

enum ew_avro_type {
	EW_AVRO_NULL,
	EW_AVRO_BOOLEAN,
	EW_AVRO_INT,
	EW_AVRO_LONG,
	EW_AVRO_FLOAT,
	EW_AVRO_DOUBLE,
	EW_AVRO_BYTES,
	EW_AVRO_STRING,
	EW_AVRO_RECORD, /* children: fields */
	EW_AVRO_ENUM,   /* children: symbols */
	EW_AVRO_ARRAY,  /* one child */
	EW_AVRO_MAP,    /* one child */
	EW_AVRO_UNION,  /* children: branches */
	EW_AVRO_FIXED,
	EW_AVRO_NAMED,  /* first: the node meant; in a schema that is ready, of a record, an enum or a fixed */
	EW_AVRO_SYMBOL,
};

struct ew_avro_node {
	enum ew_avro_type type;
	uint32_t first, count;        /* children stand in a row */
	uint64_t size;                /* of a fixed */
	struct ew_bytes name;         /* of the field of a record, of a symbol */
	const struct ew_field *field; /* the JSON it was made of */
	struct ew_bytes space;        /* namespace around it */
	uint32_t hash;                /* of its full name */
	bool defines;                 /* it gives the name a meaning */
};

/* A table of nodes in the arena, the first one is the root. */
struct ew_avro_schema {
	struct ew_avro_node *nodes;
	uint32_t count;
	bool ambiguous; /* a member that matters stands there twice */
};

/* From the JSON that `text` was opened as.  False: it is no schema, or over budget. */
EW_MUSTCHECK bool ew_avro_schema(struct ew_message *m, const struct ew_field *text,
                                 struct ew_avro_schema *schema_r);

/* A container, as its blocks see it. */
struct ew_avro_file {
	const struct ew_field *text; /* the schema, NULL: none */
	struct ew_avro_schema schema;
	bool asked, good;            /* the schema was made; it could be */
};

/* The argument with which a block is declared to be data. */
struct ew_avro_block {
	struct ew_avro_file *file;
	int64_t count;
	bool alone; /* nobody else need look at it: a container or a registry said what it is */
	bool whole; /* bytes behind it are damage: nobody counted objects */
};

struct ew_avro_known;

/* Is the whole of `record` one object of that schema?  What is more than the budget has room for is one as far as
 * it was looked at.  Nothing is emitted. */
bool ew_avro_try(const struct ew_avro_schema *schema, const struct ew_limits *l, struct ew_bytes record);
bool ew_avro_fits(const struct ew_avro_known *k, const struct ew_limits *l, struct ew_bytes record);

/* Say of f's value that it is one object of that schema, under what was said before.  False: over budget. */
EW_MUSTCHECK bool ew_avro_declare(struct ew_message *m, struct ew_field *f, const struct ew_avro_known *k,
                                  bool alone);

/* Bytes before the record of what a schema registry's serialiser wrote; 0: none. */
size_t ew_schema_prefix(struct ew_bytes value);

#define EW_AVRO_SINGLE 10 /* bytes before a single object: a magic and a fingerprint */

/* Elements of `list` for each piece of text in bytes whose schema is not known: runs of printable bytes, and what
 * stands behind a length that fits it.  False: over budget. */
EW_MUSTCHECK bool ew_avro_runs(struct ew_message *m, struct ew_field *list, struct ew_bytes in);

#endif
