/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* smile.c: every token, shared texts over the edge of their tables, bytes in seven bits, headers in between. */

#include "binary.h"

#define HEAD ":)\n\x03"

static char smile[] = "application/x-jackson-smile";

static void values(void)
{
	static const struct binary_row rows[] = {
		{ "an object", BINARY(HEAD "\xfa\x80""a\x40x\x81""bc\xc2\xfb"), "b|smile.a=x; b|smile.bc=1" },
		{ "constants", BINARY(HEAD "\xf8\x20\x21\x22\x23\xf9"),
		  "b|smile[0]=; b|smile[1]=null; b|smile[2]=false; b|smile[3]=true" },
		{ "numbers", BINARY(HEAD "\xf8\xc0\xdf\x24\x03\x90\x25\x03\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\xbf"
		  "\xf9"),
		  "b|smile[0]=0; b|smile[1]=-16; b|smile[2]=104; b|smile[3]=-9223372036854775808" },
		{ "reals", BINARY(HEAD "\xf8\x28\x03\x7e\0\0\0\x29\0\x3f\x7c\0\0\0\0\0\0\0\xf9"),
		  "b|smile[0]=1.5; b|smile[1]=1.5" },
		{ "big numbers are bytes", BINARY(HEAD "\xf8\x26\x82\x40\x20\x01\x2a\x84\x81\x20\x01\xf9"),
		  "b|smile[0]=\\80\\81; b|smile[1]=A" },
		{ "text of every sort", BINARY(HEAD "\xf8\x41""ab\x81\xc3\xa9z\xe0long\xfc\xe4\xc3\xa9\xfc\xf9"),
		  "b|smile[0]=ab; b|smile[1]=\\c3\\a9z; b|smile[2]=long; b|smile[3]=\\c3\\a9" },
		{ "names of every sort", BINARY(HEAD "\xfa\x20\xc2\x80""a\xc3\xc0\xc3\xa9\xc4\x34long name\xfc\xc6"
		  "\xfb"),
		  "b|smile[\"\"]=1; b|smile.a=-2; b|smile[\"\xc3\xa9\"]=2; b|smile[\"long name\"]=3" },
		{ "raw bytes", BINARY(":)\n\x07\xfd\x83""a\xfe\xff"), "b|smile=a\\fe\\ff" },
		{ "names and values again", BINARY(HEAD "\xf8\xfa\x80""k\x41vw\xfb\xfa\x40\x01\xfb\xf9"),
		  "b|smile[0].k=vw; b|smile[1].k=vw" },
		{ "an end and nothing behind", BINARY(HEAD "\x40x\xff"), "b|smile=x" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), smile);
	binary_rows(rows, sizeof(rows) / sizeof(*rows), NULL);
}

static void oddities(void)
{
	static const struct binary_row rows[] = {
		{ "a name that stands twice", BINARY(HEAD "\xfa\x80""a\xc2\x40\xc4\xfb"),
		  "b|smile.a=1; b|smile.a=2 <dup_key>" },
		{ "raw bytes that the header denies", BINARY(HEAD "\xf8\xfd\x81""a\xf9"),
		  "b|smile[0]=a <binary_odd>" },
		{ "a long number for a short one", BINARY(HEAD "\xf8\x40v\xec\x00\xf9"),
		  "b|smile[0]=v; b|smile[1]=v <long_number>" },
		{ "bits on the left of the last byte", BINARY(HEAD "\xf8\xe8\x81\x20\x40\xf9"),
		  "b|smile[0]=\\80 <binary_odd>" },
		{ "a second value", BINARY(HEAD "\x40x\x40y"), "b|smile=x; b|smile=y <trailing_data>" },
		{ "bytes behind the end", BINARY(HEAD "\x40x\xff""abc"), "b|smile=x <trailing_data>" },
		{ "a second document begins its tables anew", BINARY(HEAD "\x40x" HEAD "\xf8\x40y\x01\xf9"),
		  "b|smile=x; b|smile[0]=y; b|smile[1]=y <trailing_data>" },
		{ "text that is none", BINARY(HEAD "\xf8\x41\xff\xfe\xf9"), "b|smile[0]=\\ff\\fe <invalid_utf8>" },
		{ "no such value", BINARY(HEAD "\xf8\x40x\x02\xf9"), "b|smile[0]=x <malformed>" },
		{ "no such name", BINARY(HEAD "\xfa\x80""a\x40x\x41\xc2\xfb"), "b|smile.a=x <malformed>" },
		{ "values are not shared", BINARY(":)\n\x01\xf8\x40x\x01\xf9"), "b|smile[0]=x <malformed>" },
		{ "an object ends as an array", BINARY(HEAD "\xf8\x40x\xfb"), "b|smile[0]=x <malformed>" },
		{ "an array ends where a name should stand", BINARY(HEAD "\xfa\x80""a\xc2\xf9"),
		  "b|smile.a=1 <malformed>" },
		{ "an object ends before a value", BINARY(HEAD "\xf8\xc2\xfa\x80""a\xfb"),
		  "b|smile[0]=1; b|smile[1]=\\fa\\80a\\fb <malformed>" },
		{ "the end within", BINARY(HEAD "\xf8\xc2\xff"), "b|smile[0]=1 <malformed>" },
		{ "a header within", BINARY(HEAD "\xf8\xc2" HEAD "\xc4\xf9"), "b|smile[0]=1 <malformed>" },
		{ "a token that is none", BINARY(HEAD "\xf8\xc2\x27"), "b|smile[0]=1 <malformed>" },
		{ "a name that is none", BINARY(HEAD "\xfa\x80""a\xc2\x21\xc2\xfb"), "b|smile.a=1 <malformed>" },
		{ "a number without end", BINARY(HEAD "\xf8\xc2\x24\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
		  "\x81\xf9"),
		  "b|smile[0]=1 <malformed>" },
		{ "a real with a high bit", BINARY(HEAD "\xf8\xc2\x28\x83\0\0\0\0\xf9"),
		  "b|smile[0]=1 <malformed>" },
		{ "bytes of 2^63", BINARY(HEAD "\xf8\xc2\xe8\x01\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\xbf\xf9"),
		  "b|smile[0]=1 <truncated>" },
		{ "raw bytes of 2^31", BINARY(":)\n\x07\xf8\xc2\xfd\x10\0\0\0\x80\xf9"),
		  "b|smile[0]=1 <truncated>" },
		{ "text without end", BINARY(HEAD "\xf8\xc2\xe0""abc"), "b|smile[0]=1 <truncated>" },
	};
	static const struct binary_row declared[] = {
		{ "no header", BINARY("\xf8\xfa\x80""k\xc2\xfb\xfa\x40\xc4\xfb\xf9"),
		  "b|smile[0].k=1; b|smile[1].k=2 <binary_odd>" },
		{ "a version of the future", BINARY(":)\n\x13\xf8\xc2\xf9"), " <ct_mismatch> <unsupported>" },
	};
	static const struct binary_row guessed[] = {
		{ "in base64", BINARY("OikKA/qAYcOAYsL7"), "b|base64|smile.a=-2; b|base64|smile.b=1" },
		{ "text that smiles", BINARY(":)\nhello"), "" },
		{ "a header and nothing else", BINARY(":)\n\0"), "" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), smile);
	binary_rows(declared, sizeof(declared) / sizeof(*declared), smile);
	binary_rows(guessed, sizeof(guessed) / sizeof(*guessed), NULL);
}

/* 1030 values: the table is full at 1024 and begins anew, so a number means the newest under it. */
static void full_table(void)
{
	uint8_t buf[8192];
	size_t n = 0;
	struct ew_message *m = ew_message_new(&binary_limits);
	char text[8];

	if (!m)
		abort();
	memcpy(buf, HEAD "\xf8", 5);
	n = 5;
	for (int i = 0; i < 1030; i++) {
		snprintf(text, sizeof(text), "%04d", i);
		buf[n++] = 0x43;
		memcpy(buf + n, text, 4);
		n += 4;
		if (i == 1023) {
			memcpy(buf + n, "\xec\x28\xef\xff", 4); /* 40 and 1023 */
			n += 4;
		}
	}
	memcpy(buf + n, "\x01\x06\xf9", 3); /* 0 and 5 */
	n += 3;
	struct ew_field *f = tree_decode(m, ew_bytes(buf, n), smile);
	const struct ew_field *c = f->child ? f->child->child : NULL;
	bool good = m->status == EW_OK && !m->anomalies;
	for (; c && good; c = c->next) {
		const char *want = c->index == 1024 ? "0040" : c->index == 1025 ? "1023" :
		                   c->index == 1032 ? "1024" : c->index == 1033 ? "1029" : NULL;
		if (want)
			good = ew_bytes_eq(c->value, ew_bytes_str(want));
	}
	ok(good && m->used_fields == 1036, "a full table begins anew");
	buf[n - 2] = 0x07; /* 6: of the old table */
	ew_message_reset(m, &binary_limits);
	tree_decode(m, ew_bytes(buf, n), smile);
	ok(m->status == EW_MALFORMED && !tree_broken(m), "and forgets what was in it");
	ew_message_free(&m);
}

/* Lengths around seven, encoded as the format says. */
static void seven_bits(void)
{
	uint8_t in[40], buf[80];
	struct ew_message *m = ew_message_new(&binary_limits);
	int wrong = 0;

	if (!m)
		abort();
	for (size_t n = 0; n < sizeof(in); n++) {
		size_t at = 7;
		memcpy(buf, HEAD "\xf8\xe8", 6);
		buf[6] = (uint8_t)(0x80 | n);
		for (size_t i = 0; i < n; i++)
			in[i] = (uint8_t)(i * 37 + n);
		for (size_t i = 0; i < n; i += 7) {
			size_t part = n - i < 7 ? n - i : 7;
			uint64_t word = 0;
			for (size_t k = 0; k < part; k++)
				word = word << 8 | in[i + k];
			for (size_t k = 0; k < part; k++)
				buf[at++] = (uint8_t)(word >> (8 * part - 7 * (k + 1)) & 0x7f);
			buf[at++] = (uint8_t)(word & ((1u << part) - 1));
		}
		buf[at++] = 0xf9;
		struct ew_bytes g = guard_put(ew_bytes(buf, at));
		ew_message_reset(m, &binary_limits);
		struct ew_field *f = tree_decode(m, g, smile);
		const struct ew_field *c = f->child ? f->child->child : NULL;
		wrong += !c || m->status != EW_OK || m->anomalies || !ew_bytes_eq(c->value, ew_bytes(in, n));
		guard_drop(g);
	}
	is_int(wrong, 0, "bytes in seven bits come back, whatever their number");
	ew_message_free(&m);
}

/* A header is no field, and reading it takes time all the same. */
static void headers_count(void)
{
	struct ew_message *m = ew_message_new(&binary_limits);
	size_t n = binary_limits.fields + 2, each = sizeof(HEAD) - 1;
	uint8_t *in = malloc(n * each);

	if (!m || !in)
		abort();
	for (size_t i = 0; i < n; i++)
		memcpy(in + i * each, HEAD, each);
	tree_decode(m, ew_bytes(in, n * each), smile);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "fields") == 0, "headers count as fields do");
	free(in);
	ew_message_free(&m);
}

static void floods(void)
{
	binary_flood("Smile, small numbers", EW_LIT(HEAD "\xf8"), EW_LIT("\xc2"), smile);
	binary_flood("Smile, arrays", EW_LIT(HEAD "\xf8"), EW_LIT("\xf8"), smile);
	binary_flood("Smile, texts that are shared", EW_LIT(HEAD "\xf8"), EW_LIT("\x41xy\x01"), smile);
	binary_flood("Smile, headers", EW_LIT(HEAD), EW_LIT(HEAD), smile);
	binary_flood("Smile, text without end", EW_LIT(HEAD "\xe0"), EW_LIT("a"), smile);
	binary_flood("Smile, a number without end", EW_LIT(HEAD "\x24"), EW_LIT("\0"), smile);
	binary_flood("Smile, bytes of many", EW_LIT(HEAD "\xe8\x18\0\0\x80"), EW_LIT("\x55"), smile);
}

int main(void)
{
	static const struct ew_bytes whole = BINARY(HEAD "\xf8\xfa\x80""k\x41vw\xfb\xfa\x40\x01\xfb\xe8\x82\x40"
	  "\x20\x01"
	                                            "\x29\0\x3f\x7c\0\0\0\0\0\0\0\xe4text\xfc\xf9");

	values();
	oddities();
	full_table();
	seven_bits();
	binary_prefixes(whole, smile);
	headers_count();
	floods();
	return done();
}
