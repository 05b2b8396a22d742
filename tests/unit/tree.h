/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_TREE_H
#define EVENTWALL_TESTS_TREE_H

/* Field trees put together by hand, for tests of what reads them. */

#include "eventwall/message.h"
#include "eventwall/protocol.h"

#include <stdlib.h>

__attribute__((unused)) static const struct ew_limits tree_limits = EW_LIMITS_DEFAULT;
__attribute__((unused)) static const struct ew_decoder tree_json = { .name = "json" };
__attribute__((unused)) static const struct ew_decoder tree_base64 = { .name = "base64" };

__attribute__((unused))
static struct ew_field *tree_add(struct ew_message *m, struct ew_field *to, struct ew_bytes name,
                                 struct ew_bytes value, enum ew_kind kind, unsigned flags)
{
	struct ew_field *f = ew_message_add_field(m, to);

	if (!f)
		abort();
	f->name = name;
	f->value = value;
	f->via = NULL;
	f->kind = (uint8_t)kind;
	f->flags = (uint8_t)flags;
	f->depth = f->layers = 0;
	return f;
}

/* A named text value. */
__attribute__((unused))
static struct ew_field *tree_text(struct ew_message *m, struct ew_field *to, const char *name,
                                  const char *value)
{
	return tree_add(m, to, ew_bytes_str(name), ew_bytes_str(value), EW_KIND_TEXT, EW_FIELD_NAMED);
}

__attribute__((unused))
static struct ew_field *tree_object(struct ew_message *m, struct ew_field *to, const char *name)
{
	return tree_add(m, to, ew_bytes_str(name), ew_bytes(NULL, 0), EW_KIND_OBJECT, EW_FIELD_NAMED);
}

__attribute__((unused))
static struct ew_field *tree_layer(struct ew_message *m, struct ew_field *to,
                                   const struct ew_decoder *via, struct ew_bytes value,
                                   enum ew_kind kind)
{
	struct ew_field *f = tree_add(m, to, ew_bytes(NULL, 0), value, kind, 0);

	f->via = via;
	return f;
}

#endif
