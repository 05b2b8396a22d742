/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The set of descriptors and the schema that a route names: read with the configuration, so that a reload reads
 * them anew. */

#include "daemon/config_keys.h"
#include "eventwall/avro.h"
#include "eventwall/protobuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SET_MOST (16u << 20)

/* Heap; NULL: `*why_r` says why. */
static uint8_t *read_whole(const char *path, size_t *n_r, const char **why_r)
{
	uint8_t *text = malloc(SET_MOST + 1);
	FILE *f = fopen(path, "rbe");

	*why_r = f ? "out of memory" : strerror(errno);
	if (f && text) {
		errno = 0;
		*n_r = fread(text, 1, SET_MOST + 1, f);
		*why_r = ferror(f) ? strerror(errno) : *n_r > SET_MOST ? "it is larger than 16 MiB" : NULL;
	}
	if (f)
		fclose(f);
	if (*why_r) {
		free(text);
		text = NULL;
	}
	return text;
}

void ew_config_descriptors(struct ew_config_reader *r, struct ew_route_config *t)
{
	size_t was = ew_config_enter(r, *t->descriptor_set ? ".descriptor_set" : ".message");
	const char *why = "out of memory";
	uint8_t *text = NULL;
	size_t n = 0;

	if (!*t->descriptor_set && *t->message)
		ew_config_fault(r, "a \"message\" is looked up in a \"descriptor_set\", which route \"%s\" lacks",
		                t->name);
	if (*t->descriptor_set) {
		char *path = ew_config_path(r, t->descriptor_set);
		text = path ? read_whole(path, &n, &why) : NULL;
		if (text)
			t->protobuf = ew_proto_schema_new(ew_bytes(text, n), &why);
		if (!t->protobuf)
			ew_config_fault(r, "cannot use the descriptor set %s: %s; protoc writes one with "
			                   "--include_imports --descriptor_set_out=FILE", path ? path : "", why);
		free(text);
		free(path);
	}
	ew_config_leave(r, was);
	was = ew_config_enter(r, ".message");
	if (t->protobuf && *t->message && !ew_proto_schema_choose(t->protobuf, ew_bytes_str(t->message)))
		ew_config_fault(r, "there is no message \"%.200s\" in the descriptor set; write its full name, "
		                   "as in \"package.Message\"", t->message);
	t->limits.protobuf = t->protobuf;
	ew_config_leave(r, was);
}

void ew_config_avro(struct ew_config_reader *r, struct ew_route_config *t)
{
	size_t was = ew_config_enter(r, ".avro_schema"), n = 0;
	const char *why = "out of memory";

	if (*t->avro_schema) {
		char *path = ew_config_path(r, t->avro_schema);
		uint8_t *text = path ? read_whole(path, &n, &why) : NULL;
		if (text)
			t->avro = ew_avro_known_new(ew_bytes(text, n), &why);
		if (!t->avro)
			ew_config_fault(r, "cannot use the schema %s: %s; write the JSON of one schema into it",
			                path ? path : "", why);
		free(text);
		free(path);
	}
	t->limits.avro = t->avro;
	ew_config_leave(r, was);
}
