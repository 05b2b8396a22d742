/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Aliases of Sparkplug B (specification 3.0, section 6.4.7): a birth announces names and numbers, and what comes
 * after it has numbers alone.
 *
 *     spBv1.0/GROUP/NBIRTH/NODE           names of a node; all that was known of it and its devices is void
 *     spBv1.0/GROUP/DBIRTH/NODE/DEVICE    names of a device
 *     ...NDATA DDATA NCMD DCMD            a metric with an alias and no name gets one
 *     ...NDEATH DDEATH                    names are void; of a node only if the will is of this birth (bdSeq)
 *
 * A number that was not announced stays a number, and its value is matched all the same.  The trap: names must not
 * be learnt from what is dropped, since no function behind has seen it; a sender could name the metrics of others.
 * So decoding only asks, and whoever lets the message through has it learnt. */

#include "decoders.h"
#include "eventwall/aliases.h"
#include "sparkplug.h"

enum sort { OTHER, BIRTH, DEATH, USE };

struct place {
	enum sort sort;
	size_t node_n, n; /* bytes of the node, and with the device if there is one */
	uint8_t text[EW_ALIAS_PLACE];
};

static struct ew_field *part_of(const struct ew_message *m, struct ew_bytes name)
{
	struct ew_field *mqtt = m->root ? ew_sparkplug_member(m->root, EW_LIT("mqtt")) : NULL;

	return mqtt ? ew_sparkplug_member(mqtt, name) : NULL;
}

static struct ew_bytes take_level(struct ew_bytes *rest)
{
	const uint8_t *slash = rest->n ? memchr(rest->p, '/', rest->n) : NULL;
	struct ew_bytes level = ew_bytes(rest->p, slash ? (size_t)(slash - rest->p) : rest->n);

	*rest = ew_bytes_from(*rest, slash ? level.n + 1 : level.n);
	return level;
}

static enum sort sort_of(struct ew_bytes type, bool device)
{
	static const struct {
		const char *type;
		enum sort sort;
	} rows[] = { { "BIRTH", BIRTH }, { "DEATH", DEATH }, { "DATA", USE }, { "CMD", USE } };

	if (type.n == 0 || type.p[0] != (device ? 'D' : 'N'))
		return OTHER;
	type = ew_bytes_from(type, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (ew_bytes_eq(type, ew_bytes_str(rows[i].type)))
			return rows[i].sort;
	}
	return OTHER;
}

static void put_level(struct place *p, struct ew_bytes level)
{
	if (p->n)
		p->text[p->n++] = '/';
	memcpy(p->text + p->n, level.p, level.n);
	p->n += level.n;
}

/* A topic without a node, or of more levels, is another's. */
static void place_of(const struct ew_message *m, struct place *p)
{
	const struct ew_field *topic = part_of(m, EW_LIT("topic"));
	struct ew_bytes rest = topic ? topic->value : ew_bytes(NULL, 0), group, type, node, device;

	p->sort = OTHER;
	p->n = p->node_n = 0;
	if (rest.n >= sizeof(p->text) || !ew_bytes_eq(take_level(&rest), EW_LIT("spBv1.0")))
		return;
	group = take_level(&rest);
	type = take_level(&rest);
	node = take_level(&rest);
	device = take_level(&rest);
	if (group.n == 0 || node.n == 0 || rest.n)
		return;
	p->sort = sort_of(type, device.n != 0);
	put_level(p, group);
	put_level(p, node);
	p->node_n = p->n;
	if (device.n)
		put_level(p, device);
}

/* The next metric of a payload from `c` on. */
static struct ew_field *metric_from(struct ew_field *c)
{
	while (c && (c->kind != EW_KIND_OBJECT || !ew_bytes_eq(c->name, EW_LIT("metrics"))))
		c = c->next;
	return c;
}

static bool alias_of(struct ew_field *metric, uint64_t *alias_r)
{
	const struct ew_field *f = ew_sparkplug_member(metric, EW_LIT("alias"));

	return f && ew_bytes_u64(f->value, alias_r);
}

bool ew_sparkplug_name(struct ew_message *m, struct ew_field *layer)
{
	const struct ew_alias_place *node, *device;
	struct ew_bytes name;
	struct place p;
	uint64_t alias;

	if (!m->aliases)
		return true;
	place_of(m, &p);
	if (p.sort != USE)
		return true;
	node = ew_aliases_at(m->aliases, ew_bytes(p.text, p.node_n));
	device = p.n > p.node_n ? ew_aliases_at(m->aliases, ew_bytes(p.text, p.n)) : NULL;
	for (struct ew_field *c = metric_from(layer->child); c && (node || device); c = metric_from(c->next)) {
		if (ew_sparkplug_member(c, EW_LIT("name")) || !alias_of(c, &alias))
			continue;
		name = device ? ew_alias_name(device, alias) : ew_bytes(NULL, 0);
		if (!name.p && node)
			name = ew_alias_name(node, alias);
		if (!name.p)
			continue;
		/* The message may outlive the birth. */
		name = ew_arena_dup(m->arena, name);
		if (!name.p) {
			ew_message_fault(m, EW_LIMIT, "arena", c);
			return false;
		}
		if (!ew_decode_emit(m, c, EW_LIT("name"), name, EW_KIND_TEXT, 0))
			return false;
	}
	return true;
}

/* ---- learning -------------------------------------------------------------------------------- */

/* The metric that comes after `f` in document order; a payload may be compressed within another one. */
static struct ew_field *next_metric(struct ew_field *f, const struct ew_field *top)
{
	do {
		f = ew_field_next(f, top);
	} while (f && (f->kind != EW_KIND_OBJECT || f->parent->via != &ew_decoder_sparkplug ||
	               !ew_bytes_eq(f->name, EW_LIT("metrics"))));
	return f;
}

/* What a metric announces; false: nothing. */
static bool announces(struct ew_field *metric, struct ew_alias *a)
{
	const struct ew_field *name = ew_sparkplug_member(metric, EW_LIT("name"));

	if (!name || !alias_of(metric, &a->number))
		return false;
	a->name = name->value;
	return true;
}

/* Into `to` unless that is NULL. */
static size_t gather(struct ew_field *payload, struct ew_alias *to)
{
	struct ew_alias a;
	size_t n = 0;

	for (struct ew_field *c = payload; (c = next_metric(c, payload));) {
		if (!announces(c, &a))
			continue;
		if (to)
			to[n] = a;
		n++;
	}
	return n;
}

/* The number that tells a birth, and the will that was made for it, from others; false: there is none. */
static bool birth_of(struct ew_field *payload, uint64_t *birth_r)
{
	for (struct ew_field *c = payload; (c = next_metric(c, payload));) {
		const struct ew_field *name = ew_sparkplug_member(c, EW_LIT("name")), *value;
		if (!name || !ew_bytes_eq(name->value, EW_LIT("bdSeq")))
			continue;
		value = ew_sparkplug_member(c, EW_LIT("long_value"));
		if (!value)
			value = ew_sparkplug_member(c, EW_LIT("int_value"));
		if (value && ew_bytes_u64(value->value, birth_r))
			return true;
	}
	return false;
}

void ew_aliases_learn(struct ew_aliases *a, struct ew_message *m)
{
	struct ew_field *payload = part_of(m, EW_LIT("payload"));
	const struct ew_alias_place *known;
	struct ew_alias *all = NULL;
	struct ew_bytes place;
	struct place p;
	uint64_t birth = 0;
	size_t n;

	place_of(m, &p);
	place = ew_bytes(p.text, p.n);
	if (!payload)
		return;
	if (p.sort == DEATH) {
		known = ew_aliases_at(a, place);
		if (!known || !birth_of(payload, &birth) || birth == ew_alias_birth(known))
			ew_aliases_forget(a, place);
	} else if (p.sort == BIRTH) {
		n = gather(payload, NULL);
		if (n)
			all = ew_arena_alloc_raw(m->arena, n * sizeof(*all));
		if (all)
			(void)gather(payload, all);
		(void)birth_of(payload, &birth);
		ew_aliases_forget(a, place);
		ew_aliases_set(a, place, birth, all, all ? n : 0);
	}
}
