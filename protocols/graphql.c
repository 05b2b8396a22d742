/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* String literals in the text of a GraphQL document (specification of October 2021, sections 2.1 and 2.9.4):
 * "..." with the escapes of JSON and \u{...}, """...""" as it stands.  Each becomes a field named by the argument
 * or input field it is given for, so that `user(id: "1 or 1=1")` is matched like a variable of that name.
 *
 * Names, numbers and comments are not taken out: the text itself is matched as well.  It is a lexer and checks no
 * grammar; but what a server pays for is counted, and stands beside the literals under names that no argument can
 * have: #aliases, #depth of selections, #directives.  The trap: block strings end at the first """ that has no
 * backslash before it, and a quote in a comment begins nothing. */

#include "decoders.h"
#include "envelope.h"
#include "spell.h"

static bool is_name_start(uint8_t c)
{
	return (uint8_t)((c | 0x20) - 'a') < 26 || c == '_';
}

static bool is_name(uint8_t c)
{
	return is_name_start(c) || (uint8_t)(c - '0') < 10;
}

/* Blanks, commas and comments mean nothing. */
static const uint8_t *skip_ignored(const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		if (*p == '#') {
			while (p < end && *p != '\n' && *p != '\r')
				p++;
		} else if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == ',') {
			p++;
		} else if (end - p > 2 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) {
			p += 3;
		} else {
			break;
		}
	}
	return p;
}

static const uint8_t *skip_name(const uint8_t *p, const uint8_t *end)
{
	while (p < end && is_name(*p))
		p++;
	return p;
}

/* Past  name  or  alias: name ; NULL: neither, as in {name: "x"}, which is JSON of a sort. */
static const uint8_t *skip_field(const uint8_t *p, const uint8_t *end)
{
	for (int names = 0; names < 2; names++) {
		if (p == end || !is_name_start(*p))
			return NULL;
		p = skip_ignored(skip_name(p, end), end);
		if (p == end || *p != ':')
			return p;
		p = skip_ignored(p + 1, end);
	}
	return p;
}

bool ew_graphql_looks(struct ew_bytes v)
{
	static const char *const words[] = { "query", "mutation", "subscription", "fragment" };
	const uint8_t *end = v.p + v.n, *p = skip_ignored(v.p, end), *q;

	if (p < end && *p == '{') {
		p = skip_ignored(p + 1, end);
		if (ew_bytes_starts(ew_bytes(p, (size_t)(end - p)), EW_LIT("...")))
			return true;
		p = skip_field(p, end);
		return p && p < end && (is_name_start(*p) || memchr("({}@.", *p, 5));
	}
	q = skip_name(p, end);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!ew_bytes_eq(ew_bytes(p, (size_t)(q - p)), ew_bytes_str(words[i])))
			continue;
		q = skip_ignored(skip_name(skip_ignored(q, end), end), end);
		return q < end && (memchr("({@", *q, 3) || (*p == 'f' && *q == 'o'));
	}
	return false;
}

/* Unasked only a selection with arguments, as a query parameter may hold it: text in braces is common. */
static bool claims(const struct ew_field *f)
{
	const uint8_t *end = f->value.p + f->value.n, *p = f->value.p;

	if (f->value.n < 8 || !memchr("{ \t\r\n", *p, 5))
		return false;
	p = skip_ignored(p, end);
	if (p == end || *p != '{')
		return false;
	p = skip_field(skip_ignored(p + 1, end), end);
	return p && p < end && *p == '(' && memchr(p, '"', (size_t)(end - p));
}

struct lexer {
	struct ew_message *m;
	struct ew_field *layer;
	const uint8_t *p, *end;
	struct ew_bytes name; /* of the last  name:  */
	size_t depth;         /* of braces of any kind */
	size_t parens;        /* open ones: arguments and variables are within */
	size_t selections, deepest, aliases, directives;
};

static unsigned hex_digit(uint8_t c)
{
	if ((uint8_t)(c - '0') < 10)
		return c - '0';
	c |= 0x20;
	return (uint8_t)(c - 'a') < 6 ? c - 'a' + 10u : 16;
}

/* \uXXXX or \u{X...} at `p`, past the u.  NULL: neither. */
static const uint8_t *read_code(const uint8_t *p, const uint8_t *end, uint32_t *code_r)
{
	bool braces = p < end && *p == '{';
	size_t most = braces ? 8 : 4, n = 0;

	*code_r = 0;
	for (p += braces; n < most && p < end && hex_digit(*p) < 16; n++)
		*code_r = *code_r << 4 | hex_digit(*p++);
	if (n == 0 || (!braces && n < 4) || *code_r > 0x10ffff)
		return NULL;
	if (braces && (p == end || *p++ != '}'))
		return NULL;
	return p;
}

static bool is_high(uint32_t c)
{
	return c >= 0xd800 && c < 0xdc00;
}

/* Undo the escapes of `in` into `out`, which has room for as much; what is no escape stays. */
static size_t unescape(struct ew_bytes in, uint8_t *out)
{
	const uint8_t *p = in.p, *end = in.p + in.n, *q;
	uint8_t *o = out;
	uint32_t code, low;

	while (p < end) {
		if (*p != '\\' || end - p < 2) {
			*o++ = *p++;
			continue;
		}
		const char *at = strchr("b\bf\fn\nr\rt\t", p[1]);
		if (p[1] == 'u' && (q = read_code(p + 2, end, &code))) {
			p = q;
			if (is_high(code) && end - p > 2 && p[0] == '\\' && p[1] == 'u' &&
			    (q = read_code(p + 2, end, &low)) && low >= 0xdc00 && low < 0xe000) {
				code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
				p = q;
			}
			o += ew_utf8_put(o, code);
		} else if (p[1] == '"' || p[1] == '\\' || p[1] == '/') {
			*o++ = p[1];
			p += 2;
		} else if (at && *at > ' ') {
			*o++ = (uint8_t)at[1];
			p += 2;
		} else {
			*o++ = *p++;
		}
	}
	return (size_t)(o - out);
}

/* False: over budget. */
static bool emit(struct lexer *x, struct ew_bytes text, bool escapes)
{
	size_t room;

	if (text.n == 0)
		return true;
	if (x->name.n > x->m->limits->key)
		x->name.n = 0;
	if (escapes && memchr(text.p, '\\', text.n)) {
		uint8_t *p = ew_decode_buffer(x->m, x->layer, text.n, &room);
		if (!p)
			return false;
		if (room < text.n) {
			ew_message_fault(x->m, EW_LIMIT, "output", x->layer);
			return false;
		}
		size_t n = unescape(text, p);
		ew_arena_shrink(x->m->arena, p, room, n);
		text = ew_bytes(p, n);
	}
	return ew_decode_emit(x->m, x->layer, x->name, text, EW_KIND_TEXT, 0);
}

/* A block string, x->p past its opening quotes. */
static bool block_string(struct lexer *x)
{
	const uint8_t *from = x->p, *to = x->end;

	for (const uint8_t *p = from; x->end - p > 2; p++) {
		if (p[0] == '"' && p[1] == '"' && p[2] == '"' && (p == from || p[-1] != '\\')) {
			to = p;
			break;
		}
	}
	x->p = x->end - to > 2 ? to + 3 : x->end;
	return emit(x, ew_bytes(from, (size_t)(to - from)), false);
}

/* A string on one line, x->p past its opening quote.  One that does not end is read to the end of the line. */
static bool string(struct lexer *x)
{
	const uint8_t *from = x->p, *p = from;

	while (p < x->end && *p != '"' && *p != '\n' && *p != '\r')
		p += *p == '\\' && x->end - p > 1 ? 2 : 1;
	x->p = p + (p < x->end);
	return emit(x, ew_bytes(from, (size_t)(p - from)), true);
}

/* Braces within parentheses are values, names with a colon there are arguments. */
static void count(struct lexer *x, uint8_t mark)
{
	if (mark == '@') {
		x->directives++;
	} else if (mark == '(') {
		x->parens++;
	} else if (mark == ')') {
		x->parens -= x->parens != 0;
	} else if (mark == '{' && x->parens == 0) {
		x->selections++;
		x->deepest = x->selections > x->deepest ? x->selections : x->deepest;
	} else if (mark == '}' && x->parens == 0) {
		x->selections -= x->selections != 0;
	}
}

static void hold_against(struct ew_message *m, size_t n, size_t most, enum ew_anomaly a)
{
	if (most && n > most)
		ew_message_flag(m, a);
}

static enum ew_status say_counts(struct lexer *x)
{
	const struct {
		const char *name;
		size_t n;
	} rows[] = { { "#aliases", x->aliases }, { "#depth", x->deepest }, { "#directives", x->directives } };
	struct ew_speller s = { .arena = x->m->arena };

	hold_against(x->m, x->aliases, x->m->limits->graphql_aliases, EW_ANOMALY_GRAPHQL_ALIASES);
	hold_against(x->m, x->deepest, x->m->limits->graphql_depth, EW_ANOMALY_GRAPHQL_DEPTH);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_bytes text = rows[i].n ? ew_spell_u64(&s, rows[i].n) : ew_bytes(NULL, 0);
		if (!rows[i].n)
			continue;
		if (!text.p) {
			ew_message_fault(x->m, EW_LIMIT, "arena", x->layer);
			return EW_LIMIT;
		}
		if (!ew_decode_emit(x->m, x->layer, ew_bytes_str(rows[i].name), text, EW_KIND_NUMBER, 0))
			return EW_LIMIT;
	}
	return EW_OK;
}

bool ew_graphql_batch(struct ew_message *m, struct ew_field *document)
{
	if (document->parent->kind == EW_KIND_ARRAY)
		hold_against(m, (size_t)document->index + 1, m->limits->graphql_batch, EW_ANOMALY_GRAPHQL_BATCH);
	return true;
}

static enum ew_status token(struct lexer *x)
{
	const uint8_t *p = x->p, *q;

	if (is_name_start(*p)) {
		x->p = skip_name(p, x->end);
		q = skip_ignored(x->p, x->end);
		if (q < x->end && *q == ':') {
			x->aliases += x->parens == 0 && x->selections;
			x->name = ew_bytes(p, (size_t)(x->p - p));
			x->p = q + 1;
		}
		return EW_OK;
	}
	x->p++;
	if (*p == '"' && x->end - p > 2 && p[1] == '"' && p[2] == '"') {
		x->p = p + 3;
		return block_string(x) ? EW_OK : EW_LIMIT;
	}
	if (*p == '"')
		return string(x) ? EW_OK : EW_LIMIT;
	count(x, *p);
	if (*p == '{' && ++x->depth > x->m->limits->depth) {
		ew_message_flag(x->m, EW_ANOMALY_DEPTH);
		ew_message_fault(x->m, EW_LIMIT, "depth", x->layer);
		return EW_LIMIT;
	}
	if (*p == '}' && x->depth)
		x->depth--;
	return EW_OK;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct lexer x = { .m = m, .p = f->value.p, .end = f->value.p + f->value.n };
	struct ew_decode_mark mark = ew_decode_mark(m, f);
	enum ew_status s = EW_OK;

	if (!ew_graphql_looks(f->value))
		return EW_DECLINED;
	/* The text is matched as well, and documents nest in strings: what is taken out is charged as new. */
	x.layer = ew_decode_layer(m, f, &ew_decoder_graphql, f->value, EW_KIND_OBJECT, f->value.n);
	if (!x.layer)
		return EW_LIMIT;
	for (x.p = skip_ignored(x.p, x.end); s == EW_OK && x.p < x.end; x.p = skip_ignored(x.p, x.end))
		s = token(&x);
	if (s == EW_OK && !x.layer->child && !ew_field_declared(f, &ew_decoder_graphql)) {
		ew_decode_retract(m, f, &mark);
		return EW_DECLINED;
	}
	return s == EW_OK ? say_counts(&x) : s;
}

const struct ew_decoder ew_decoder_graphql = { "graphql", EW_DECODER_BY_HEAD, claims, decode };
