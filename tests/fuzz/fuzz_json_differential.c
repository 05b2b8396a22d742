/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Our reader of JSON against three others: each key and each string that any of them hands out to a program
 * is the name or the value of one of our fields.  Declared as JSON that is so however damaged the text is;
 * as a guess, when a reader took the whole text as one object or array.
 *
 * Two allowances.  Half a surrogate pair is no text, and what others make of one and of what stands behind
 * it (a question mark, a mark of replacement, a character outside the first plane) is theirs: we raise
 * lone_surrogate.  A reader that keeps keys as C strings ends them at a NUL: we hold the whole, and raise
 * nul. */

#include "eventwall/protocol.h"
#include "fuzz.h"
#include "json_readers.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOTS 16384 /* a power of two, more than twice the names and values of a tree */

static const struct ew_limits limits = {
	.message = 65536, .output = 1048576, .fields = 4000, .layers = 16, .depth = 64, .ratio = 100,
	.work = 16777216, .key = 65536, .arena = 16777216,
};

struct seen {
	struct ew_bytes slot[SLOTS];
};

struct check {
	const struct seen *seen;
	const struct json_reader *reader;
	struct ew_bytes text;
	bool halves; /* there are halves of surrogate pairs */
	const char *how;
};

static size_t slot_of(const struct seen *s, struct ew_bytes b)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < b.n; i++)
		h = (h ^ b.p[i]) * 1099511628211u;
	h ^= h >> 29;
	while (s->slot[h & (SLOTS - 1)].p && !ew_bytes_eq(s->slot[h & (SLOTS - 1)], b))
		h++;
	return h & (SLOTS - 1);
}

static void remember(struct seen *s, struct ew_bytes b)
{
	if (b.p)
		s->slot[slot_of(s, b)] = b;
}

static void remember_all(struct seen *s, const struct ew_message *m)
{
	memset(s, 0, sizeof(*s));
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		const uint8_t *nul = f->name.n ? memchr(f->name.p, 0, f->name.n) : NULL;
		remember(s, f->name);
		remember(s, f->value);
		if (nul)
			remember(s, ew_bytes(f->name.p, (size_t)(nul - f->name.p)));
	}
}

/* Could a reader have made this of half a surrogate pair? */
static bool is_of_half(struct ew_bytes b)
{
	if (ew_bytes_find(b, 0, EW_LIT("\xef\xbf\xbd")) != SIZE_MAX)
		return true;
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '?' || b.p[i] == 0xed || b.p[i] >= 0xf0)
			return true;
	}
	return false;
}

static void print_bytes(const char *what, struct ew_bytes b)
{
	fprintf(stderr, "%s: ", what);
	for (size_t i = 0; i < b.n; i++)
		fprintf(stderr, b.p[i] >= ' ' && b.p[i] < 0x7f && b.p[i] != '\\' ? "%c" : "\\x%02x", b.p[i]);
	fprintf(stderr, "\n");
}

static void take(void *arg, struct ew_bytes text)
{
	const struct check *c = arg;

	if (text.n == 0 || c->seen->slot[slot_of(c->seen, text)].p || (c->halves && is_of_half(text)))
		return;
	fprintf(stderr, "%s hands out what we have not seen (%s)\n", c->reader->name, c->how);
	print_bytes("string", text);
	print_bytes("document", c->text);
	abort();
}

static void pass(void *arg, struct ew_bytes text)
{
	(void)arg;
	(void)text;
}

static bool is_container(struct ew_bytes text)
{
	text = ew_bytes_trim(text, " \t\r\n");
	return text.n && (text.p[0] == '{' || text.p[0] == '[');
}

static void compare(struct ew_message *m, struct seen *seen, struct ew_bytes text, bool declared)
{
	struct ew_field *f;

	ew_message_reset(m, &limits);
	f = ew_decode_emit(m, m->root, EW_LIT("v"), text, EW_KIND_BYTES, 0);
	if (!f || (declared && !ew_declare_over(m, f, ew_decoder_find(EW_LIT("json")), ew_bytes(NULL, 0), true)))
		abort();
	if (ew_decode(m) == EW_LIMIT)
		return;
	remember_all(seen, m);
	for (size_t i = 0; i < JSON_READERS; i++) {
		struct check c = { seen, &json_readers[i], text, ew_message_has(m, EW_ANOMALY_LONE_SURROGATE),
			           declared ? "declared" : "guessed" };
		if (declared || (is_container(text) && c.reader->read(text, pass, NULL)))
			(void)c.reader->read(text, take, &c);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seen seen;
	struct ew_message *m = ew_message_new(&limits);

	if (m && size <= limits.message) {
		compare(m, &seen, ew_bytes(data, size), true);
		compare(m, &seen, ew_bytes(data, size), false);
	}
	ew_message_free(&m);
	return 0;
}
