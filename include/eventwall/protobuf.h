/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOBUF_H
#define EVENTWALL_PROTOBUF_H

/* Names for messages of protobuf, from a set of descriptors as `protoc --descriptor_set_out` writes it.
 * Immutable once it is made, so threads may share it. */

#include "eventwall/bytes.h"

struct ew_proto_schema;
struct ew_proto_type;

/* Heap; it keeps no view of `set`.  NULL: `*why_r` is a static text. */
struct ew_proto_schema *ew_proto_schema_new(struct ew_bytes set, const char **why_r);
void ew_proto_schema_free(struct ew_proto_schema **s);

/* Say what the content of events is: the full name of a message, without a dot before it.  Before the schema is
 * shared.  False: there is none of that name. */
EW_MUSTCHECK bool ew_proto_schema_choose(struct ew_proto_schema *s, struct ew_bytes message);

/* What was chosen; NULL: nothing was. */
const struct ew_proto_type *ew_proto_schema_chosen(const struct ew_proto_schema *s);

/* What a method takes, by its path in gRPC: "/package.Service/Method".  NULL: unknown. */
const struct ew_proto_type *ew_proto_schema_method(const struct ew_proto_schema *s, struct ew_bytes path);

#endif
