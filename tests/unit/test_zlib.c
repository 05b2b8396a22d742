/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* zlib.c, deflate_guess.c, core/deflate_look.c: guessed zlib, declared deflate in both its spellings, raw
 * deflate that nobody declared. */

#include "../../protocols/inflate.h"
#include "eventwall/codec.h"
#include "opened.h"
#include "tap.h"

#include <zlib.h>

static size_t pack_as(struct ew_bytes in, int bits, int level, int strategy, uint8_t *out, size_t cap)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, level, Z_DEFLATED, bits, 8, strategy) != Z_OK)
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

static size_t pack(struct ew_bytes in, int bits, uint8_t *out, size_t cap)
{
	return pack_as(in, bits, 9, Z_DEFAULT_STRATEGY, out, cap);
}

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

static struct ew_bytes in_base64(struct ew_bytes b, uint8_t *out)
{
	return ew_bytes(out, ew_base64_encode(b, out));
}

static struct ew_bytes in_hex(struct ew_bytes b, char *out)
{
	for (size_t i = 0; i < b.n; i++)
		snprintf(out + 2 * i, 3, "%02x", b.p[i]);
	return ew_bytes(out, 2 * b.n);
}

/* Each way of packing each length of text: what zlib writes is never overlooked. */
static void test_looks(void)
{
	static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED };
	uint8_t in[4000], out[8000], armed[12000];
	int missed = 0, asked = 0, closed = 0;
	uint32_t seed = 1;

	for (size_t i = 0; i < sizeof(in); i++) {
		seed = seed * 1664525u + 1013904223u;
		in[i] = (uint8_t)(seed >> 30 ? "{\"name\": \"select * from users\"} "[i % 33]
		                             : 'a' + (seed >> 25) % 26);
	}
	for (size_t n = 7; n < sizeof(in); n += 1 + n / 16) {
		for (int way = 0; way < 4 * 10; way++) {
			size_t size = pack_as(ew_bytes(in, n), -15, way % 10, strategies[way / 10], out,
			                      sizeof(out));
			asked++;
			for (size_t cut = 9; cut <= size && cut < 48; cut++) {
				struct ew_bytes g = guard_put(ew_bytes(out, cut));
				missed += !ew_deflate_looks(g);
				guard_drop(g);
			}
			missed += !ew_deflate_meant(ew_bytes(out, size));
			struct ew_message *m = opened(in_base64(ew_bytes(out, size), armed));
			closed += !has_value(m, ew_bytes(in, n)) || m->status != EW_OK;
			ew_message_free(&m);
		}
	}
	ok(asked > 1000 && missed == 0, "%d streams of zlib look like streams", asked);
	is_int(closed, 0, "and are opened in base64");
}

/* Names, numbers and noise. */
static void test_looks_of_others(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	int looks = 0, meant = 0, total = 100000;
	uint32_t seed = 7;

	for (int i = 0; i < total; i++) {
		uint8_t in[96];
		size_t n = 12 + (size_t)i % 80;
		for (size_t k = 0; k < n; k++) {
			seed = seed * 1664525u + 1013904223u;
			in[k] = i % 2 ? (uint8_t)(seed >> 24) : (uint8_t)alphabet[seed >> 26];
		}
		looks += ew_deflate_looks(ew_bytes(in, n));
		meant += ew_deflate_meant(ew_bytes(in, n));
	}
	ok(looks < total / 20, "%d of %d random values get past the look", looks, total);
	ok(meant < total / 2000, "%d of them are taken for deflate", meant);
}

static void test_guessed_raw(void)
{
	uint8_t buf[4096], armed[8192];
	char hexed[8192];
	size_t n = pack(ew_bytes_str(text), -15, buf, sizeof(buf));
	struct ew_message *m = opened(in_base64(ew_bytes(buf, n), armed));

	ok(m->status == EW_OK && has(m, "v|base64|deflate", text), "raw deflate in base64");
	ew_message_free(&m);
	m = opened(in_hex(ew_bytes(buf, n), hexed));
	ok(m->status == EW_OK && has(m, "v|hex|deflate", text), "and in hex");
	ew_message_free(&m);
	m = opened(in_base64(ew_bytes(buf, n - 3), armed));
	ok(m->status == EW_OK && has(m, "v|base64|deflate",
	                             "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7"),
	   "without its end");
	ew_message_free(&m);
	memcpy(buf + n, "' or 1=1--", 10);
	m = opened(in_base64(ew_bytes(buf, n + 10), armed));
	ok(has(m, "v|base64|deflate", text) && has(m, "v|base64|deflate", "' or 1=1--"),
	   "with something behind it");
	ew_message_free(&m);
	memset(buf + n - 4, 0xff, 4);
	m = opened(in_base64(ew_bytes(buf, n), armed));
	ok(m->status == EW_OK && field_at(m, "v|base64|deflate", ew_bytes(NULL, 0)), "damaged behind the middle");
	ew_message_free(&m);
	m = opened_as(in_base64(ew_bytes(buf, n), armed), "base64");
	ok(field_at(m, "v|base64|deflate", ew_bytes(NULL, 0)), "where base64 is declared, too");
	ew_message_free(&m);

	size_t size = 16u << 20;
	uint8_t *zeros = calloc(1, size), *packed = malloc(65536), *text64 = malloc(131072);
	if (!zeros || !packed || !text64)
		abort();
	n = pack(ew_bytes(zeros, size), -15, packed, 65536);
	m = opened(in_base64(ew_bytes(packed, n), text64));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "a bomb is named: %s", m->reason);
	ew_message_free(&m);
	free(zeros);
	free(packed);
	free(text64);
}

static void test_zlib_and_declared(void)
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
	/* With a plus sign among its bytes, which are no text. */
	m = opened_as(EW_LIT("\x78\x9c\xab\x56\x2a\x54\xb2\x52\x2a\xcd\xcb\xcc\xcf\x53\x28\x4e\xcd\x49\x4d\x2e"
	                     "\x51\x28\x48\x2c\x2e\x2e\xcf\x2f\x4a\x51\x48\x2b\xca\xcf\x55\x28\x2d\x4e\x2d\x2a"
	                     "\x56\xaa\x05\x00\x23\x05\x0e\xae"), as);
	ok(m->status == EW_OK && has(m, "v|deflate|json.q", "union select password from users") && !m->anomalies &&
	   !field_at(m, "v|plus", ew_bytes(NULL, 0)), "a whole stream is read as nothing else");
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
	ok(m->status == EW_OK && has(m, "v|deflate", text), "raw deflate is guessed");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, as) && each_prefix(ew_bytes(buf, n), opens_safely, NULL),
	   "each prefix of raw deflate");

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
}

/* By that decoder alone: what others make of it would spend the same budget. */
static bool comes_out(const char *as, struct ew_bytes packed, struct ew_bytes want)
{
	struct ew_message *m = ew_message_new(&opened_limits);
	struct ew_field *f = m ? ew_decode_emit(m, m->root, EW_LIT("v"), packed, EW_KIND_BYTES, 0) : NULL;
	const struct ew_decoder *d = ew_decoder_find(ew_bytes_str(as));

	if (!f || !ew_declare_over(m, f, d, ew_bytes(NULL, 0), true))
		abort();
	m->unpackers = opened_unpackers;
	bool same = d->decode(m, f) == EW_OK && ew_bytes_eq(f->child->value, want);
	ew_message_free(&m);
	return same;
}

/* Sizes around those at which the room is made larger, or is not. */
static void test_sizes(void)
{
	size_t most = 9u << 20;
	uint8_t *in = calloc(1, most), *out = malloc(most), wrong = 0;
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 4095, 4096, 65535, 65536, 65537, 300000, 1000000,
		                        (8u << 20) - 1, 8u << 20 };
	if (!in || !out)
		abort();
	/* Each kilobyte differs, so that the ratio is below its limit but past the first guess. */
	for (size_t i = 0; i < most; i += 64)
		memcpy(in + i, &i, sizeof(i));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		static const int bits[] = { -15, 15, 31 };
		static const char *const as[] = { "deflate", "deflate", "gzip" };
		for (int k = 0; k < 3; k++) {
			size_t n = pack(ew_bytes(in, sizes[i]), bits[k], out, most);
			wrong += !comes_out(as[k], ew_bytes(out, n), ew_bytes(in, sizes[i]));
		}
	}
	is_int(wrong, 0, "each size comes out whole");
	size_t n = pack(ew_bytes(in, (8u << 20) + 1), 15, out, most);
	struct ew_message *m = opened(ew_bytes(out, n));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0, "a byte past the output: %s", m->reason);
	const struct ew_field *f = field_at(m, "v|zlib", ew_bytes(NULL, 0));
	ok(f && f->value.n == 8u << 20, "all that the budget has is read");
	ew_message_free(&m);
	free(in);
	free(out);
}

/* What comes out of base64 is opened whatever its size. */
static void test_large_in_base64(void)
{
	const size_t size = 300000;
	uint8_t *in = malloc(size), *out = malloc(size), *text64 = malloc(2 * size);
	uint32_t seed = 7;
	size_t n;

	if (!in || !out || !text64)
		abort();
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		in[i] = (uint8_t)('a' + (seed >> 28));
	}
	memcpy(in, "{\"a\":\"", 6);
	memcpy(in + size - 16, "\",\"b\":\"attack\"}", 16);
	for (int bits = -15; bits <= 15; bits += 30) {
		n = pack(ew_bytes(in, size), bits, out, size);
		struct ew_message *m = opened(in_base64(ew_bytes(out, n), text64));
		ok(n > 100000 && m->status == EW_OK && has_value(m, EW_LIT("attack")),
		   "%zu bytes of %s in base64", n, bits > 0 ? "zlib" : "raw deflate");
		ew_message_free(&m);
	}
	free(in);
	free(out);
	free(text64);
}

static size_t pack_preset(uint8_t *out, size_t cap)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text, .avail_in = sizeof(text) - 1, .next_out = out,
		       .avail_out = (uInt)cap };

	if (deflateInit(&z, 6) != Z_OK ||
	    deflateSetDictionary(&z, (const Bytef *)"union select,password ", 22) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return z.total_out;
}

static void test_preset_dictionary(void)
{
	static const char want[] = "{\"q\":\"u\0\0\0\0\0\0\0\0\0\0\0 \0\0\0\0\0\0\0\0\0from users\","
	                           "\"n\":[1,2,3,4,5,6,7]}";
	struct ew_bytes partly = ew_bytes((const uint8_t *)want, sizeof(want) - 1);
	uint8_t buf[4096], armed[8192];
	size_t n = pack_preset(buf, sizeof(buf));
	struct ew_message *m = opened(ew_bytes(buf, n));

	ok(m->status == EW_UNSUPPORTED && strcmp(m->reason, "zlib.dictionary") == 0 &&
	   field_at(m, "v|zlib", partly), "what is not in the dictionary is read, and the rest is no silence");
	ew_message_free(&m);
	m = opened(in_base64(ew_bytes(buf, n), armed));
	ok(m->status == EW_UNSUPPORTED && field_at(m, "v|base64|zlib", partly), "in base64");
	ew_message_free(&m);
	m = opened_as(ew_bytes(buf, n), "deflate");
	ok(m->status != EW_OK && field_at(m, "v|zlib", partly), "declared");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix");
	buf[n] = 0;
	m = opened(ew_bytes(buf, n + 1));
	ok(m->status == EW_OK, "what does not end where it should is none");
	ew_message_free(&m);
	m = opened(EW_LIT("x\xbb\0\0\0\0\3\0\0\0\0\0"));
	ok(m->status == EW_OK, "nor is an empty one");
	ew_message_free(&m);
}

int main(void)
{
	test_large_in_base64();
	without_and_with_unpackers(test_zlib_and_declared);
	without_and_with_unpackers(test_looks);
	without_and_with_unpackers(test_guessed_raw);
	without_and_with_unpackers(test_sizes);
	without_and_with_unpackers(test_preset_dictionary);
	test_looks_of_others();
	return done();
}
