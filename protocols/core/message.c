/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Birth, reuse and death of a message.  The root is the first field of the first block, so a reset
 * message looks exactly like a new one. */

#include "eventwall/message.h"

#include <stdlib.h>

void ew_message_reset(struct ew_message *m, const struct ew_limits *limits)
{
	struct ew_arena *arena = m->arena;
	void *owner = m->owner;
	struct ew_unpackers *unpackers = m->unpackers;

	ew_arena_reset(arena, limits->arena);
	*m = (struct ew_message){ .arena = arena, .limits = limits, .owner = owner,
		                  .unpackers = unpackers };
	m->fields = m->newest = ew_arena_alloc_raw(arena, sizeof(*m->fields));
	if (!m->fields) {
		ew_message_fault(m, EW_LIMIT, "arena", NULL);
		return;
	}
	m->fields->next = NULL;
	m->fields->used = 1;
	m->root = m->fields->field;
	*m->root = (struct ew_field){ .kind = EW_KIND_OBJECT };
	m->todo = (struct ew_field_place){ m->fields, 1 };
}

bool ew_message_add_block(struct ew_message *m)
{
	struct ew_field_block *b = m->newest->next; /* there from an opening that was taken back */

	if (!b) {
		b = ew_arena_alloc_raw(m->arena, sizeof(*b));
		if (!b)
			return false;
		b->next = NULL;
		m->newest->next = b;
	}
	b->used = 0;
	m->newest = b;
	return true;
}

void ew_message_forget_fields(struct ew_message *m, const struct ew_arena_mark *mark)
{
	if (mark->block) {
		m->root->child = m->root->last = NULL;
		m->newest = m->fields;
		m->fields->next = NULL;
		m->fields->used = 1;
		m->todo = (struct ew_field_place){ m->fields, 1 };
	} else {
		m->root = NULL;
		m->fields = m->newest = NULL;
		m->todo = (struct ew_field_place){ NULL, 0 };
	}
	ew_arena_rewind(m->arena, mark);
}

struct ew_message *ew_message_new(const struct ew_limits *limits)
{
	struct ew_message *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->arena = ew_arena_new(limits->arena);
	if (!m->arena) {
		free(m);
		return NULL;
	}
	ew_message_reset(m, limits);
	return m;
}

void ew_message_free(struct ew_message **m)
{
	if (*m)
		ew_arena_free(&(*m)->arena);
	free(*m);
	*m = NULL;
}

void ew_message_fault(struct ew_message *m, enum ew_status s, const char *reason,
                      const struct ew_field *where)
{
	m->faults |= UINT32_C(1) << s;
	if (m->status != EW_OK)
		return;
	m->status = s;
	m->reason = reason;
	m->culprit = where;
}
