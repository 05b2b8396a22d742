/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A set of descriptors (google/protobuf/descriptor.proto) as types that messages are read with.
 *
 * The set is a message itself and is walked with the same reader, breadth first: the messages of all files,
 * then those within them, each with its fields; then names of types become types.  It is the operator's file
 * and read once, so it may be slow, but it must not be believed: a damaged one is refused. */

#include "eventwall/protobuf.h"

#include "eventwall/arena.h"
#include "eventwall/siphash.h"
#include "protobuf.h"

#define ROOM_BASE 65536
#define ROOM_A_BYTE 64 /* of the set: fields become larger, and names longer by those they stand in */

/* Numbers of fields in descriptor.proto, and of the types of fields. */
enum { SET_FILE = 1 };
enum { FILE_PACKAGE = 2, FILE_MESSAGE = 4, FILE_SERVICE = 6 };
enum { MESSAGE_NAME = 1, MESSAGE_FIELD = 2, MESSAGE_NESTED = 3 };
enum { FIELD_NAME = 1, FIELD_NUMBER = 3, FIELD_TYPE = 5, FIELD_TYPE_NAME = 6 };
enum { SERVICE_NAME = 1, SERVICE_METHOD = 2 };
enum { METHOD_NAME = 1, METHOD_INPUT = 2 };
enum { TYPE_DOUBLE = 1, TYPE_FLOAT = 2, TYPE_STRING = 9, TYPE_GROUP = 10, TYPE_MESSAGE = 11, TYPE_BYTES = 12 };

#define BUCKETS 1024

struct message {
	struct message *next;
	struct message *alike; /* in the same bucket */
	struct ew_bytes body;
	struct ew_bytes name; /* full */
	struct ew_proto_type type;
};

struct method {
	struct method *next;
	struct ew_bytes service, name; /* full name of the service */
	struct ew_bytes input;         /* full name of a message */
};

struct ew_proto_schema {
	struct ew_arena *arena;
	struct message *messages, *last;
	struct message *buckets[BUCKETS]; /* by name */
	struct method *methods;
	const struct ew_proto_type *chosen;
	bool bad;
};

/* The next field of a descriptor; false at the end, or at damage, which is kept in mind. */
static bool next_item(struct ew_proto_schema *s, struct ew_bytes *rest, struct ew_proto_item *it)
{
	enum ew_status status;
	const uint8_t *p, *end = rest->p + rest->n;

	if (rest->n == 0 || s->bad)
		return false;
	p = ew_proto_take(rest->p, end, it, &status);
	if (!p || it->wire == EW_PROTO_GROUP || it->wire == EW_PROTO_GROUP_END) {
		s->bad = true;
		return false;
	}
	*rest = ew_bytes(p, (size_t)(end - p));
	return true;
}

/* The last content of that number. */
static struct ew_bytes content_of(struct ew_proto_schema *s, struct ew_bytes descriptor, uint32_t number)
{
	struct ew_bytes content = { NULL, 0 };
	struct ew_proto_item it;

	while (next_item(s, &descriptor, &it)) {
		if (it.number == number && it.wire == EW_PROTO_CONTENT)
			content = it.content;
	}
	return content;
}

/* With a zero byte behind it, which is not counted. */
static struct ew_bytes join(struct ew_proto_schema *s, struct ew_bytes space, struct ew_bytes name)
{
	uint8_t *p = ew_arena_alloc(s->arena, space.n + 1 + name.n + 1);
	size_t at = space.n ? space.n + 1 : 0;

	if (!p)
		return ew_bytes(NULL, 0);
	if (space.n) {
		memcpy(p, space.p, space.n);
		p[space.n] = '.';
	}
	if (name.n)
		memcpy(p + at, name.p, name.n);
	return ew_bytes(p, at + name.n);
}

static size_t bucket_of(struct ew_bytes name)
{
	static const uint8_t key[EW_SIPHASH_KEY]; /* nobody attacks the operator's file */

	return ew_siphash(key, name) % BUCKETS;
}

static void add_message(struct ew_proto_schema *s, struct ew_bytes space, struct ew_bytes body)
{
	struct message *t = ew_arena_alloc(s->arena, sizeof(*t));

	if (!t)
		return;
	t->body = body;
	t->name = join(s, space, content_of(s, body, MESSAGE_NAME));
	struct message **bucket = &s->buckets[bucket_of(t->name)];
	t->alike = *bucket;
	*bucket = t;
	if (s->last)
		s->last->next = t;
	else
		s->messages = t;
	s->last = t;
}

static void add_service(struct ew_proto_schema *s, struct ew_bytes space, struct ew_bytes body)
{
	struct ew_bytes name = join(s, space, content_of(s, body, SERVICE_NAME));
	struct ew_proto_item it;

	while (next_item(s, &body, &it)) {
		if (it.number != SERVICE_METHOD || it.wire != EW_PROTO_CONTENT)
			continue;
		struct method *t = ew_arena_alloc(s->arena, sizeof(*t));
		if (!t)
			return;
		t->service = name;
		t->name = join(s, ew_bytes(NULL, 0), content_of(s, it.content, METHOD_NAME));
		t->input = join(s, ew_bytes(NULL, 0), content_of(s, it.content, METHOD_INPUT));
		t->next = s->methods;
		s->methods = t;
	}
}

static void add_file(struct ew_proto_schema *s, struct ew_bytes file)
{
	struct ew_bytes space = content_of(s, file, FILE_PACKAGE);
	struct ew_proto_item it;

	while (next_item(s, &file, &it)) {
		if (it.number == FILE_MESSAGE && it.wire == EW_PROTO_CONTENT)
			add_message(s, space, it.content);
		else if (it.number == FILE_SERVICE && it.wire == EW_PROTO_CONTENT)
			add_service(s, space, it.content);
	}
}

/* Names of types in descriptors are full and have a dot before them. */
static const struct message *find(const struct ew_proto_schema *s, struct ew_bytes name)
{
	const struct message *t;

	if (name.n && name.p[0] == '.')
		name = ew_bytes_from(name, 1);
	t = s->buckets[bucket_of(name)];
	while (t && !ew_bytes_eq(t->name, name))
		t = t->alike;
	return t;
}

static enum ew_proto_kind kind_of(uint64_t type)
{
	switch (type) {
	case TYPE_DOUBLE:
	case TYPE_FLOAT:
		return EW_PROTO_REAL;
	case TYPE_STRING:
		return EW_PROTO_TEXT;
	case TYPE_BYTES:
		return EW_PROTO_BYTES;
	case TYPE_GROUP:
	case TYPE_MESSAGE:
		return EW_PROTO_MESSAGE;
	default:
		return EW_PROTO_NUMBER;
	}
}

static void read_field(struct ew_proto_schema *s, struct ew_proto_field *f, struct ew_bytes body)
{
	struct ew_bytes name = { NULL, 0 };
	const struct message *type = NULL;
	struct ew_proto_item it;

	while (next_item(s, &body, &it)) {
		if (it.number == FIELD_NAME && it.wire == EW_PROTO_CONTENT)
			name = join(s, ew_bytes(NULL, 0), it.content);
		else if (it.number == FIELD_NUMBER && it.wire == EW_PROTO_VARINT)
			f->number = (uint32_t)it.value;
		else if (it.number == FIELD_TYPE && it.wire == EW_PROTO_VARINT)
			f->kind = kind_of(it.value);
		else if (it.number == FIELD_TYPE_NAME && it.wire == EW_PROTO_CONTENT)
			type = find(s, it.content);
	}
	f->name = (const char *)name.p;
	f->type = type ? &type->type : NULL;
	s->bad |= !f->name || f->number == 0;
}

static void read_fields(struct ew_proto_schema *s, struct message *t)
{
	struct ew_bytes body = t->body;
	struct ew_proto_field *fields, f;
	struct ew_proto_item it;
	size_t n = 0;

	while (next_item(s, &body, &it))
		n += it.number == MESSAGE_FIELD && it.wire == EW_PROTO_CONTENT;
	fields = ew_arena_alloc(s->arena, (n + 1) * sizeof(*fields));
	if (!fields)
		return;
	t->type.fields = fields;
	body = t->body;
	while (next_item(s, &body, &it)) {
		if (it.number != MESSAGE_FIELD || it.wire != EW_PROTO_CONTENT)
			continue;
		f = (struct ew_proto_field){ .kind = EW_PROTO_NUMBER };
		read_field(s, &f, it.content);
		size_t at = t->type.count++;
		/* Nearly always in order already. */
		for (; at > 0 && fields[at - 1].number > f.number; at--)
			fields[at] = fields[at - 1];
		fields[at] = f;
	}
}

static void read_set(struct ew_proto_schema *s, struct ew_bytes set)
{
	struct ew_proto_item it;

	while (next_item(s, &set, &it)) {
		if (it.number == SET_FILE && it.wire == EW_PROTO_CONTENT)
			add_file(s, it.content);
	}
	for (struct message *t = s->messages; t && !s->bad; t = t->next) {
		struct ew_bytes body = t->body;
		while (next_item(s, &body, &it)) {
			if (it.number == MESSAGE_NESTED && it.wire == EW_PROTO_CONTENT)
				add_message(s, t->name, it.content);
		}
	}
	for (struct message *t = s->messages; t && !s->bad; t = t->next)
		read_fields(s, t);
}

struct ew_proto_schema *ew_proto_schema_new(struct ew_bytes set, const char **why_r)
{
	struct ew_arena *arena = set.n < SIZE_MAX / ROOM_A_BYTE / 2 ? ew_arena_new(ROOM_BASE + set.n * ROOM_A_BYTE)
	                                                            : NULL;
	struct ew_proto_schema *s = arena ? ew_arena_alloc(arena, sizeof(*s)) : NULL;

	*why_r = "out of memory";
	if (!s) {
		ew_arena_free(&arena);
		return NULL;
	}
	s->arena = arena;
	read_set(s, set);
	if (s->bad)
		*why_r = "it is no set of descriptors";
	else if (ew_arena_spent(arena))
		*why_r = "its messages are nested beyond reason";
	else if (!s->messages)
		*why_r = "there is no message in it";
	else
		return s;
	ew_proto_schema_free(&s);
	return NULL;
}

void ew_proto_schema_free(struct ew_proto_schema **sp)
{
	struct ew_arena *arena = *sp ? (*sp)->arena : NULL;

	*sp = NULL;
	ew_arena_free(&arena);
}

bool ew_proto_schema_choose(struct ew_proto_schema *s, struct ew_bytes message)
{
	const struct message *t = find(s, message);

	s->chosen = t ? &t->type : NULL;
	return t != NULL;
}

const struct ew_proto_type *ew_proto_schema_chosen(const struct ew_proto_schema *s)
{
	return s->chosen;
}

const struct ew_proto_type *ew_proto_schema_method(const struct ew_proto_schema *s, struct ew_bytes path)
{
	const struct message *t = NULL;

	for (const struct method *c = s->methods; c && !t; c = c->next) {
		if (path.n == c->service.n + c->name.n + 2 && path.p[0] == '/' && path.p[c->service.n + 1] == '/' &&
		    ew_bytes_starts(ew_bytes_from(path, 1), c->service) &&
		    ew_bytes_eq(ew_bytes_from(path, c->service.n + 2), c->name))
			t = find(s, c->input);
	}
	return t ? &t->type : NULL;
}
