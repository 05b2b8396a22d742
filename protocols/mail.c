/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Whole mails (RFC 5322), as storage notices and mail services hand them to functions: one part whose head says
 * what its content is.
 *
 *     body|json.content|mail[""].content|multipart[""].filename
 *
 * Declared as message/rfc822 or found by its head.  It reads what readers of mail read without asking for
 * MIME-Version, since they do not ask either.  The trap: a head in a ticket or a log is a quotation, so what it
 * promises and does not keep is no exception. */

#include "decoders.h"
#include "part.h"

#define HEAD_MOST 65536
#define NAME_MOST 64

/* Past a line "From someone, then" of a mailbox. */
static struct ew_bytes behind_envelope(struct ew_bytes v)
{
	size_t end;

	if (!ew_bytes_starts(v, EW_LIT("From ")) && !ew_bytes_starts(v, EW_LIT(">From ")))
		return v;
	end = ew_bytes_find(v, 0, EW_LIT("\n"));
	return ew_bytes_from(v, end == SIZE_MAX ? v.n : end + 1);
}

/* Length of the name of a field that `v` begins with; 0: it begins otherwise. */
static size_t field_name(struct ew_bytes v)
{
	size_t i = 0;

	while (i < v.n && i < NAME_MOST &&
	       ((uint8_t)((v.p[i] | 0x20) - 'a') < 26 || v.p[i] == '-' || (uint8_t)(v.p[i] - '0') < 10))
		i++;
	return i < v.n && v.p[i] == ':' ? i : 0;
}

/* One that tells a mail from other lines with colons. */
static bool is_telling(struct ew_bytes name)
{
	static const char *const names[] = { "mime-version", "content-transfer-encoding", "content-type",
		"content-disposition", "received", "return-path", "message-id", "dkim-signature" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (ew_bytes_eq_nocase(name, ew_bytes_str(names[i])))
			return true;
	}
	return false;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = behind_envelope(f->value);

	v.n = v.n < HEAD_MOST ? v.n : HEAD_MOST;
	for (size_t name; (name = field_name(v)) != 0;) {
		size_t end = ew_bytes_find(v, name, EW_LIT("\n"));
		if (end == SIZE_MAX)
			return false;
		if (is_telling(ew_bytes(v.p, name)))
			return true;
		do {
			v = ew_bytes_from(v, end + 1);
			end = ew_bytes_find(v, 0, EW_LIT("\n"));
		} while (end != SIZE_MAX && (v.p[0] == ' ' || v.p[0] == '\t'));
	}
	return false;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_part_reader r = { .m = m, .f = f, .head_most = SIZE_MAX, .guessed = true };

	/* Mails nest, and each level is scanned beside the text around it. */
	r.layer = ew_decode_layer(m, f, &ew_decoder_mail, f->value, EW_KIND_OBJECT, f->value.n);
	return r.layer && ew_part_emit(&r, behind_envelope(f->value)) ? EW_OK : EW_LIMIT;
}

/* Begins with a letter, so only a mark tells it from a word; each mail with parts has an equals sign. */
const struct ew_decoder ew_decoder_mail = { "mail", EW_DECODER_BY_MARK | EW_DECODER_APART, claims, decode };
