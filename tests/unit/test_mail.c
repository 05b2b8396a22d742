/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mail.c and part.c: mails found by their head, and the names of what is attached to them. */

#include "opened.h"
#include "tap.h"

/* Found, with that leaf, and nothing is wrong. */
static bool opens(const char *value, const char *path, const char *want)
{
	struct ew_message *m = opened(ew_bytes_str(value));
	bool good = m->status == EW_OK && has(m, path, want);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

#define HEAD "Received: by a\r\nSubject: =?utf-8?Q?un=69?=\r\n =?utf-8?B?b24=?= all\r\nMIME-Version: 1.0\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed;\r\n\tboundary=\"b\"\r\n\r\npreamble $(id)\r\n--b\r\n"
#define FILE(head) MIXED "Content-Type: text/plain" head "\r\n\r\ntext\r\n--b--\r\nepilogue $(id)"
#define PART "v|mail[\"\"].content|multipart[\"\"]"

static void test_heads(void)
{
	ok(opens(HEAD "\r\nx=y", "v|mail[\"\"].header.subject|eword", "union all"), "an encoded subject");
	ok(opens("Subject: a\n b\nContent-Type: text/plain; x=y\n\nt", "v|mail[\"\"].header.subject", "a b"),
	   "line feeds alone, no MIME-Version");
	ok(opens("From a@b.c Thu Jan 1\nReceived: x=y\n\n$(id)", "v|mail[\"\"].content", "$(id)"),
	   "behind the line of a mailbox");
	ok(opens("Content-Transfer-Encoding: base64\nX: =\n\nJyBvciAx\r\nPTE=", "v|mail[\"\"].content|base64",
	         "' or 1=1"), "a coding");
	ok(opens("Content-Type: message/rfc822; x=y\n\nContent-Transfer-Encoding: quoted-printable\n\na=27b",
	         "v|mail[\"\"].content|mail[\"\"].content|qp", "a'b"), "a mail in a mail");
	ok(opens("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
	         "Content-Transfer-Encoding: quoted-printable\n\nJyBvciAxPTE=27", "v|mail[\"\"].content|qp",
	         "JyBvciAxPTE'") &&
	   opens("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
	         "Content-Transfer-Encoding: quoted-printable\n\nJyBvciAxPTE=", "v|mail[\"\"].content|base64",
	         "' or 1=1"), "two codings: both are undone");
	ok(opens("Content-Type: text/plain; charset=cp037\nContent-Transfer-Encoding: base64\n\n"
	         "gZVAgaOjgYOSQLqJlUDFwsPEycO7WkBMgU+CbkBbpw==",
	         "v|mail[\"\"].content|base64|ebcdic", "an attack [in EBCDIC]! <a|b> $x"), "EBCDIC");
	ok(opens("Content-Type: text/plain; charset=\"IBM-1047\"\nContent-Transfer-Encoding: base64\n\n"
	         "gZVAgaOjgYOSQK2JlUDFwsPEycO9WkBMgU+CbkBbpw==",
	         "v|mail[\"\"].content|base64|ebcdic", "an attack [in EBCDIC]! <a|b> $x"), "another page");
	ok(opens("Content-Type: application/json; charset=csIBM500\nContent-Transfer-Encoding: base64\n\n"
	         "wH+Bf3p/SoJaT7unf9A=",
	         "v|mail[\"\"].content|base64|ebcdic|json.a", "[b]!|x"), "a third, around JSON");
	static const char *const shut[] = { "note: a=b\nother: c\n\nReceived: x\n", "a=b: c\n\n", "Received: a=b",
		                            "x%: y\nReceived: z\n", "time 12:30=\nfrom: here\n" };
	bool closed = true;
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct ew_message *m = opened(ew_bytes_str(shut[i]));
		closed &= m->status == EW_OK && !field_at(m, "v|mail", ew_bytes(NULL, 0));
		ew_message_free(&m);
	}
	ok(closed, "lines with colons are no mail");
}

static void test_attachments(void)
{
	static const struct {
		const char *what, *mail, *path, *want;
	} rows[] = {
		{ "plain", FILE("\r\nContent-Disposition: attachment; filename=\"x; touch y\""), ".filename",
		  "x; touch y" },
		{ "encoded words", FILE("\r\nContent-Disposition: a; filename=\"=?utf-8?B?eDsgdG91Y2g=?=\r\n"
		                        " =?utf-8?Q?_y?=\""), ".filename|eword", "x; touch y" },
		{ "extended", FILE("\r\nContent-Disposition: attachment;\r\n filename*=utf-8'en'x%3B%20touch%20y"),
		  ".filename", "x; touch y" },
		{ "in pieces", FILE("\r\nContent-Disposition: a;\r\n filename*0*=us-ascii'en'x%3B%20to;\r\n"
		                    " filename*1=\"uch y\""), ".filename", "x; touch y" },
		{ "of the type", FILE("; name=\"x; touch y\""), ".filename", "x; touch y" },
		{ "of the type, extended", FILE(";\r\n name*=utf-8''x%3B%20touch%20y"), ".filename", "x; touch y" },
		{ "the content", FILE(""), ".content", "text" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[128];
		(void)snprintf(path, sizeof(path), PART "%s", rows[i].path);
		ok(opens(rows[i].mail, path, rows[i].want), "an attachment's name: %s", rows[i].what);
	}
	ok(opens(FILE(""), "v|mail[\"\"].content|multipart", "preamble $(id)") &&
	   opens(FILE(""), "v|mail[\"\"].content|multipart", "epilogue $(id)"), "text around the parts");
	ok(opens(MIXED "\r\nno end", PART ".content", "no end"), "a last boundary that is missing");
	ok(opens("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary*=us-ascii''b\n\nhello\n--b\n"
	         "Content-Transfer-Encoding: quoted-printable\n\n=27\n--b--", PART ".content|qp", "'"),
	   "a boundary that is hard to read is sought");
}

int main(void)
{
	static const char all[] = FILE("; name*1=b; name*0*=u'l'%27; name=\"\\\"\"\r\nContent-Type: a/b\r\n"
	                               "Content-Transfer-Encoding: 7bit (x)\r\nContent-Disposition: a; filename=b");

	test_heads();
	test_attachments();
	ok(each_prefix(ew_bytes_str(all), opens_safely, NULL), "each prefix");
	return done();
}
