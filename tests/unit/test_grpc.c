/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* grpc.c and what declares it: frames, codings, trailers, text. */

#include "decoded.h"
#include "eventwall/codec.h"
#include "eventwall/event.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

#include <zlib.h>

static void put_frame(struct wire *w, unsigned flags, struct ew_bytes b)
{
	wire_byte(w, flags);
	for (int shift = 24; shift >= 0; shift -= 8)
		wire_byte(w, (unsigned)(b.n >> shift) & 0xff);
	wire_put(w, b.p, b.n);
}

/* As the body of a request. */
static struct ew_message *posted(struct ew_bytes body, const char *type, const char *coding)
{
	struct ew_pair headers[] = {
		{ EW_LIT("grpc-encoding"), ew_bytes_str(coding) },
		{ EW_LIT("content-type"), ew_bytes_str(type) },
	};
	struct ew_http_parts p = { .method = EW_LIT("POST"), .target = EW_LIT("/s/m"), .headers = headers,
		                   .header_count = 2, .body = body };
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	ew_http_event(m, &p);
	ew_decode(m);
	return m;
}

static bool posts_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = posted(prefix, arg, "gzip");
	bool good = !tree_broken(m);

	ew_message_free(&m);
	return good;
}

static size_t gzip(struct ew_bytes in, uint8_t *out, size_t cap)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK)
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

static void test_frames(void)
{
	struct wire one = { .n = 0 }, two = { .n = 0 }, w = { .n = 0 };
	static char type[] = "application/grpc";
	uint8_t packed[256];
	struct ew_message *m;

	proto_text(&one, 1, "first");
	proto_text(&two, 2, "second, which is longer");
	put_frame(&w, 0, wire_bytes(&one));
	put_frame(&w, 1, ew_bytes(packed, gzip(wire_bytes(&two), packed, sizeof(packed))));
	put_frame(&w, 0, ew_bytes(NULL, 0));
	m = posted(wire_bytes(&w), type, "gzip");
	ok(m->status == EW_OK && has(m, "http.body|grpc[0]|protobuf.1", "first") &&
	   has(m, "http.body|grpc[1]|gzip|protobuf.2", "second, which is longer"), "two messages, one in gzip");
	ok(!tree_broken(m), "the tree is sound");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), posts_safely, type), "each prefix");
	m = posted(ew_bytes(w.p, w.n - 8), type, "gzip");
	ok(m->status == EW_TRUNCATED && has(m, "http.body|grpc[0]|protobuf.1", "first"), "cut");
	ew_message_free(&m);
	m = posted(wire_bytes(&w), type, "x-own");
	ok(m->status == EW_UNSUPPORTED, "a coding that nobody knows");
	ok(has(m, "http.body|grpc[1]|gzip|protobuf.2", "second, which is longer"),
	   "is opened by its magic all the same");
	ew_message_free(&m);
	m = posted(wire_bytes(&w), type, "identity");
	ok(m->status == EW_MALFORMED, "compressed by the flag, not by the header");
	ew_message_free(&m);
	m = posted(EW_LIT("\0\0\0\0\x04text"), type, "");
	ok(m->status == EW_MALFORMED && has(m, "http.body|grpc[0]", "text"), "a message that is none");
	ew_message_free(&m);
	m = posted(EW_LIT("\0\xff\xff\xff\xff\x0a\x04text"), type, "");
	ok(m->status == EW_TRUNCATED && has(m, "http.body|grpc[0]|protobuf.1", "text"), "a length of 4 GiB");
	ew_message_free(&m);
	m = posted(EW_LIT("\x04\0\0\0\0"), type, "");
	ok(m->status == EW_MALFORMED, "unknown flags");
	ew_message_free(&m);
}

static void test_kinds(void)
{
	struct wire one = { .n = 0 }, w = { .n = 0 };
	uint8_t text[512];
	struct ew_message *m;

	m = posted(EW_LIT("\0\0\0\0\x09{\"a\":\"b\"}"), "application/grpc+json", "");
	ok(m->status == EW_OK && has(m, "http.body|grpc[0]|json.a", "b"), "JSON in frames");
	ew_message_free(&m);
	m = posted(EW_LIT("\0\0\0\0\x09{\"a\":\"b\"}\x02\0\0\0\x0d{\"error\":{}}\n"),
	           "application/connect+json", "");
	ok(m->status == EW_OK && has(m, "http.body|grpc[0]|json.a", "b"), "Connect, with the end of a stream");
	ew_message_free(&m);

	proto_text(&one, 1, "' or 1=1--");
	put_frame(&w, 0, wire_bytes(&one));
	put_frame(&w, 0x80, EW_LIT("grpc-status: 0\r\ngrpc-message: %41ttack\r\n"));
	m = posted(wire_bytes(&w), "application/grpc-web+proto", "");
	ok(m->status == EW_OK && has(m, "http.body|grpc[0]|protobuf.1", "' or 1=1--"), "gRPC-Web");
	ok(has(m, "http.body|grpc[1]|percent", "grpc-status: 0\r\ngrpc-message: Attack\r\n"), "its trailers");
	ew_message_free(&m);

	size_t n = ew_base64_encode(ew_bytes(w.p, 17), text); /* the first frame, with padding */
	n += ew_base64_encode(ew_bytes(w.p + 17, w.n - 17), text + n);
	m = posted(ew_bytes(text, n), "application/grpc-web-text", "");
	ok(m->status == EW_OK && has(m, "http.body|base64|grpc[0]|protobuf.1", "' or 1=1--") &&
	   field_at(m, "http.body|base64|grpc[1]", ew_bytes(NULL, 0)), "as text, in two pieces with padding");
	ew_message_free(&m);
	m = posted(EW_LIT("{\"a\":\"b\"}"), "application/grpc", "");
	ok(m->status == EW_MALFORMED && has(m, "http.body|json.a", "b"), "JSON that says it is gRPC");
	ew_message_free(&m);
}

int main(void)
{
	test_frames();
	test_kinds();
	return done();
}
