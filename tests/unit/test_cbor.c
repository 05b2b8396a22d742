/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* cbor.c, items.c, nest.c: every kind of item, what is odd about one, guesses right and wrong, floods. */

#include "binary.h"

static char cbor[] = "application/cbor";

static void values(void)
{
	static const struct binary_row rows[] = {
		{ "numbers", BINARY("\x86\x17\x18\x18\x20\x3b\xff\xff\xff\xff\xff\xff\xff\xff\xf9\x3c\x00\xfb\x3f"
		  "\xb9\x99"
		                    "\x99\x99\x99\x99\x9a"),
		  "b|cbor[0]=23; b|cbor[1]=24; b|cbor[2]=-1; b|cbor[3]=-18446744073709551616; b|cbor[4]=1; "
		  "b|cbor[5]=0.1" },
		{ "constants", BINARY("\x85\xf4\xf5\xf6\xf7\xf0"),
		  "b|cbor[0]=false; b|cbor[1]=true; b|cbor[2]=null; b|cbor[3]=undefined; b|cbor[4]=simple(16)" },
		{ "a map with all sorts of keys", BINARY("\xa5\x61""a\x01\x05\x02\x20\x03\x41\xff\x04\xf5\x05"),
		  "b|cbor.a=1; b|cbor.5=2; b|cbor.-1=3; b|cbor[\"\\u00ff\"]=4; b|cbor.true=5" },
		{ "keys that are containers", BINARY("\xa1\x82\x62""k1\x62""k2\x62""v1"),
		  "b|cbor[\"\"][0]=k1; b|cbor[\"\"][1]=k2; b|cbor[\"\"]=v1" },
		{ "pieces are joined", BINARY("\xa1\x7f\x61""q\x60\x61""r\xff\x5f\x42' \x45or 1=\x41""1\xff"),
		  "b|cbor.qr=' or 1=1" },
		{ "one piece, no piece", BINARY("\x82\x7f\x61""a\xff\x7f\xff"), "b|cbor[0]=a; b|cbor[1]=" },
		{ "without counts", BINARY("\xbf\x61""a\x9f\x01\xff\x61""b\xa0\xff"),
		  "b|cbor.a[0]=1; b|cbor.b=\\a0" },
		{ "tags are passed over", BINARY("\xd9\xd9\xf7\x82\xc1\x1a\x51\x4b\x67\xb0\xd8\x20\x63""a:b"),
		  "b|cbor[0]=1363896240; b|cbor[1]=a:b" },
		{ "a big number is bytes", BINARY("\xc2\x43\x01\x02\x03"), "b|cbor=\\01\\02\\03" },
		{ "CBOR in bytes", BINARY("\x81\xd8\x18\x45\xa1\x61""a\x61""b"), "b|cbor[0]|cbor.a=b" },
		{ "CBOR in bytes that is none", BINARY("\x81\xd8\x18\x42\xa1\x61"),
		  "b|cbor[0]|cbor=\\a1a <truncated>" },
		{ "CBOR in bytes that begins with nothing", BINARY("\x81\xd8\x18\x41\x1c"),
		  "b|cbor[0]=\\1c <ct_mismatch> <malformed>" },
		{ "base64 in text, by its tag", BINARY("\x81\xd8\x22\x64YWJj"), "b|cbor[0]|base64=abc" },
		{ "JSON in text", BINARY("\x81\x67{\"a\":1}"), "b|cbor[0]|json.a=1" },
		{ "one text", BINARY("\x63""abc"), "b|cbor=abc" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), cbor);
}

static void oddities(void)
{
	static const struct binary_row rows[] = {
		{ "a key that stands twice", BINARY("\xa2\x61""a\x01\x61""a\x02"),
		  "b|cbor.a=1; b|cbor.a=2 <dup_key>" },
		{ "one in an object that began like the one before",
		  BINARY("\x82\xa2\x61""a\x01\x61""b\x02\xa3\x61""a\x03\x61""b\x04\x61""a\x05"),
		  "b|cbor[0].a=1; b|cbor[0].b=2; b|cbor[1].a=3; b|cbor[1].b=4; b|cbor[1].a=5 <dup_key>" },
		{ "objects that are alike and then not",
		  BINARY("\x82\xa2\x61""a\x01\x61""b\x02\xa2\x61""a\x03\x61""c\x04"),
		  "b|cbor[0].a=1; b|cbor[0].b=2; b|cbor[1].a=3; b|cbor[1].c=4" },
		{ "a container as a key where a name was before",
		  BINARY("\x82\xa1\x61""a\x01\xa1\x81\x61""k\x02"),
		  "b|cbor[0].a=1; b|cbor[1][\"\"][0]=k; b|cbor[1][\"\"]=2" },
		{ "a number that is too long", BINARY("\x81\x19\x00\x01"), "b|cbor[0]=1 <long_number>" },
		{ "a length that is too long", BINARY("\x81\x7b\0\0\0\0\0\0\0\x01""a"),
		  "b|cbor[0]=a <long_number>" },
		{ "text that is none", BINARY("\x81\x62\xc0\xae"),
		  "b|cbor[0]=\\c0\\ae <invalid_utf8> <overlong>" },
		{ "a zero byte in text", BINARY("\x81\x63""a\0b"), "b|cbor[0]=a\\00b <nul>" },
		{ "a tag for text before a number", BINARY("\xc0\x01"), "b|cbor=1 <binary_odd>" },
		{ "a second document", BINARY("\x61""a\x61""b"), "b|cbor=a; b|cbor=b <trailing_data>" },
		{ "junk behind the first", BINARY("\x61""a\xff"), "b|cbor=a <trailing_data> <malformed>" },
		{ "reserved", BINARY("\x82\x61""a\x1c"), "b|cbor[0]=a <malformed>" },
		{ "a simple value in two bytes that has one", BINARY("\x82\x61""a\xf8\x18"),
		  "b|cbor[0]=a <malformed>" },
		{ "a mark where nothing is open", BINARY("\x82\x61""a\xff"), "b|cbor[0]=a <malformed>" },
		{ "a mark before a value", BINARY("\xbf\x61""a\xff"), "b|cbor=\\bfaa\\ff <malformed>" },
		{ "a mark behind a tag", BINARY("\x9f\x61""a\xc1\xff"), "b|cbor[0]=a <malformed>" },
		{ "a piece of another sort", BINARY("\x82\x01\x7f\x41""a\xff"), "b|cbor[0]=1 <malformed>" },
		{ "pieces within pieces", BINARY("\x82\x01\x7f\x7f\xff\xff"), "b|cbor[0]=1 <malformed>" },
		{ "a number without length", BINARY("\x82\x01\x1f"), "b|cbor[0]=1 <malformed>" },
		{ "a tag without length", BINARY("\x82\x01\xdf\x01"), "b|cbor[0]=1 <malformed>" },
		{ "a length of 2^31", BINARY("\x82\x01\x7a\x80\0\0\0abc"), "b|cbor[0]=1 <truncated>" },
		{ "a length of 2^63", BINARY("\x82\x01\x5b\x80\0\0\0\0\0\0\0abc"), "b|cbor[0]=1 <truncated>" },
		{ "a count of 2^64 - 1", BINARY("\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x61""a\x01"),
		  "b|cbor.a=1 <truncated>" },
		{ "a count of 2^63", BINARY("\x9b\x80\0\0\0\0\0\0\0\x01"), "b|cbor[0]=1 <truncated>" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), cbor);
}

/* Not declared. */
static void guesses(void)
{
	static const struct binary_row rows[] = {
		{ "a map with text", BINARY("\xa1\x61""a\x63""b c"), "b|cbor.a=b c" },
		{ "an array with bytes that mean something", BINARY("\x81\x4b' or 1=1 --"),
		  "b|cbor[0]=' or 1=1 --" },
		{ "a row of maps", BINARY("\xa1\x61""a\x01\xa1\x61""b\x02"),
		  "b|cbor.a=1; b|cbor.b=2 <trailing_data>" },
		{ "signed (COSE), claims within",
		  BINARY("\xd2\x84\x43\xa1\x01\x26\xa0\x47\xa1\x01\x64""coap\x41\x00"),
		  "b|cbor[0]=\\a1\\01&; b|cbor[1]=\\a0; b|cbor[2]|cbor.1=coap; b|cbor[3]=\\00" },
		{ "no text in it", BINARY("\x83\x01\x02\x03"), "" },
		{ "random bytes in it", BINARY("\x81\x44\x00\x9c\x01\xfe"), "" },
		{ "one byte too few", BINARY("\xa1\x61""a\x63""b "), "" },
		{ "one byte too many", BINARY("\xa1\x61""a\x63""b c\x00"), "" },
		{ "text and not a container", BINARY("\x63""abc"), "" },
		{ "a mark where nothing is open", BINARY("\x82\x61""a\xff"), "" },
		{ "a mark in the midst of a pair", BINARY("\xbf\x61""a\xff"), "" },
		{ "a count that nothing can hold", BINARY("\x9b\x80\0\0\0\0\0\0\0\x61""a"), "" },
		{ "a count that the rest cannot hold", BINARY("\x82\x9a\0\0\0\x04\x61""a\x61""b"), "" },
		{ "self-described, cut", BINARY("\xd9\xd9\xf7\xa1\x61""a"),
		  "b|cbor=\\d9\\d9\\f7\\a1aa <truncated>" },
		{ "self-described, whatever it is", BINARY("\xd9\xd9\xf7\x01"), "b|cbor=1" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), NULL);
}

static void sequences(void)
{
	static const struct binary_row rows[] = {
		{ "a sequence", BINARY("\x61""a\xa1\x61""k\x02\x03"),
		  "b|cbor-seq=a; b|cbor-seq.k=2; b|cbor-seq=3" },
		{ "cut", BINARY("\x61""a\x62""b"), "b|cbor-seq=a <truncated>" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), "application/senml-etch+cbor-seq");
	binary_rows(rows, sizeof(rows) / sizeof(*rows), "application/cbor-seq");
}

/* What is left to scan. */
static void covering(void)
{
	static const struct {
		const char *what;
		struct ew_bytes in;
		const char *type;
		bool covered;
	} rows[] = {
		{ "declared", BINARY("\xa1\x61""a\x61""b"), "application/cbor", true },
		{ "declared, with two documents", BINARY("\xa0\xa0"), "application/cbor", false },
		{ "declared, one text", BINARY("\x61""a"), "application/cbor", false },
		{ "declared, damaged", BINARY("\x81\x1c"), "application/cbor", false },
		{ "self-described", BINARY("\xd9\xd9\xf7\xa1\x61""a\x61""b"), NULL, true },
		{ "guessed", BINARY("\xa1\x61""a\x61""b"), NULL, false },
	};
	struct ew_message *m = ew_message_new(&binary_limits);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ew_message_reset(m, &binary_limits);
		const struct ew_field *f = tree_decode(m, rows[i].in, rows[i].type);
		ok(!!(f->flags & EW_FIELD_COVERED) == rows[i].covered, "%s: the bytes are %s", rows[i].what,
		   rows[i].covered ? "covered" : "scanned as well");
	}
	ew_message_free(&m);
}

/* 100,000 levels, by count and by mark, with text at the bottom: it is found in the bytes. */
static void depth(void)
{
	static const struct {
		const char *what;
		uint8_t head;
	} rows[] = {
		{ "arrays of one", 0x81 }, { "arrays of two", 0x82 }, { "open arrays", 0x9f }, { "maps", 0xa1 },
	};
	size_t n = 100000;
	uint8_t *buf = malloc(n + 2);
	struct ew_message *m = ew_message_new(&binary_limits);

	if (!buf || !m)
		abort();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		memset(buf, rows[i].head, n);
		memcpy(buf + n, "\x61""a", 2);
		ew_message_reset(m, &binary_limits);
		tree_decode(m, ew_bytes(buf, n + 2), cbor);
		ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0 && !tree_broken(m),
		             "%s, declared: depth",
		   rows[i].what);
		ew_message_reset(m, &binary_limits);
		tree_decode(m, ew_bytes(buf, n + 2), NULL);
		ok(m->status == EW_OK && !tree_broken(m), "%s, guessed", rows[i].what);
	}
	/* Deeper than a guess follows and no text until there: as well one byte many times over. */
	for (size_t i = 0; i < 3000; i++)
		buf[i] = i < 1500 ? 0x82 : 0x00;
	memcpy(buf + 3000, "\x61""a", 2);
	ew_message_reset(m, &binary_limits);
	tree_decode(m, ew_bytes(buf, 3002), NULL);
	ok(m->status == EW_OK, "too deep to know whether it is CBOR");
	memset(buf, 0xaa, n);
	ew_message_reset(m, &binary_limits);
	tree_decode(m, ew_bytes(buf, n), NULL);
	ok(m->status == EW_OK, "maps within maps, which is one byte many times over");
	ew_message_free(&m);
	free(buf);
}

static void floods(void)
{
	binary_flood("CBOR, small numbers", EW_LIT("\x9a\x03\xff\xff\xfb"), EW_LIT("\x01"), cbor);
	binary_flood("CBOR, longer numbers", EW_LIT("\x9f"), EW_LIT("\x18\x18"), cbor);
	binary_flood("CBOR, empty maps", EW_LIT("\x9f"), EW_LIT("\xa0"), cbor);
	binary_flood("CBOR, open arrays", EW_LIT("\x9f"), EW_LIT("\x9f"), cbor);
	binary_flood("CBOR, tags", EW_LIT("\x9f"), EW_LIT("\xc1"), cbor);
	binary_flood("CBOR, empty pieces", EW_LIT("\x81\x7f"), EW_LIT("\x60"), cbor);
	binary_flood("CBOR, short keys", EW_LIT("\xbf"), EW_LIT("\x61x\x01\x62yz\x02"), cbor);
	binary_flood("CBOR, doubles", EW_LIT("\x9f"), EW_LIT("\xfb\x3f\xb9\x12\x99\x99\x99\x99\x9a"), cbor);
}

int main(void)
{
	static const struct ew_bytes whole = BINARY("\xbf\x61""a\x82\x7f\x62""bc\x61""d\xff\xf9\x3c\x00\x18\x64"
	  "\xd8\x18\x44"
	                                            "\xa1\x61""k\x01\x61""z\xfb\x3f\xf0\0\0\0\0\0\0\xff");

	values();
	oddities();
	guesses();
	sequences();
	covering();
	binary_prefixes(whole, cbor);
	depth();
	floods();
	return done();
}
