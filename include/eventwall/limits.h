/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_LIMITS_H
#define EVENTWALL_LIMITS_H

/* The budget of one message.  Every limit is counted for the whole message, whichever decoder spends
 * it; reaching one is EW_LIMIT with the limit's name as the reason.
 *
 * There is no clock in here: decoding time is bounded by `work`, the bytes all decoders read, which
 * makes a verdict repeatable where a stop watch would not. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ew_avro_known;
struct ew_proto_schema;

struct ew_limits {
	size_t message; /* bytes of the message as it arrived */
	size_t output;  /* bytes that decoders produced */
	size_t fields;  /* nodes of the tree */
	size_t layers;  /* layers above one field */
	size_t depth;   /* structural depth, all documents above counted */
	size_t ratio;   /* output per input byte of one decompression, once past 64 KiB */
	size_t work;    /* bytes read by decoders */
	size_t key;     /* bytes of one name */
	size_t arena;   /* memory of one message beside its raw bytes */

	/* Past these a request in GraphQL is an anomaly; 0: any number. */
	size_t graphql_aliases, graphql_depth, graphql_batch;

	/* No limits, but as much the route's. */
	const struct ew_proto_schema *protobuf; /* names for messages; or NULL */
	const struct ew_avro_known *avro;       /* what records of Avro are, or NULL */
	bool registry;                          /* it asks one what they are */
};

/* Defaults as documented; see eventwall.conf(5). */
#define EW_LIMITS_DEFAULT                                                                          \
	{ .message = 1048576, .output = 8388608, .fields = 50000, .layers = 16, .depth = 128,      \
	  .ratio = 100, .work = 67108864, .key = 4096, .arena = 33554432,                         \
	  .graphql_aliases = 30, .graphql_depth = 15, .graphql_batch = 10 }

#endif
