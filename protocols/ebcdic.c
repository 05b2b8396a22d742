/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Text in EBCDIC, of a part of a mail that says so (code pages 37, 500, 1047 and those with a euro sign): readers
 * of mail undo any charset that their language knows.
 *
 * The pages differ in brackets and the like.  37 and 1047 are read as one, since where both have something of ASCII
 * it is the same.  What is no ASCII is not told apart. */

#include "decoders.h"
#include "mime.h"

#define OTHER 0xfffd
#define ROOM 3 /* bytes of that in UTF-8 */

static const uint8_t page_37[256] = {
	[0x05] = '\t', [0x0b] = '\v', '\f', '\r', [0x15] = '\n', [0x25] = '\n',
	[0x40] = ' ', [0x4b] = '.', '<', '(', '+', '|', '&', [0x5a] = '!', '$', '*', ')', ';', '^', '-', '/',
	[0x6b] = ',', '%', '_', '>', '?', [0x79] = '`', ':', '#', '@', '\'', '=', '"',
	[0x81] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', [0x91] = 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
	[0xa1] = '~', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', [0xad] = '[',
	[0xb0] = '^', [0xba] = '[', ']', [0xbd] = ']',
	[0xc0] = '{', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', [0xd0] = '}', 'J', 'K', 'L', 'M', 'N', 'O', 'P',
	'Q', 'R', [0xe0] = '\\', [0xe2] = 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
	[0xf0] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
};

static uint8_t in_page_500(uint8_t c)
{
	switch (c) {
	case 0x4a:
		return '[';
	case 0x4f:
		return '!';
	case 0x5a:
		return ']';
	case 0xbb:
		return '|';
	case 0xad: case 0xb0: case 0xba: case 0xbd:
		return 0;
	default:
		return page_37[c];
	}
}

/* The number of a page in a name such as cp037, IBM-1047 or csIBM500; 0: it is no such name. */
static unsigned page_of(struct ew_bytes name)
{
	static const char *const before[] = { "csibm", "ibm", "cp", "x-ibm" };
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		struct ew_bytes b = ew_bytes_str(before[i]);
		if (!ew_bytes_starts_nocase(name, b))
			continue;
		name = ew_bytes_from(name, b.n);
		if (name.n && (name.p[0] == '-' || name.p[0] == '_'))
			name = ew_bytes_from(name, 1);
		for (size_t k = 0; k < name.n && k < 6; k++) {
			if ((uint8_t)(name.p[k] - '0') > 9)
				return 0;
			n = n * 10 + (unsigned)(name.p[k] - '0');
		}
		return n;
	}
	return 0;
}

bool ew_charset_is_ebcdic(struct ew_bytes name)
{
	static const unsigned pages[] = { 37, 500, 1047, 1140, 1148, 924 };
	unsigned page = page_of(name);

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		if (page == pages[i])
			return true;
	}
	return ew_bytes_starts_nocase(name, EW_LIT("ebcdic"));
}

static bool claims(const struct ew_field *f)
{
	(void)f;
	return false; /* any bytes may be */
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t room, n = 0;
	unsigned page;
	uint8_t *p;

	if (!ew_field_declared(f, &ew_decoder_ebcdic))
		return EW_DECLINED;
	page = page_of(f->declared->arg);
	p = ew_decode_buffer(m, f, ROOM * v.n, &room);
	if (p && room < ROOM * v.n)
		ew_message_fault(m, EW_LIMIT, "output", f);
	if (!p || room < ROOM * v.n)
		return EW_LIMIT;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = page == 500 || page == 1148 ? in_page_500(v.p[i]) : page_37[v.p[i]];
		n += ew_utf8_put(p + n, c ? c : v.p[i] ? OTHER : 0);
	}
	ew_arena_shrink(m->arena, p, room, n);
	return ew_decode_layer(m, f, &ew_decoder_ebcdic, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_ebcdic = { "ebcdic", EW_DECODER_BY_HEAD, claims, decode };
