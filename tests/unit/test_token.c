/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* token.c: that signatures are noise is no anomaly, and that a mark between parts hides none. */

#include "eventwall/codec.h"
#include "opened.h"
#include "tap.h"

#include <stdlib.h>
#include <zlib.h>

#define TOKENS 200
#define TEXT_ROOM 1024
#define BIT(id) (UINT64_C(1) << EW_ANOMALY_##id)

static uint64_t seed = 3;

static uint8_t any_byte(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint8_t)(seed >> 56);
}

static void add(char *text, const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, TEXT_ROOM - n, "%s", more);
}

/* As base64url without padding, behind what `text` holds. */
static void add_encoded(char *text, const void *bytes, size_t n)
{
	uint8_t out[EW_BASE64_ENCODED(1024)];
	size_t m = ew_base64_encode(ew_bytes(bytes, n), out);
	char *end = text + strlen(text);

	for (size_t i = 0; i < m && out[i] != '='; i++)
		*end++ = out[i] == '+' ? '-' : out[i] == '/' ? '_' : (char)out[i];
	*end = '\0';
}

static void add_signature(char *text, size_t n)
{
	uint8_t bytes[256];

	for (size_t i = 0; i < n; i++)
		bytes[i] = any_byte();
	add_encoded(text, bytes, n);
}

/* Headers and claims of many lengths, so that parts end at each place of a group. */
static void make_token(int i, char *text)
{
	bool rsa = i % 2;
	char part[512];

	*text = '\0';
	snprintf(part, sizeof(part), "{\"alg\":\"%s\",\"typ\":\"JWT\"%s%.*s%s}", rsa ? "RS256" : "HS256",
	         i % 3 ? ",\"kid\":\"" : "", i % 3 ? i % 7 + 1 : 0, "key-of-2026", i % 3 ? "\"" : "");
	add_encoded(text, part, strlen(part));
	add(text, ".");
	snprintf(part, sizeof(part),
	         "{\"iss\":\"https://id.example.com/\",\"sub\":\"user|%d\",\"name\":\"Zo\xc3\xab %.*s\","
	         "\"aud\":[\"api\",\"web\"],\"iat\":%d,\"admin\":%s}",
	         i * i, i % 5, "Smith", 1700000000 + i, i % 4 ? "false" : "true");
	add_encoded(text, part, strlen(part));
	add(text, ".");
	add_signature(text, rsa ? 256 : 32);
}

/* Anomalies and status of `before` token `after`; the claims have to be there. */
static bool is_clean(const char *before, const char *token, const char *after, const char *as)
{
	char text[2048];
	struct ew_message *m;
	bool clean;

	snprintf(text, sizeof(text), "%s%s%s", before, token, after);
	m = opened_as(ew_bytes_str(text), as);
	clean = m->status == EW_OK && m->anomalies == 0 && has_value(m, EW_LIT("https://id.example.com/"));
	if (!clean)
		print_tree(m);
	ew_message_free(&m);
	return clean;
}

static void tokens_are_clean(void)
{
	int alone = 0, header = 0, json = 0, form = 0;
	char text[TEXT_ROOM];

	for (int i = 0; i < TOKENS; i++) {
		make_token(i, text);
		alone += is_clean("", text, "", NULL);
		header += is_clean("Bearer ", text, "", NULL);
		json += is_clean("{\"id\":7,\"token\":\"", text, "\"}", "json");
		form += is_clean("id=7&token=", text, "&next=home", "form");
	}
	is_int(alone, TOKENS, "tokens alone");
	is_int(header, TOKENS, "tokens in a header");
	is_int(json, TOKENS, "tokens in JSON");
	is_int(form, TOKENS, "tokens in a form");
}

static uint64_t anomalies_of(const char *text)
{
	struct ew_message *m = opened(ew_bytes_str(text));
	uint64_t seen = m->anomalies;

	ew_message_free(&m);
	return seen;
}

static void cookies_are_clean(void)
{
	static const char session[] = "{\"user\":\"17\",\"backend\":\"example.backends.Model\"}";
	int django = 0, rails = 0;
	char text[TEXT_ROOM];

	for (int i = 0; i < 50; i++) {
		*text = '\0';
		add_encoded(text, session, sizeof(session) - 1);
		size_t n = strlen(text);
		add(text, ":1rAbCd:");
		add_signature(text, 32);
		django += anomalies_of(text) == 0;
		text[n] = '\0';
		add(text, "==--");
		for (int k = 0; k < 20; k++)
			snprintf(text + strlen(text), 3, "%02x", any_byte());
		rails += anomalies_of(text) == 0;
	}
	is_int(django, 50, "a document, a time, a signature");
	is_int(rails, 50, "a document, two dashes, a digest");
}

static size_t pack(const char *in, uint8_t *out, size_t cap)
{
	uLongf n = cap;

	if (compress2(out, &n, (const Bytef *)in, strlen(in), 9) != Z_OK)
		abort();
	return n;
}

/* As Flask writes a session that is large, and Django one that it signs. */
static void packed_cookies_are_clean(void)
{
	int clean = 0, opened_all = 0;
	char text[TEXT_ROOM], session[512];
	uint8_t packed[600];

	for (int i = 0; i < TOKENS; i++) {
		snprintf(session, sizeof(session),
		         "{\"user\":\"%d\",\"roles\":[\"reader\",\"reader of %d\"],\"csrf\":\"%08x%08x\"}",
		         i * 31, i,
		         (unsigned)any_byte() << 24 | (unsigned)i * 7919, (unsigned)any_byte() << 21);
		snprintf(text, sizeof(text), "%s", ".");
		add_encoded(text, packed, pack(session, packed, sizeof(packed)));
		add(text, i % 2 ? ".Zk1xAA." : ":1rAbCd:");
		add_signature(text, i % 2 ? 20 : 32);
		struct ew_message *m = opened(ew_bytes_str(text));
		opened_all += m->status == EW_OK && has_value(m, ew_bytes_str(session));
		clean += m->anomalies == 0;
		if (m->anomalies)
			print_tree(m);
		ew_message_free(&m);
	}
	is_int(opened_all, TOKENS, "a packed document, a time, a signature");
	is_int(clean, TOKENS, "without anomaly");
}

static void nothing_hides_in_packed_ones(void)
{
	char text[TEXT_ROOM] = ".";
	uint8_t packed[600];
	size_t n = pack("{\"a\":\"first of them\",\"a\":\"second\"}", packed, sizeof(packed));

	add_encoded(text, packed, n);
	add(text, ".Zk1xAA.c2lnbmF0dXJl");
	ok(anomalies_of(text) & BIT(DUP_KEY), "what is odd in a packed part");
	snprintf(text, sizeof(text), ".");
	add_encoded(text, packed, 12);
	add(text, ".");
	add_encoded(text, packed + 12, n - 12);
	ok(anomalies_of(text) & BIT(MIXED_ENCODING), "a stream that goes on behind the mark");
	ok(each_prefix(ew_bytes_str(text), opens_safely, NULL), "each prefix of it");
}

static void nothing_hides(void)
{
	static const char twice[] = "{\"a\":1,\"a\":2,\"bc\":3}", head[] = "{\"alg\":\"HS256\"}";
	char text[TEXT_ROOM] = "";

	add_encoded(text, twice, sizeof(twice) - 1);
	add(text, ".c2lnbmF0dXJl");
	ok(anomalies_of(text) & BIT(DUP_KEY), "what is odd in the first part");

	*text = '\0';
	add_encoded(text, head, sizeof(head) - 1);
	add(text, ".");
	add_encoded(text, twice, sizeof(twice) - 1);
	add(text, ".c2lnbmF0dXJl");
	ok(anomalies_of(text) & BIT(DUP_KEY), "what is odd in the second");

	/* {"a":"12345}","a":"an attack"} with the mark behind the brace in the string */
	static const char *const first[] = { "{\"a\":\"12345}", "{'a':'123456}", "{\"ab\":[1,2]}" };
	static const char *const rest[] = { "\",\"a\":\"an attack\"}", "','a':'an attack'}", "" };
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		*text = '\0';
		add_encoded(text, first[i], strlen(first[i]));
		add(text, ".");
		add_encoded(text, rest[i], strlen(rest[i]));
		add(text, ".");
		/* What ends with the first part shows that the others differ in what is behind. */
		ok(!(anomalies_of(text) & BIT(MIXED_ENCODING)) == !*rest[i],
		   "a document that %s the mark", *rest[i] ? "goes on behind" : "ends at");
	}
	/* {"x":"an attack"} */
	ok(anomalies_of("eyJ4Ijo!iYW4gYXR0YWNrIn0=") & BIT(MIXED_ENCODING), "a stray byte");
}

int main(void)
{
	tokens_are_clean();
	cookies_are_clean();
	packed_cookies_are_clean();
	nothing_hides();
	nothing_hides_in_packed_ones();
	char text[TEXT_ROOM];
	make_token(1, text);
	ok(each_prefix(ew_bytes_str(text), opens_safely, NULL), "each prefix");
	return done();
}
