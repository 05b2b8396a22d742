/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* zlib.c: guessed zlib, declared deflate in both its spellings. */

#include "opened.h"
#include "tap.h"

#include <zlib.h>

static size_t pack(struct ew_bytes in, int bits, uint8_t *out, size_t cap)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return z.total_out;
}

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

int main(void)
{
	uint8_t buf[4096];
	struct ew_message *m;
	char as[] = "deflate";
	bool windows = true;

	for (int bits = 9; bits <= 15; bits++) {
		size_t n = pack(ew_bytes_str(text), bits, buf, sizeof(buf));
		m = opened(ew_bytes(buf, n));
		windows &= m->status == EW_OK && has(m, "v|zlib", text);
		ew_message_free(&m);
	}
	ok(windows, "each window is known");
	size_t n = pack(ew_bytes_str(text), 15, buf, sizeof(buf));
	m = opened(ew_bytes(buf, n - 4));
	ok(m->status == EW_OK && has(m, "v|zlib", text), "a guess without its check sum is read");
	const struct ew_field *v = field_at(m, "v", ew_bytes(NULL, 0));
	ok(v && !(v->flags & EW_FIELD_COVERED), "and its raw bytes are scanned, too");
	ew_message_free(&m);
	memcpy(buf + n, "tail", 4);
	m = opened(ew_bytes(buf, n + 4));
	ok(has(m, "v|zlib", "tail") && ew_message_has(m, EW_ANOMALY_TRAILING_DATA), "trailing bytes");
	ew_message_free(&m);
	m = opened_as(ew_bytes(buf, n), as);
	ok(m->status == EW_OK && has(m, "v|deflate", text) && !field_at(m, "v|zlib", ew_bytes(NULL, 0)),
	   "declared deflate is zlib, read once");
	ew_message_free(&m);
	m = opened_as(ew_bytes(buf, n - 5), as);
	ok(m->status == EW_TRUNCATED && has(m, "v|deflate", text), "declared and cut");
	ew_message_free(&m);
	buf[n - 1] ^= 1;
	m = opened_as(ew_bytes(buf, n), as);
	ok(m->status == EW_MALFORMED && has(m, "v|deflate", text), "declared, wrong check sum");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL) &&
	   each_prefix(ew_bytes(buf, n), opens_safely, as), "each prefix of zlib");

	n = pack(ew_bytes_str(text), -15, buf, sizeof(buf));
	m = opened_as(ew_bytes(buf, n), as);
	ok(m->status == EW_OK && has(m, "v|deflate", text), "declared deflate is raw");
	ew_message_free(&m);
	m = opened(ew_bytes(buf, n));
	ok(!has(m, "v|deflate", text), "raw deflate is not guessed");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, as), "each prefix of raw deflate");

	static const char *const plain[] = { "x^2 + y^2 = z^2", "x^ or 1=1; drop table users",
		                             "hCaptcha=1&b=2", "XG is a name of something", "8O" };
	bool shut = true;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		m = opened(ew_bytes_str(plain[i]));
		v = field_at(m, "v", ew_bytes_str(plain[i]));
		shut &= m->status == EW_OK && v && !(v->flags & EW_FIELD_COVERED);
		ew_message_free(&m);
	}
	ok(shut, "text that begins like zlib is scanned as it is");
	return done();
}
