/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_AVRO_H
#define EVENTWALL_AVRO_H

/* Schemas of Avro that do not come with the data: from a file, or from a registry.  Immutable once made, so threads
 * may share them. */

#include "eventwall/bytes.h"

struct ew_avro_known;

/* What a registry has said of the number that stands before a record. */
struct ew_known_schema {
	uint32_t number;
	const struct ew_avro_known *avro; /* NULL: it is no schema of Avro, and the record is read without */
};

/* From the JSON of a schema.  Heap; it keeps no view of `text`.  NULL: `*why_r` is a static text. */
struct ew_avro_known *ew_avro_known_new(struct ew_bytes text, const char **why_r);
void ew_avro_known_free(struct ew_avro_known **k);

/* Bytes of memory that it has. */
size_t ew_avro_known_size(const struct ew_avro_known *k);

/* The number of the prefix that serialisers for Confluent's registry write; false: there is none. */
EW_MUSTCHECK bool ew_schema_number(struct ew_bytes value, uint32_t *number_r);

#endif
