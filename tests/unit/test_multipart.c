/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* multipart.c and mime.c: parts, names, transfer encodings, and everything that readers disagree on. */

#include "opened.h"
#include "tap.h"

#define CD "Content-Disposition: form-data; name="
#define END "\r\n--b--\r\n"
/* One part with the head `head` and the content "x". */
#define ONE(head) "--b\r\n" head "\r\n\r\nx" END

static struct ew_message *open_declared(const char *value)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	(void)open_with(m, ew_bytes_str(value), "multipart", EW_LIT("b"), true);
	return m;
}

/* Opened well, with that leaf, and odd or not. */
static bool opens(const char *value, bool odd, const char *path, const char *want)
{
	struct ew_message *m = open_declared(value);
	bool good = m->status == EW_OK && has(m, path, want) &&
	            ew_message_has(m, EW_ANOMALY_MULTIPART_ODD) == odd;

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

static void test_forms(void)
{
	static const char form[] =
		"--b\r\n" CD "\"note\"\r\n\r\n' or 1=1--\r\n"
		"--b\r\n" CD "\"file\"; filename=\"x; touch p.txt\"\r\nContent-Type: application/json\r\n\r\n"
		"{\"a\":\"$(id)\"}" END;
	struct ew_message *m = open_declared(form);

	ok(m->status == EW_OK && !ew_message_has(m, EW_ANOMALY_MULTIPART_ODD), "a clean form");
	ok(has(m, "v|multipart.note.content", "' or 1=1--"), "content");
	ok(has(m, "v|multipart.file.filename", "x; touch p.txt"), "file name");
	ok(has(m, "v|multipart.file.header.content-type", "application/json"), "head");
	ok(has(m, "v|multipart.file.content|json.a", "$(id)"), "a part's type is a hint");
	const struct ew_field *v = field_at(m, "v", ew_bytes_str(form));
	ok(v && v->flags & EW_FIELD_COVERED, "the raw text needs no scan");
	ew_message_free(&m);
	m = opened(ew_bytes_str(form));
	ok(m->status == EW_OK && has(m, "v|multipart.note.content", "' or 1=1--"), "found by its looks");
	ew_message_free(&m);

	ok(opens("--b--\r\n", false, "v|multipart", "--b--\r\n"), "no part at all");
	ok(opens("--b\r\n" CD "\"a\"\r\n\r\n" END, false, "v|multipart.a.content", ""), "no content");
	ok(opens("--b\r\n" CD "\"a\"\r\n\r\nx--b\r\ny" END, true, "v|multipart.a.content", "x--b\r\ny"),
	   "a boundary inside a line is content, and odd");
	ok(opens(ONE(CD "a"), false, "v|multipart.a.content", "x"), "a name without quotes");
	ok(opens(ONE(CD "\"a%27\""), false, "v|multipart.a%27.name|percent", "a'"), "an escaped name");
}

static void test_coding(void)
{
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: Base64\r\n\r\nJyBv\r\nciAxPTE=" END, false,
	         "v|multipart.a.content|base64", "' or 1=1"), "base64");
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nun=\r\nion=20all" END,
	         false, "v|multipart.a.content|qp", "union all"), "quoted-printable");
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/json\r\n"
	         "\r\neyJrIjoiJyJ9" END, false, "v|multipart.a.content|base64|json.k", "'"),
	   "a type below a coding");
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: x-own\r\n\r\nx" END, true,
	         "v|multipart.a.content", "x"), "an unknown coding is odd");
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: \"BASE64\" (yes)\r\n\r\nJyBvciAxPTE=" END,
	         false, "v|multipart.a.content|base64", "' or 1=1"), "a coding with a comment");
	ok(opens("--b\r\n" CD "a\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 f\r\n#86)C\r\n`\r\n"
	         "end" END, false, "v|multipart.a.content|uu", "abc"), "uuencode");
	ok(opens("--b\r\n" CD "a\r\nContent-Type: image/png; name=\"$(id).png\"\r\n\r\nx" END, false,
	         "v|multipart.a.filename", "$(id).png"), "the name of a type is a file's");
	ok(opens("--b\r\n" CD "a\r\nContent-Type: message/rfc822\r\n\r\nA: =?utf-8?Q?b?=\r\n\r\nc" END, false,
	         "v|multipart.a.content|mail[\"\"].header.a|eword", "b"), "a mail in a part");
	ok(opens("--b\r\n" CD "a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
	         "--c\r\nContent-Disposition: file; filename=\"z\"\r\n\r\ninner\r\n--c--" END, false,
	         "v|multipart.a.content|multipart[\"\"].content", "inner"), "nested");
	struct ew_message *m = open_declared("--b\r\n" CD "a\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	                                     "Jy!!BvciAxPTE=" END);
	ok(m->status == EW_MALFORMED && has(m, "v|multipart.a.content|base64", "' or 1=1"),
	   "damaged base64 is malformed and read");
	ew_message_free(&m);
}

static void test_odd(void)
{
	static const struct {
		const char *what, *value, *path, *want;
	} rows[] = {
		{ "line feeds only", "--b\n" CD "a\n\nx\n--b--\n", "v|multipart.a.content", "x" },
		{ "a preamble", "hello $(id)\r\n" ONE(CD "a"), "v|multipart", "hello $(id)" },
		{ "an epilogue", ONE(CD "a") "bye $(id)", "v|multipart", "bye $(id)" },
		{ "a name twice", ONE(CD "a; name=\"c'\""), "v|multipart.a.name", "c'" },
		{ "a file name twice", ONE(CD "a; filename=x; filename=\"y\""), "v|multipart.a.filename", "y" },
		{ "filename*", ONE(CD "a; filename*=utf-8''%27x%20y"), "v|multipart.a.filename", "'x y" },
		{ "continuations", ONE(CD "a; filename*0=\"ab \"; filename*1*=%27c; filename*2=d"),
		  "v|multipart.a.filename", "ab 'cd" },
		{ "pieces in disorder", ONE(CD "a; filename*1=b; filename*0=a"), "v|multipart.a.filename", "ab" },
		{ "the same as they stand", ONE(CD "a; filename*1=b; filename*0=a"), "v|multipart.a.filename",
		  "ba" },
		{ "a coded piece behind a plain one", ONE(CD "a; filename*0*=utf-8'en'%27a; filename*1=b%20"),
		  "v|multipart.a.filename", "'ab%20" },
		{ "an extended name", ONE("Content-Disposition: form-data; name*=utf-8''a%27"),
		  "v|multipart.a'.content", "x" },
		{ "escapes in quotes", ONE(CD "a; filename=\"x\\\"y\""), "v|multipart.a.filename", "x\"y" },
		{ "an open quote", ONE(CD "\"a"), "v|multipart.a.content", "x" },
		{ "text behind a quote", ONE(CD "\"a\"b"), "v|multipart.a.content", "x" },
		{ "a folded line", ONE("Content-Disposition: form-data;\r\n name=a"), "v|multipart.a.content",
		  "x" },
		{ "a blank before the colon", ONE("Content-Disposition : form-data; name=a"),
		  "v|multipart.a.content", "x" },
		{ "a line without colon", ONE(CD "a\r\nwhat"), "v|multipart.a.header[\"\"]", "what" },
		{ "a bare CR", ONE(CD "a\r\nX: y\rz"), "v|multipart.a.header.x", "y\rz" },
		{ "a disposition twice", ONE(CD "a\r\n" CD "c"), "v|multipart.c.content", "x" },
		{ "blanks behind the boundary", "--b \r\n" CD "a\r\n\r\nx" END, "v|multipart.a.content", "x" },
		{ "text behind the boundary", "--b\r\n" CD "a\r\n\r\nx\r\n--bc\r\ny" END,
		  "v|multipart.a.content", "x\r\n--bc\r\ny" },
		{ "no empty line", "--b\r\n" CD "a\r\nx" END, "v|multipart.a.header[\"\"]", "x" },
		{ "_charset_", ONE(CD "_charset_"), "v|multipart._charset_.content", "x" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(opens(rows[i].value, true, rows[i].path, rows[i].want), "odd: %s", rows[i].what);

	static const char nul[] = "--b\r\n" CD "\"a\0b\"\r\n\r\nx" END;
	struct ew_message *m = ew_message_new(&opened_limits);
	(void)open_with(m, ew_bytes(nul, sizeof(nul) - 1), "multipart", EW_LIT("b"), true);
	ok(ew_message_has(m, EW_ANOMALY_MULTIPART_ODD) && ew_message_has(m, EW_ANOMALY_NUL),
	   "odd: NUL in a head");
	ew_message_free(&m);
}

static void test_refused(void)
{
	static char big[65536];
	struct ew_message *m = open_declared("--b\r\n" CD "a\r\n\r\n$(id)");
	size_t n;

	ok(m->status == EW_TRUNCATED && has(m, "v|multipart.a.content", "$(id)"), "no end: truncated, read");
	ew_message_free(&m);
	m = open_declared("just text");
	ok(m->status == EW_MALFORMED && ew_message_has(m, EW_ANOMALY_CT_MISMATCH), "not multipart at all");
	ew_message_free(&m);
	m = open_declared("--c\r\n" CD "a\r\n\r\n$(id)\r\n--c--\r\n");
	ok(m->status == EW_MALFORMED && has(m, "v|multipart.a.content", "$(id)"), "another boundary: read");
	ew_message_free(&m);

	for (n = 0; n < 50000;)
		n += (size_t)snprintf(big + n, sizeof(big) - n, "--b\r\n" CD "a\r\n\r\nx\r\n");
	m = open_declared(big);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "parts") == 0, "a hundred parts are enough");
	ew_message_free(&m);
	memset(big, 'h', sizeof(big) - 1);
	memcpy(big, "--b\r\nX: ", 8);
	memcpy(big + sizeof(big) - 20, "\r\n\r\nx\r\n--b--\r\n", 15);
	m = open_declared(big);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "part_head") == 0, "a head of 64 KiB");
	ew_message_free(&m);

	static const char *const shut[] = {
		"-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nabc\n-----END PRIVATE KEY-----\n",
		"--help: print this\n--version: print that\n", "-- a comment\nselect 1: 2", "--", "----", "--x\n:",
	};
	bool closed = true;
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		m = opened(ew_bytes_str(shut[i]));
		closed &= m->status == EW_OK && !field_at(m, "v|multipart", ew_bytes(NULL, 0));
		ew_message_free(&m);
	}
	ok(closed, "text that begins with dashes");
}

static bool declared_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	(void)arg;
	(void)open_with(m, prefix, "multipart", EW_LIT("b"), true);
	bool sane = m->status == EW_OK || m->status == EW_TRUNCATED || m->status == EW_MALFORMED;
	ew_message_free(&m);
	return sane;
}

int main(void)
{
	static const char all[] =
		"pre\r\n--b \r\nContent-Disposition: form-data;\r\n name*0*=u'l'%27a; name=\"q\\\"\"; filename=x"
		"\r\nContent-Transfer-Encoding: base64\r\n\r\nJyBvciAxPTE=\r\n"
		"--b\n" CD "z\nContent-Type: text/plain\n\nx\n--b--\r\nepi";

	test_forms();
	test_coding();
	test_odd();
	test_refused();
	ok(each_prefix(ew_bytes_str(all), declared_safely, NULL) &&
	   each_prefix(ew_bytes(all + 5, sizeof(all) - 6), opens_safely, NULL), "each prefix");
	return done();
}
