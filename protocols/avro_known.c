/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A schema that is made ready once and used for many messages: its JSON is opened as a message's would be, and the
 * table of nodes stays in that message's arena together with the names they refer to.
 *
 * It comes from the operator or from a registry; neither is believed, so what opening finds odd refuses it. */

#include "eventwall/avro.h"

#include "avro.h"
#include "decoders.h"

#define TEXT_MOST 1048576

struct ew_avro_known {
	struct ew_message *m;
	struct ew_avro_file file;
};

static const struct ew_limits limits = {
	.message = TEXT_MOST, .output = 4 * TEXT_MOST, .fields = 65536, .layers = 2, .depth = 250, .ratio = 2,
	.work = 64 * TEXT_MOST, .key = 65536, .arena = 32 * TEXT_MOST,
};

/* NULL: it is ready; else why not. */
static const char *make(struct ew_avro_known *k, struct ew_message *m, struct ew_bytes text)
{
	struct ew_field *f;

	text = ew_arena_dup(m->arena, text);
	f = text.p ? ew_decode_emit(m, m->root, EW_LIT("schema"), text, EW_KIND_BYTES, 0) : NULL;
	if (!f || !ew_declare_over(m, f, &ew_decoder_json, ew_bytes(NULL, 0), true))
		return "out of memory";
	/* The one document and nothing within it: texts in a schema are no content. */
	if (ew_decoder_json.decode(m, f) != EW_OK)
		return "it is no JSON, or too large";
	k->m = m;
	k->file = (struct ew_avro_file){ .text = f, .asked = true };
	k->file.good = ew_avro_schema(m, f, &k->file.schema);
	if (!k->file.good)
		return "it is no schema of Avro, or refers to types that are not in it";
	return k->file.schema.ambiguous ? "a member stands there twice" : NULL;
}

struct ew_avro_known *ew_avro_known_new(struct ew_bytes text, const char **why_r)
{
	struct ew_message *m = ew_message_new(&limits);
	struct ew_avro_known *k = m ? ew_arena_alloc(m->arena, sizeof(*k)) : NULL;

	*why_r = text.n > TEXT_MOST ? "it is larger than 1 MiB" : !k ? "out of memory" : make(k, m, text);
	if (!*why_r)
		return k;
	ew_message_free(&m);
	return NULL;
}

void ew_avro_known_free(struct ew_avro_known **k)
{
	struct ew_message *m = *k ? (*k)->m : NULL;

	*k = NULL;
	ew_message_free(&m);
}

size_t ew_avro_known_size(const struct ew_avro_known *k)
{
	return ew_arena_used(k->m->arena);
}

bool ew_avro_fits(const struct ew_avro_known *k, const struct ew_limits *l, struct ew_bytes record)
{
	return ew_avro_try(&k->file.schema, l, record);
}

bool ew_avro_declare(struct ew_message *m, struct ew_field *f, const struct ew_avro_known *k, bool alone)
{
	struct ew_avro_block *block = ew_arena_alloc(m->arena, sizeof(*block));

	if (!block) {
		ew_message_fault(m, EW_LIMIT, "arena", f);
		return false;
	}
	*block = (struct ew_avro_block){
		.file = (struct ew_avro_file *)(uintptr_t)&k->file, /* is not written: it was asked */
		.count = 1,
		.alone = alone,
		.whole = true,
	};
	return ew_declare_under(m, f, &ew_decoder_datum, ew_bytes(block, sizeof(*block)), true);
}
