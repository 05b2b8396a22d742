/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64 in both alphabets: declared, in a data: URL, behind an authentication scheme ("Basic ..."), or
 * found blind.
 *
 * Nine in ten values that fit the alphabet are names and numbers, so a blind decode counts only if the
 * result looks meant (plausible.c); one that does not is simply not base64.  The trap: what is declared
 * is opened always, and as leniently as the most lenient reader does it, or a stray byte would be a way
 * past. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"
#include "token.h"

#define BLIND_LEAST 8
#define FOREIGN_LEAST 6 /* bytes that must come out where others were skipped */
#define LOOK 40

/* Values up to here are judged on the stack, so that a rejected one costs the arena nothing. */
#define SMALL 256

static bool in_alphabet(uint8_t c)
{
	/* + - / = are bits of 0x2b..0x3d */
	return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 ||
	       ((uint8_t)(c - '+') < 32 && UINT32_C(0x40015) >> (c - '+') & 1) || c == '_' || c == ' ' ||
	       c == '\n' || c == '\r' || c == '\t';
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct ew_bytes without_ends(struct ew_bytes v)
{
	while (v.n && is_blank(v.p[0]))
		v = ew_bytes(v.p + 1, v.n - 1);
	while (v.n && is_blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

static bool is_data_url(struct ew_bytes v)
{
	return v.n > 5 && v.p[4] == ':' && ew_bytes_starts_nocase(v, EW_LIT("data:"));
}

/* Content of a data: URL that says ;base64, wherever among the parameters; empty otherwise. */
static struct ew_bytes data_url_content(struct ew_bytes v)
{
	size_t comma = ew_bytes_find(v, 0, EW_LIT(","));

	if (comma == SIZE_MAX || ew_bytes_find_nocase(ew_bytes(v.p, comma), 0, EW_LIT("base64")) == SIZE_MAX)
		return ew_bytes(v.p, 0);
	return ew_bytes_from(v, comma + 1);
}

/* What stands behind the first word, if the word could be a scheme (RFC 9110, 11.4: one word, then a
 * token without blanks). */
static struct ew_bytes behind_scheme(struct ew_bytes v)
{
	const uint8_t *blank = memchr(v.p, ' ', v.n < 20 ? v.n : 20);
	struct ew_bytes rest = { v.p, 0 };

	if (blank) {
		rest = without_ends(ew_bytes_from(v, (size_t)(blank - v.p)));
		if (rest.n && memchr(rest.p, ' ', rest.n))
			rest.n = 0;
	}
	return rest;
}

static bool is_dull(struct ew_bytes v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!in_alphabet(v.p[i]) || v.p[i] == '=')
			return false;
	}
	return !ew_length_in_base64(v) && ew_base64_dull(v);
}

/* Would a blind decode, of the whole or of what stands behind a scheme, come to something? */
static bool could_be_meant(struct ew_bytes v)
{
	v = without_ends(v);
	if (v.n < BLIND_LEAST)
		return false;
	if (!is_dull(v))
		return true;
	v = behind_scheme(v);
	return v.n >= BLIND_LEAST && !is_dull(v);
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t look = v.n < LOOK ? v.n : LOOK;

	if (v.n < BLIND_LEAST)
		return false;
	if (is_data_url(v))
		return true;
	if (!ew_field_declared(f, &ew_decoder_base64) && !could_be_meant(v))
		return false;
	for (size_t i = 0; i < look; i++) {
		if (!in_alphabet(v.p[i]))
			return false;
	}
	return true;
}

/* How sure must we be? */
enum trust {
	BLIND, /* alphabet only, and the result must look meant */
	KNOWN, /* an envelope says so: foreign bytes are skipped if the result looks meant */
	TOLD,  /* the sender says so */
};

static bool add_layer(struct ew_message *m, struct ew_field *f, struct ew_bytes in,
                      struct ew_bytes out, const struct ew_base64_traits *t, enum trust trust)
{
	/* A guess may be a word with a letter too many, and words are nobody's fault. */
	bool cut = t->cut && trust != BLIND;

	if (trust == BLIND && ew_token_like(in, out))
		return ew_decode_layer(m, f, &ew_token_layer, out, EW_KIND_BYTES, out.n);
	if (ew_base64_mixed(in) || t->inner_pad || cut || t->foreign)
		ew_message_flag(m, EW_ANOMALY_MIXED_ENCODING);
	return ew_deflate_declare(m, ew_decode_layer(m, f, &ew_decoder_base64, out, EW_KIND_BYTES, out.n));
}

static bool accepted(struct ew_bytes out, const struct ew_base64_traits *t, enum trust trust)
{
	if (out.n == 0)
		return false;
	if (trust == TOLD || (trust == KNOWN && t->foreign == 0))
		return true;
	if (t->foreign && (trust == BLIND || out.n < FOREIGN_LEAST))
		return false;
	return ew_plausible(out) || ew_packed_meant(out);
}

static enum ew_status open_text(struct ew_message *m, struct ew_field *f, struct ew_bytes v,
                                enum trust trust)
{
	struct ew_base64_traits t;
	uint8_t small[EW_BASE64_DECODED(SMALL)];
	struct ew_bytes out = { small, 0 };
	uint8_t *p;
	size_t room, want = EW_BASE64_DECODED(v.n);

	if (v.n <= SMALL) {
		out.n = ew_base64_decode(v, small, &t);
		if (!accepted(out, &t, trust))
			return EW_DECLINED;
		want = out.n;
	}
	p = ew_decode_buffer(m, f, want, &room);
	if (!p)
		return EW_LIMIT;
	if (room < want) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	if (v.n <= SMALL) {
		memcpy(p, out.p, out.n);
		out.p = p;
	} else {
		out = ew_bytes(p, ew_base64_decode(v, p, &t));
		if (!accepted(out, &t, trust)) {
			ew_arena_shrink(m->arena, p, room, 0);
			return EW_DECLINED;
		}
		ew_arena_shrink(m->arena, p, room, out.n);
	}
	if (!add_layer(m, f, v, out, &t, trust))
		return EW_LIMIT;
	return trust == TOLD && t.foreign ? EW_MALFORMED : EW_OK;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value, rest;
	enum ew_status s;

	if (is_data_url(v)) {
		rest = data_url_content(v);
		/* The content may be percent-encoded as well: then that decoder comes first. */
		return rest.n ? open_text(m, f, rest, KNOWN) : EW_DECLINED;
	}
	v = without_ends(v);
	if (ew_field_declared(f, &ew_decoder_base64)) {
		s = open_text(m, f, v, f->declared->expected ? TOLD : KNOWN);
		if (s != EW_DECLINED)
			return s;
	}
	if (v.n < BLIND_LEAST)
		return EW_DECLINED;
	s = open_text(m, f, v, BLIND);
	if (s != EW_DECLINED)
		return s;
	rest = behind_scheme(v);
	return rest.n >= BLIND_LEAST ? open_text(m, f, rest, BLIND) : EW_DECLINED;
}

const struct ew_decoder ew_decoder_base64 = { "base64", EW_DECODER_BY_HEAD | EW_DECODER_BY_ALPHABET, claims,
	                                       decode };
