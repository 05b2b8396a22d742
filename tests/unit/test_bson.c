/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* bson.c: every type, lengths at every level that lie, guesses right and wrong, floods. */

#include "binary.h"

static char bson[] = "application/bson";

/* Rows whose bytes are only the elements: the length and the zero byte are put around them. */
static void element_rows(const struct binary_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t buf[256] = { (uint8_t)(rows[i].in.n + 5) };
		struct binary_row row = { rows[i].what, ew_bytes(buf, rows[i].in.n + 5), rows[i].tree };
		memcpy(buf + 4, rows[i].in.p, rows[i].in.n);
		binary_rows(&row, 1, bson);
	}
}

static void values(void)
{
	static const struct binary_row rows[] = {
		{ "numbers", BINARY("\x01""d\0\0\0\0\0\0\0\xf8\x3f\x10i\0\xff\xff\xff\xff\x12l\0\0\0\0\0\1\0\0\0"
		                    "\x11t\0\x2a\0\0\0\1\0\0\0"),
		  "b|bson.d=1.5; b|bson.i=-1; b|bson.l=4294967296; b|bson.t=1:42" },
		{ "text, code, symbol", BINARY("\x02s\0\2\0\0\0a\0\x0d""c\0\2\0\0\0b\0\x0ey\0\2\0\0\0d\0"),
		  "b|bson.s=a; b|bson.c=b; b|bson.y=d" },
		{ "nothing in two ways", BINARY("\x0an\0\x06u\0"), "b|bson.n=null; b|bson.u=undefined" },
		{ "an id, a date, true, keys", BINARY("\x07o\0ABCDEFGHIJKL\x09t\0\x01\0\0\0\0\0\0\0\x08""b\0\x01"
		                                       "\xffm\0\x7fM\0"),
		  "b|bson.o=4142434445464748494a4b4c; b|bson.t=1; b|bson.b=true; b|bson.m=minkey; "
		    "b|bson.M=maxkey" },
		{ "a document and an array", BINARY("\x03""d\0\x08\0\0\0\x0a""a\0\0\x04l\0\x0d\0\0\0\x08""0\0\0"
		  "\x08""1\0\1\0"),
		  "b|bson.d.a=null; b|bson.l[0]=false; b|bson.l[1]=true" },
		{ "bytes, new and old", BINARY("\x05n\0\2\0\0\0\0hi\x05o\0\6\0\0\0\2\2\0\0\0ho"),
		  "b|bson.n=hi; b|bson.o=ho" },
		{ "an expression", BINARY("\x0br\0^a$\0i\0"), "b|bson.r.pattern=^a$; b|bson.r.options=i" },
		{ "a pointer", BINARY("\x0cp\0\2\0\0\0r\0ABCDEFGHIJKL"),
		  "b|bson.p.ref=r; b|bson.p.id=4142434445464748494a4b4c" },
		{ "code with a scope", BINARY("\x0f""c\0\x14\0\0\0\4\0\0\0f()\0\x08\0\0\0\x0ax\0\0\x0az\0"),
		  "b|bson.c.code=f(); b|bson.c.scope.x=null; b|bson.z=null" },
		{ "a decimal", BINARY("\x13""d\0\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0\x3e\xb0"), "b|bson.d=-1.5" },
		{ "none at all", BINARY(""), "b|bson=\\05\\00\\00\\00\\00" },
	};

	element_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void oddities(void)
{
	static const struct binary_row elements[] = {
		{ "a key that stands twice", BINARY("\x0a""a\0\x0a""a\0"),
		  "b|bson.a=null; b|bson.a=null <dup_key>" },
		{ "an element whose name is not its place", BINARY("\x04l\0\x0d\0\0\0\x0a$ne\0\x0a""1\0\0"),
		  "b|bson.l[0]=null; b|bson.l[1]=null <binary_odd>" },
		{ "a zero byte in text", BINARY("\x02""a\0\4\0\0\0b\0c\0"), "b|bson.a=b\\00c <nul>" },
		{ "text that is none", BINARY("\x02""a\0\2\0\0\0\xff\0"), "b|bson.a=\\ff <invalid_utf8>" },
		{ "a document longer than the one around", BINARY("\x0a""a\0\x03""b\0\x20\0\0\0\0"),
		  "b|bson.a=null <malformed>" },
		{ "a document without its zero", BINARY("\x0a""a\0\x03""b\0\x08\0\0\0\x0a""c\0\x01"),
		  "b|bson.a=null <malformed>" },
		{ "a document shorter than any", BINARY("\x0a""a\0\x03""b\0\4\0\0\0\0"),
		  "b|bson.a=null <malformed>" },
		{ "code and scope that leave a byte",
		  BINARY("\x0f""c\0\x15\0\0\0\4\0\0\0f()\0\x08\0\0\0\x0ax\0\0\0"),
		  "b|bson.c.code=f(); b|bson.c.scope.x=null <malformed>" },
		{ "text of no length", BINARY("\x0a""a\0\x02""b\0\0\0\0\0\0"), "b|bson.a=null <malformed>" },
		{ "text of 2^31 - 1", BINARY("\x0a""a\0\x02""b\0\xff\xff\xff\x7fx\0"),
		  "b|bson.a=null <malformed>" },
		{ "text that does not end", BINARY("\x0a""a\0\x02""b\0\2\0\0\0xy\0"), "b|bson.a=null <malformed>" },
		{ "a name that does not end", BINARY("\x0a""a\0\x0a""bc"), "b|bson.a=null <malformed>" },
		{ "bytes of -1", BINARY("\x0a""a\0\x05""b\0\xff\xff\xff\xff\0"), "b|bson.a=null <malformed>" },
		{ "old bytes whose lengths differ", BINARY("\x0a""a\0\x05""b\0\6\0\0\0\2\3\0\0\0ho"),
		  "b|bson.a=null <malformed>" },
		{ "neither true nor false", BINARY("\x0a""a\0\x08""b\0\2"), "b|bson.a=null <malformed>" },
		{ "a type that is none", BINARY("\x0a""a\0\x20""b\0"), "b|bson.a=null <malformed>" },
		{ "the end before the end", BINARY("\x0a""a\0\0\x0a""b\0"), "b|bson.a=null <malformed>" },
	};
	static const struct binary_row rows[] = {
		{ "a second document", BINARY("\x08\0\0\0\x0a""a\0\0\x08\0\0\0\x0a""b\0\0"),
		  "b|bson.a=null; b|bson.b=null <trailing_data>" },
		{ "junk behind", BINARY("\x08\0\0\0\x0a""a\0\0abc"), "b|bson.a=null <trailing_data> <malformed>" },
		{ "longer than it is", BINARY("\xff\xff\xff\x7f\x0a""a\0\x02""b\0\x05"),
		  "b|bson.a=null <truncated>" },
		{ "longer than it is, with one that is whole",
		  BINARY("\x30\0\0\0\x03""d\0\x08\0\0\0\x0a""a\0\0\x0a""b\0"),
		  "b|bson.d.a=null; b|bson.b=null <truncated>" },
		{ "of 2^31", BINARY("\0\0\0\x80\x0a""a\0\0"), " <ct_mismatch> <malformed>" },
	};

	element_rows(elements, sizeof(elements) / sizeof(*elements));
	binary_rows(rows, sizeof(rows) / sizeof(*rows), bson);
}

static void guesses(void)
{
	static const struct binary_row rows[] = {
		{ "a document", BINARY("\x0e\0\0\0\x02""a\0\2\0\0\0x\0\0"), "b|bson.a=x" },
		{ "one byte more", BINARY("\x0e\0\0\0\x02""a\0\2\0\0\0x\0\0\0"), "" },
		{ "damage within", BINARY("\x0e\0\0\0\x02""a\0\3\0\0\0x\0\0"), "" },
		{ "a type that is none", BINARY("\x0e\0\0\0\x21""a\0\2\0\0\0x\0\0"), "" },
		{ "nothing in it", BINARY("\x05\0\0\0\0"), "" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), NULL);
}

/* 100,000 documents one in the other, each with its length. */
static void depth(void)
{
	static const struct ew_limits limits = EW_LIMITS_DEFAULT;
	size_t levels = 100000, n = levels * 8 + 5;
	uint8_t *buf = calloc(1, n);
	struct ew_message *m = ew_message_new(&limits);

	if (!buf || !m)
		abort();
	for (size_t i = 0; i <= levels; i++) {
		uint32_t length = (uint32_t)(n - 8 * i);
		memcpy(buf + 7 * i, (uint8_t[]){ (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16) },
		             3);
		if (i < levels)
			memcpy(buf + 7 * i + 4, "\x03""d", 2);
	}
	for (int guessed = 0; guessed < 2; guessed++) {
		ew_message_reset(m, &limits);
		tree_decode(m, ew_bytes(buf, n), guessed ? NULL : bson);
		ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0 && !tree_broken(m),
		             "100,000 levels, %s: depth",
		   guessed ? "guessed" : "declared");
	}
	ew_message_free(&m);
	free(buf);
}

static void floods(void)
{
	binary_flood("BSON, nulls", EW_LIT("\0\0\0\4"), EW_LIT("\x0a""a\0"), bson);
	binary_flood("BSON, a name without end", EW_LIT("\0\0\0\4\x0a"), EW_LIT("a"), bson);
	binary_flood("BSON, empty documents", EW_LIT(""), EW_LIT("\5\0\0\0\0"), bson);
	binary_flood("BSON, doubles", EW_LIT("\0\0\0\4"), EW_LIT("\x01""a\0\x9a\x99\x99\x99\x99\x12\xb9\x3f"),
	             bson);
}

int main(void)
{
	static const struct ew_bytes whole = BINARY("\x39\0\0\0\x02""a\0\2\0\0\0x\0\x03""d\0\x08\0\0\0\x0a""a\0\0"
	  "\x0br\0^a$\0i\0"
	                                            "\x0f""c\0\x14\0\0\0\4\0\0\0f()\0\x08\0\0\0\x0ax\0\0\0");

	values();
	oddities();
	guesses();
	binary_prefixes(whole, bson);
	depth();
	floods();
	return done();
}
