/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON Web Tokens (RFC 7515, compact form): header and claims become fields, alone or after "Bearer".
 * A token without claims (they are sent beside it, RFC 7797) shows its header.
 *
 * Nothing is verified: the signature tells a function who wrote the claims, not that they are harmless,
 * and kid, jku and x5u are read before it is checked.  An encrypted token (five parts) shows its header
 * only, unless its second part is no key but a document.  The raw token stays to be scanned.
 *
 * The trap: common libraries split at the dots and then pass over bytes that do not belong into base64, so each
 * part is read like that.  Nobody else would find it: all parts read as one are out of step. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "sniff.h"

#define HEADER_LEAST 8 /* bytes of {"a":""} */
#define HEADER_MOST 8192

static struct ew_bytes token_of(struct ew_bytes v)
{
	if (ew_bytes_starts_nocase(v, EW_LIT("bearer ")))
		v = ew_bytes_from(v, 7);
	return ew_bytes_trim(v, " \t\r\n");
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = token_of(f->value);

	return v.n > 8 && ew_base64_object_begins(v) && memchr(v.p, '.', v.n);
}

/* The part up to the next dot; `*rest` stands behind it. */
static struct ew_bytes take_part(struct ew_bytes *rest)
{
	size_t dot = ew_bytes_find(*rest, 0, EW_LIT("."));
	struct ew_bytes part = dot == SIZE_MAX ? *rest : ew_bytes(rest->p, dot);

	*rest = ew_bytes_from(*rest, dot == SIZE_MAX ? rest->n : dot + 1);
	return part;
}

/* Decoded bytes of a part in the arena; empty if it does not decode.  `*strays`: something was passed over. */
static struct ew_bytes undo(struct ew_message *m, const struct ew_field *f, struct ew_bytes part, bool *strays)
{
	struct ew_base64_traits t;
	size_t room, n, want = EW_BASE64_DECODED(part.n);
	uint8_t *p = ew_decode_buffer(m, f, want, &room);

	if (!p || room < want) {
		if (p)
			ew_message_fault(m, EW_LIMIT, "output", f);
		return ew_bytes(NULL, 0);
	}
	n = ew_base64_decode(part, p, &t);
	if (t.foreign && !ew_plausible(ew_bytes(p, n)))
		n = 0;
	*strays |= t.foreign && n;
	ew_arena_shrink(m->arena, p, room, n);
	return ew_bytes(p, n);
}

static bool is_object(struct ew_bytes v)
{
	return ew_bytes_starts(ew_bytes_trim(v, " \t\r\n"), EW_LIT("{"));
}

static bool emit_json(struct ew_message *m, struct ew_field *layer, struct ew_bytes name,
                      struct ew_bytes text)
{
	struct ew_field *f = ew_decode_emit(m, layer, name, text, EW_KIND_BYTES, 0);

	return f && ew_declare_under(m, f, &ew_decoder_json, ew_bytes(NULL, 0), false);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes rest = token_of(f->value);
	struct ew_bytes head_text = take_part(&rest), body_text = take_part(&rest);
	struct ew_bytes head, body = { NULL, 0 };
	struct ew_field *layer;
	bool encrypted = ew_bytes_find(rest, 0, EW_LIT(".")) != SIZE_MAX, strays = false;

	if (head_text.n > HEADER_MOST)
		return EW_DECLINED;
	head = undo(m, f, head_text, &strays);
	if (head.n < HEADER_LEAST || !is_object(head))
		return m->status == EW_LIMIT ? EW_LIMIT : EW_DECLINED;
	body = undo(m, f, body_text, &strays);
	if (encrypted && !is_object(body))
		body.n = 0;
	layer = ew_decode_layer(m, f, &ew_decoder_jwt, f->value, EW_KIND_OBJECT, head.n + body.n);
	if (!layer || !emit_json(m, layer, EW_LIT("header"), head))
		return EW_LIMIT;
	if (body.n && !emit_json(m, layer, EW_LIT("claims"), body))
		return EW_LIMIT;
	if (strays)
		ew_message_flag(m, EW_ANOMALY_MIXED_ENCODING);
	return EW_OK;
}

const struct ew_decoder ew_decoder_jwt = { "jwt", EW_DECODER_BY_HEAD, claims, decode };
