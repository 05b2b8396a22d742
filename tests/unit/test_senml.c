/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* senml.c: labels of CBOR, names in two parts, and binary XML, which is not read. */

#include "binary.h"

static char cbor[] = "application/senml+cbor";

static void labels(void)
{
	static const struct binary_row rows[] = {
		{ "bases", BINARY("\x81\xa6\x20\x0a\x21""aa\x22\x00\x23""am\x24\x01\x25\x02"),
		  "b|cbor[0].bver=10; b|cbor[0].bn=a; b|cbor[0].bt=0; b|cbor[0].bu=m; b|cbor[0].bv=1; "
		  "b|cbor[0].bs=2; b|cbor|envelope=senml" },
		{ "values",
		  BINARY("\x81\xa9\x00""an\x01""am\x02\x01\x03""ax\x04\xf5\x05\x02\x06\x03\x07\x04\x08""B\x01\xfe"),
		  "b|cbor[0].n=n; b|cbor[0].u=m; b|cbor[0].v=1; b|cbor[0].vs=x; b|cbor[0].vb=true; b|cbor[0].s=2; "
		  "b|cbor[0].t=3; b|cbor[0].ut=4; b|cbor[0].vd=\\01\\fe; b|cbor|envelope=senml" },
		{ "no labels", BINARY("\x81\xa4\x09\x01\x26\x02\x18\x20\x03\xf5\x04"),
		  "b|cbor[0].9=1; b|cbor[0].-7=2; b|cbor[0].32=3; b|cbor[0].true=4" },
		{ "a label and its name",
		  BINARY("\x81\xa2\x02\x01""av\x02"), "b|cbor[0].v=1; b|cbor[0].v=2 <dup_key>" },
		{ "numbers elsewhere stay", BINARY("\x81\xa1\x02\x82\x02\x20"),
		  "b|cbor[0].v[0]=2; b|cbor[0].v[1]=-1" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), cbor);
	binary_rows(rows, 1, "application/sensml+cbor; x=y");
	binary_rows(rows, 1, "application/senml-etch+cbor");
}

static void not_labels(void)
{
	static const struct binary_row rows[] = {
		{ "other CBOR", BINARY("\x81\xa2\x02\x01\x21""ab"), "b|cbor[0].2=1; b|cbor[0].-2=b" },
	};

	binary_rows(rows, 1, "application/cbor; charset=senml");
	binary_rows(rows, 1, NULL);
}

static void names(void)
{
	static const struct binary_row rows[] = {
		{ "one base for all behind it", BINARY("[{\"n\":\"z\"},{\"bn\":\"a/\",\"n\":\"b\"},{\"n\":\"c\"}]"),
		  "b|json[0].n=z; b|json[1].bn=a/; b|json[1].n|bn=a/b; b|json[2].n|bn=a/c; b|json|envelope=senml" },
		{ "up to the next one",
		  BINARY("[{\"bn\":\"a/\",\"v\":1},{\"n\":\"c\"},{\"bn\":\"d\"},{\"n\":\"e\"}]"),
		  "b|json[0].bn=a/; b|json[0].v=1; b|json[1].n|bn=a/c; b|json[2].bn=d; b|json[3].n|bn=de; "
		  "b|json|envelope=senml" },
		{ "an empty one ends it", BINARY("[{\"bn\":\"a\"},{\"bn\":\"\",\"n\":\"b\"},{\"n\":\"c\"}]"),
		  "b|json[0].bn=a; b|json[1].bn=; b|json[1].n=b; b|json[2].n=c; b|json|envelope=senml" },
		{ "the last of two, and no array", BINARY("{\"bn\":\"a\",\"n\":\"b\",\"bn\":\"c\"}"),
		  "b|json.bn=a; b|json.n|bn=cb; b|json.bn=c; b|json|envelope=senml <dup_key>" },
		{ "numbers are no names", BINARY("[{\"bn\":1,\"n\":\"b\"},{\"bn\":\"x\",\"n\":2}]"),
		  "b|json[0].bn=1; b|json[0].n=b; b|json[1].bn=x; b|json[1].n=2; b|json|envelope=senml" },
		{ "a text", BINARY("[{\"n\":\"b\",\"vs\":\"x\"},{\"vs\":\"y\"}]"),
		  "b|json[0].n=b; b|json[0].vs=x; b|json[1].vs=y; b|json|envelope=senml" },
		{ "what is joined is opened", BINARY("[{\"bn\":\"%6\",\"n\":\"1b\"}]"),
		  "b|json[0].bn=%6; b|json[0].n|bn|percent=ab; b|json|envelope=senml" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), "application/senml+json");
	binary_rows(rows, 1, NULL);
}

/* A base name of half a megabyte before a thousand names. */
static void much(void)
{
	struct ew_message *m = ew_message_new(&binary_limits);
	size_t n = 500000, at;
	char *text = malloc(n + 20000);

	if (!m || !text)
		abort();
	memset(text, 'x', n);
	memcpy(text, "[{\"bn\":\"", 8);
	memcpy(text + n, "\"}", 2);
	at = n + 2;
	for (int i = 0; i < 1000; i++)
		at += (size_t)snprintf(text + at, 20, ",{\"n\":\"%d\"}", i);
	text[at++] = ']';
	tree_decode(m, ew_bytes(text, at), NULL);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0 && !tree_broken(m), "a long name, many times");
	ew_message_free(&m);
	free(text);
}

static void binary_xml(void)
{
	static const struct binary_row rows[] = {
		{ "EXI", BINARY("$EXI\x80\x10\x08harmless\x01"), "b|exi[0]=harmless <unsupported>" },
		{ "EXI without text", BINARY("\x80\x10\x08"), "b|exi=\\80\\10\\08 <unsupported>" },
	};
	static const struct binary_row plain[] = { { "undeclared", BINARY("$EXIT_CODE is 1"), "" } };

	binary_rows(rows, 2, "application/senml-exi");
	binary_rows(rows, 1, "application/sensml-exi");
	binary_rows(rows, 1, "application/exi");
	binary_rows(plain, 1, NULL);
}

int main(void)
{
	static const struct ew_bytes whole = BINARY("\x82\xa3\x21""eurn:1\x00""at\x22\x1a\x65\0\0\0"
	                                            "\xa3\x00""ab\x03""bxy\x08""C\1\2\3");

	labels();
	not_labels();
	names();
	much();
	binary_xml();
	binary_prefixes(whole, cbor);
	binary_flood("SenML, short names", EW_LIT("\x9f\xa1\x21\x64long"), EW_LIT("\xa1\x00\x61n"), cbor);
	return done();
}
