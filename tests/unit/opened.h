/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_OPENED_H
#define EVENTWALL_TESTS_OPENED_H

/* One value through the whole of decoding, and questions about the tree that comes of it.  The value
 * stands at the path "v". */

#include "eventwall/protocol.h"
#include "eventwall/unpackers.h"
#include "guard.h"

#include <stdio.h>

static const struct ew_limits opened_limits = EW_LIMITS_DEFAULT;

/* What new messages are given, if anything. */
__attribute__((unused)) static struct ew_unpackers *opened_unpackers;

/* Add the value to `m`, declared to be of the decoder named `as` if there is one, and open all. */
__attribute__((unused)) static enum ew_status open_with(struct ew_message *m, struct ew_bytes value,
                                                        const char *as, struct ew_bytes arg,
                                                        bool expected)
{
	struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("v"), value, EW_KIND_BYTES, 0);

	if (!f)
		abort();
	m->unpackers = opened_unpackers;
	if (as && !ew_declare_over(m, f, ew_decoder_find(ew_bytes_str(as)), arg, expected))
		abort();
	return ew_decode(m);
}

/* A new message with default limits and the value opened. */
__attribute__((unused)) static struct ew_message *opened_as(struct ew_bytes value, const char *as)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	(void)open_with(m, value, as, ew_bytes(NULL, 0), as != NULL);
	return m;
}

__attribute__((unused)) static struct ew_message *opened(struct ew_bytes value)
{
	return opened_as(value, NULL);
}

/* Call each test as a message without kept contexts meets it, and as one with them does. */
__attribute__((unused)) static void without_and_with_unpackers(void (*test)(void))
{
	struct ew_unpackers kept = { 0 };

	test();
	opened_unpackers = &kept;
	test();
	opened_unpackers = NULL;
	ew_unpackers_fini(&kept);
}

/* The field at `path` with that value (any value if `value.p` is NULL). */
__attribute__((unused)) static const struct ew_field *field_at(const struct ew_message *m,
                                                               const char *path,
                                                               struct ew_bytes value)
{
	char text[512];

	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		ew_field_path(f, text, sizeof(text));
		if (strcmp(text, path) == 0 && (!value.p || ew_bytes_eq(f->value, value)))
			return f;
	}
	return NULL;
}

__attribute__((unused)) static bool has(const struct ew_message *m, const char *path,
                                        const char *value)
{
	return field_at(m, path, ew_bytes_str(value)) != NULL;
}

/* Some field anywhere has that value. */
__attribute__((unused)) static bool has_value(const struct ew_message *m, struct ew_bytes value)
{
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		if (ew_bytes_eq(f->value, value))
			return true;
	}
	return false;
}

/* A diagnostic: the whole tree. */
__attribute__((unused)) static void print_tree(const struct ew_message *m)
{
	char path[512];

	printf("# status %s (%s), anomalies %llx\n", ew_status_name(m->status),
	       m->reason ? m->reason : "", (unsigned long long)m->anomalies);
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		ew_field_path(f, path, sizeof(path));
		printf("#   %s = %.*s\n", path, (int)(f->value.n < 80 ? f->value.n : 80),
		       (const char *)f->value.p);
	}
}

/* Prefixes of a value, each opened at a guard page: nothing is asked but survival within budget. */
__attribute__((unused)) static bool opens_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = opened_as(prefix, arg);
	bool within = m->used_output <= m->limits->output && m->used_fields <= m->limits->fields;

	ew_message_free(&m);
	return within;
}

#endif
