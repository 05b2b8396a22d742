/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* decode.c, hint.c, sniff.c: budgets, declared types, the order of opening, and that no leaf a decoder would
 * take is spared. */

#include "../../protocols/sniff.h"
#include "eventwall/protocol.h"
#include "declared.h"
#include "decoded.h"
#include "guard.h"
#include "tap.h"

static const struct ew_limits defaults = EW_LIMITS_DEFAULT;

static struct ew_message *message(const struct ew_limits *lim)
{
	struct ew_message *m = ew_message_new(lim);

	if (!m)
		abort();
	return m;
}

static bool refused(struct ew_message *m, const char *limit)
{
	return m->status == EW_LIMIT && strcmp(m->reason, limit) == 0;
}

static void budgets(void)
{
	struct ew_limits lim = defaults;
	struct ew_message *m;
	struct ew_field *f;
	static const struct ew_decoder via = { .name = "via" };
	uint8_t *p;
	size_t room;
	int n;

	lim.fields = 5;
	lim.depth = 3;
	lim.layers = 2;
	lim.key = 4;
	lim.output = 100;
	m = message(&lim);
	for (n = 0; ew_decode_emit(m, m->root, EW_LIT("k"), EW_LIT("v"), EW_KIND_TEXT, 0); n++)
		;
	is_int(n, 5, "as many fields as the limit says");
	ok(refused(m, "fields"), "then over budget by name");
	ew_message_reset(m, &lim);
	f = m->root;
	for (n = 0; f; n++)
		f = ew_decode_emit(m, f, EW_LIT("k"), EW_LIT(""), EW_KIND_OBJECT, 0);
	is_int(n, 4, "as deep as the limit says");
	ok(refused(m, "depth"), "depth is named");
	ew_message_reset(m, &lim);
	f = m->root;
	for (n = 0; f; n++)
		f = ew_decode_layer(m, f, &via, EW_LIT("x"), EW_KIND_BYTES, 1);
	is_int(n, 3, "as many layers as the limit says");
	ok(refused(m, "layers"), "layers are named");
	is_int(m->used_output, 2, "fresh bytes are charged");
	ew_message_reset(m, &lim);
	ok(ew_decode_emit(m, m->root, EW_LIT("four"), EW_LIT(""), EW_KIND_TEXT, 0), "a key of the limit");
	ok(!ew_decode_emit(m, m->root, EW_LIT("fives"), EW_LIT(""), EW_KIND_TEXT, 0), "one byte more");
	ok(refused(m, "key"), "key is named");
	ew_message_reset(m, &lim);
	p = ew_decode_buffer(m, m->root, 1000, &room);
	ok(p && room == 100, "a buffer is cut to what output has left");
	f = ew_decode_layer(m, m->root, &via, ew_bytes(p, 60), EW_KIND_BYTES, 60);
	ok(f && ew_decode_buffer(m, f, 41, &room) && room == 40, "and to the rest after a layer");
	ok(!ew_decode_layer(m, f, &via, EW_LIT("x"), EW_KIND_BYTES, 41), "a layer past the budget");
	ok(refused(m, "output"), "output is named");
	ok(!ew_decode_buffer(m, f, 1, &room) && room == 0, "then no buffer either");
	ok(ew_decode_buffer(m, f, 0, &room), "an empty buffer is no expense");
	lim.arena = 6000;
	lim.fields = 1000;
	ew_message_reset(m, &lim);
	for (n = 0; ew_decode_emit(m, m->root, EW_LIT("k"), EW_LIT("v"), EW_KIND_TEXT, 0); n++)
		;
	ok(n == EW_FIELDS_A_BLOCK - 1 && refused(m, "arena"), "arena is named");
	ew_message_free(&m);
}

static void tree(void)
{
	struct ew_message *m = message(&defaults);
	struct ew_field *list = ew_decode_emit(m, m->root, EW_LIT("l"), EW_LIT(""), EW_KIND_ARRAY, 0);
	struct ew_field *a = ew_decode_emit(m, list, EW_LIT(""), EW_LIT("1"), EW_KIND_NUMBER, 0);
	struct ew_field *b = ew_decode_emit(m, list, EW_LIT(""), EW_LIT("x"), EW_KIND_TEXT, 0);
	struct ew_field *q = ew_decode_emit(m, m->root, EW_LIT("q"), EW_LIT("{}"), EW_KIND_TEXT,
	                                    EW_FIELD_QUIET);

	ok(a && b && q && a->index == 0 && b->index == 1, "elements are numbered");
	ok(list->child == a && a->next == b && list->last == b && b->parent == list, "links");
	ok(a->depth == 2 && list->depth == 1 && b->kind == EW_KIND_TEXT, "depth and kind");
	is_int(ew_decode(m), EW_OK, "a plain leaf");
	ok(!(b->flags & EW_FIELD_OPENED), "stays closed");
	ew_message_free(&m);
}

static void media_types(void)
{
	static const struct {
		const char *type;
		const char *declared;
	} rows[] = {
		{ "application/json", "=json" },
		{ " Application/JSON ; charset=\"utf-8\"", "=json;utf-8" },
		{ "application/cloudevents+json; charset=utf-8", "=json;utf-8" },
		{ "application/cloudevents-batch+json", "=json" },
		{ "application/geo+json-seq", "=ndjson" },
		{ "application/x-ndjson", "=ndjson" },
		{ "application/x-www-form-urlencoded", "=form" },
		{ "multipart/form-data; x=\"a;b=c\" ; Boundary=\"a;b\"; y=z", "=multipart;a;b" },
		{ "multipart/mixed;boundary=abc;q=1", "=multipart;abc" },
		{ "multipart/mixed;boundary=\"abc", "=multipart;abc" },
		{ "multipart/mixed;boundary=", "=multipart" },
		{ "application/gzip", "=gzip" },
		{ "application/x-protobuf; messageType=\"x.Y\"", "=protobuf" },
		{ "application/cloudevents+protobuf", "=protobuf" },
		{ "application/grpc", "=grpc=protobuf" },
		{ "application/grpc+json", "=grpc=json" },
		{ "application/grpc-web-text+proto", "=base64=grpc=protobuf" },
		{ "application/cloudevents+avro", "=avro" },
		{ "application/cbor", "=cbor" },
		{ "application/senml+cbor", "=cbor;senml" },
		{ "application/senml-etch+cbor;charset=binary", "=cbor;senml" },
		{ "application/cbor-seq", "=cbor-seq" },
		{ "application/cose; cose-type=\"cose-sign1\"", "=cbor" },
		{ "application/eat+cwt", "=cbor" },
		{ "application/vnd.msgpack", "=msgpack" },
		{ "application/x-msgpack", "=msgpack" },
		{ "application/bson", "=bson" },
		{ "application/x-jackson-smile", "=smile" },
		{ "text/plain; charset=utf-16le", "" },
		{ "application/octet-stream", "" },
		{ "+json", "" },
		{ "json", "" },
		{ ";;==;\"", "" },
		{ "", "" },
	};
	struct ew_message *m = ew_message_new(&defaults);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_field f = { 0 };
		struct ew_bytes g = guard_put(ew_bytes_str(rows[i].type));
		(void)ew_declare_media_type(m, &f, g, true);
		is_str(declared(&f), rows[i].declared, "media type \"%s\"", rows[i].type);
		guard_drop(g);
	}
	ew_message_free(&m);
}

static void parameters(void)
{
	static const struct {
		const char *type;
		enum ew_status status;
	} rows[] = {
		{ "application/json; charset=UTF-8", EW_OK },
		{ "text/plain; charset=\"iso-8859-15\"", EW_OK },
		{ "text/plain; charset=", EW_OK },
		{ "application/json; x; charset=utf-7", EW_OK },
		{ "application/json; x; charset=iso-2022-jp", EW_UNSUPPORTED },
		{ "application/json; charset=utf-8; charset=utf-7", EW_UNSUPPORTED },
		{ "text/plain;charset=Shift_JIS", EW_UNSUPPORTED },
		{ "text/plain; charset*=us-ascii''utf-7", EW_UNSUPPORTED },
		{ "text/plain; x=\"; charset=utf-7\"", EW_OK },
		{ "multipart/form-data; boundary=a", EW_OK },
		{ "multipart/form-data; boundary=a; boundary=b", EW_AMBIGUOUS },
		{ "multipart/form-data; boundary*0=a; boundary*1=b", EW_AMBIGUOUS },
		{ "multipart/form-data; boundary=a; boundary*=utf-8''b", EW_AMBIGUOUS },
		{ "multipart/form-data; boundary=\"a\\\"b\"", EW_AMBIGUOUS },
	};
	struct ew_message *m = ew_message_new(&defaults);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_field f = { 0 };
		struct ew_bytes g = guard_put(ew_bytes_str(rows[i].type));
		is_int(ew_declare_media_type(m, &f, g, true), rows[i].status, "parameters of \"%s\"", rows[i].type);
		guard_drop(g);
	}
	ew_message_free(&m);
}

static void codings(void)
{
	struct ew_message *m = ew_message_new(&defaults);
	struct ew_field f = { 0 };

	(void)ew_declare_media_type(m, &f, EW_LIT("application/json"), true);
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("identity")), EW_OK, "identity is nothing");
	is_int(ew_declare_content_encoding(m, &f, EW_LIT(" x-gzip ")), EW_OK, "gzip");
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("Deflate")), EW_OK, "then deflate");
	is_str(declared(&f), "=deflate=gzip=json", "the last coding is the outermost, the type below both");
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("zstd")), EW_OK, "a third");
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("zstd")), EW_UNSUPPORTED, "too many");
	ok(f.declared && !f.declared->decoder, "and opaque");
	static const struct {
		const char *coding, *declared;
	} rows[] = {
		{ "br", "=brotli" },        { "BR", "=brotli" },    { "lz4", "=lz4" },
		{ "snappy", "=snappy" },    { "zstd", "=zstd" },    { "x-snappy-framed", "=snappy" },
		{ "Identity", "" },         { "compress", "=!" },   { "gzip;q=1", "=!" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		f = (struct ew_field){ 0 };
		(void)ew_declare_content_encoding(m, &f, ew_bytes_str(rows[i].coding));
		is_str(declared(&f), rows[i].declared, "coding \"%s\"", rows[i].coding);
	}
	f = (struct ew_field){ 0 };
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("gzip")), EW_OK, "coding first");
	(void)ew_declare_media_type(m, &f, EW_LIT("application/json"), false);
	is_str(declared(&f), "=gzip?json", "type after it lies below");
	is_int(ew_declare_content_encoding(m, &f, EW_LIT("rot13")), EW_UNSUPPORTED, "an unknown coding");
	is_str(declared(&f), "=!=gzip?json", "lies over all");
	ew_message_free(&m);
}

static bool is_plain(struct ew_bytes v)
{
	return !ew_value_has_head(v) && !ew_value_looks(v);
}

static unsigned look_of_mark(char c)
{
	return c == '%' ? EW_DECODER_BY_PERCENT : c == '&' ? EW_DECODER_BY_AMPERSAND :
	       c == '+' ? EW_DECODER_BY_PLUS : EW_DECODER_BY_EQUALS;
}

static void plain_values(void)
{
	static const char *const plain[] = {
		"", "a", "ab", "order", "2024-01-01T00:00:00Z", "/orders/1.json", "-1", "12", "user@example.com",
		"a fine day, is it not", "order kettle", "warehouse",
		"arn:aws:sqs:eu-west-1:123456789012:queue", "what?",
	};
	static const char *const not_plain[] = {
		"{}", "[]", " {", "\"x\"", "'x'", "//", "/*", "--b", "%41", "a+", "a=b", "a&b", "abcdefgh",
		"eyJhbGciOiJub25lIn0.e30.", "data:,x", "\x1f\x8b", "a\001", "\xef\xbb\xbf{}", "ab cd ef",
		"sixteen bytes: no, but here %", "more than sixteen bytes, with a + in the last of them +",
		"0123456789abcdef0123456789abcdef", "JyBvciAxPTEtLQ",
		"Basic dXNlcjpwYXNz", "(\xb5/\xfd", "x\x9c", "<a>", "1234567:%41",
	};
	int wrong = 0;

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		ok(is_plain(ew_bytes_str(plain[i])), "plain: %s", plain[i]);
	for (size_t i = 0; i < sizeof(not_plain) / sizeof(*not_plain); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(not_plain[i]));
		ok(!is_plain(g), "not plain: row %zu", i);
		guard_drop(g);
	}
	/* A mark at every place of every length, at a guard page; then one byte outside the alphabet. */
	for (size_t n = 2; n < 70; n++) {
		for (size_t at = 0; at < n; at++) {
			uint8_t buf[70];
			memset(buf, ':', n);
			buf[at] = (uint8_t)"%&+="[at % 4];
			struct ew_bytes g = guard_put(ew_bytes(buf, n));
			wrong += ew_value_has_head(g) || ew_value_looks(g) != look_of_mark("%&+="[at % 4]);
			guard_drop(g);
			memset(buf, 'a', n);
			buf[at] = (uint8_t)":.!~"[at % 4];
			/* What is left on one side may be a run. */
			wrong += ew_value_looks(ew_bytes(buf, n)) !=
			         (at >= 14 || n - at > 14 ? EW_DECODER_BY_RUN : 0);
			for (unsigned c = 0; at < 4 && c < 256; c++) {
				memset(buf, 'a', n);
				buf[at] = (uint8_t)c;
				wrong += (c < 0x20 || c > 0x7e) && !ew_value_has_head(ew_bytes(buf, n));
			}
			memset(buf, 'a', n);
			if (at < 2)
				continue; /* what follows might be hex, by its first two digits */
			/* Or none, depending on what splits what. */
			const unsigned piece = EW_DECODER_BY_RUN | EW_DECODER_BY_BASE32;
			buf[at] = (uint8_t)"-_ 9Zz/\t"[at % 8];
			/* A word of these alone comes to nothing as base64, where that can be told. */
			wrong += (ew_value_looks(ew_bytes(buf, n)) & ~piece & ~(unsigned)EW_DECODER_BY_ALPHABET) !=
			         (n < 8 ? 0 : EW_DECODER_BY_HEX);
			buf[at] = (uint8_t)"+="[at % 2];
			wrong += (ew_value_looks(ew_bytes(buf, n)) & ~piece) !=
			         (look_of_mark("+="[at % 2]) |
			          (n < 8 ? 0u : EW_DECODER_BY_ALPHABET | EW_DECODER_BY_HEX));
		}
	}
	is_int(wrong, 0, "each byte of each length counts");
}

/* A piece of the least length is seen wherever it stands, and one of a byte less nowhere. */
static void least_piece(void)
{
	size_t wrong = 0, seen = 0;
	uint8_t buf[150];

	for (size_t n = EW_RUN_LEAST + 1; n <= sizeof(buf); n++) {
		for (size_t at = 0; at <= n - EW_RUN_LEAST; at++) {
			memset(buf, '!', n);
			memset(buf + at, 'a', EW_RUN_LEAST);
			struct ew_bytes g = guard_put(ew_bytes(buf, n));
			wrong += !ew_value_has_piece(g) || !(ew_value_looks(g) & EW_DECODER_BY_RUN);
			guard_drop(g);
			buf[at] = ' ';
			wrong += ew_value_has_piece(ew_bytes(buf, n));
			seen++;
		}
	}
	is_int(wrong, 0, "the least piece in %zu places", seen);
}

/* Pseudo-random values over a few alphabets: whatever a decoder claims must look as its flags say. */
static void no_claim_is_spared(void)
{
	static const char *const alphabets[] = {
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-_",
		"0123456789abcdef", "%+&=;abc0123 ", "{}[]\",:0 a\\'", "-\r\n:; ab\"", "<>/?! a=\"",
		"\x1f\x8b\x08\x28\xb5\x2f\xfd\x78\x9c\xff\xfe\x01\x02 a", "\x81\x82\xa1\xdc\xd9\xf7\xd2\x84\x9f a",
		":)\n\1\2",
	};
	uint32_t seed = 1;
	int spared = 0, claimed = 0;

	for (int round = 0; round < 80000; round++) {
		const char *from = alphabets[round % 9];
		uint8_t buf[48];
		struct ew_field f = { .kind = EW_KIND_TEXT };
		seed = seed * 1664525 + 1013904223;
		f.value = ew_bytes(buf, seed >> 24 & 31);
		for (size_t i = 0; i < f.value.n; i++) {
			seed = seed * 1664525 + 1013904223;
			buf[i] = (uint8_t)from[(seed >> 8) % strlen(from)];
		}
		for (size_t d = 0; ew_decoders[d]; d++) {
			if (!ew_decoders[d]->claims(&f))
				continue;
			claimed++;
			unsigned looks = ew_value_looks(f.value) |
			                 (ew_value_has_head(f.value) ? EW_DECODER_BY_HEAD : 0);
			unsigned wants = ew_decoders[d]->flags & EW_LOOKS;
			if (!(looks & (wants ? wants : EW_LOOKS)) && spared++ < 5)
				printf("# %s claims \"%.*s\"\n", ew_decoders[d]->name, (int)f.value.n, buf);
		}
	}
	is_int(spared, 0, "each of %d claims is on a value that looks like it", claimed);
}

/* An image, an archive, a key: whatever bytes come, as many as a message may have, nothing is read into them that
 * would be an exception. */
static void random_bytes(void)
{
	static const size_t sizes[] = { 20, 3000, 70000, 300000, 1048576 };
	struct ew_message *m = message(&defaults);
	uint8_t *bytes = malloc(1048576);
	uint64_t seed = 99;

	if (!bytes)
		abort();
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		int faults = 0, rounds = sizes[k] < 10000 ? 300 : 4;
		for (int round = 0; round < rounds; round++) {
			for (size_t i = 0; i < sizes[k]; i++) {
				seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
				bytes[i] = (uint8_t)(seed >> 56);
			}
			ew_message_reset(m, &defaults);
			tree_decode(m, ew_bytes(bytes, sizes[k]), NULL);
			faults += m->status != EW_OK;
		}
		is_int(faults, 0, "no exception in %zu random bytes", sizes[k]);
	}
	free(bytes);
	ew_message_free(&m);
}

/* What is declared, what is found, and what that leaves to scan. */
static void opening(void)
{
	static const struct {
		const char *type, *coding, *in, *tree;
		bool covered;
	} rows[] = {
		{ "application/json", NULL, "{\"a\":\"%41+b\"}",
		  "b|json.a|plus=A b; b|json.a|percent=A+b", true },
		{ "text/plain", NULL, "{\"a\":1}", "b|json.a=1", true },
		{ "application/x-www-form-urlencoded", NULL, "{\"a\":1}",
		  "b|form[\"{\\\"a\\\":1}\"]|name|json.a=1; b|json.a=1", true },
		{ "application/json", NULL, "<x>y</x>", "b|xml.x=y <ct_mismatch> <malformed>", false },
		{ "application/json", "gzip", "{\"a\":1}", "b|json.a=1 <ct_mismatch> <malformed>", true },
		{ "application/json", "deflate, gzip", " {\"a\":1}", "b|json.a=1 <ct_mismatch> <malformed>",
		  true },
		{ NULL, NULL, "%7B%22a%22:1%7D", "b|percent|json.a=1", false },
		{ NULL, NULL, "%257Ba%253A1%257D", "b|percent|percent|json.a=1 <relaxed_json>", false },
		{ NULL, NULL, "eyJhIjoiJTQxIn0=", "b|base64|json.a|percent=A", false },
		{ NULL, NULL, "%41+%42", "b|plus=A B; b|percent=A+B", false },
	};
	struct ew_message *m = message(&defaults);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ew_message_reset(m, &defaults);
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("b"), ew_bytes_str(rows[i].in),
		                                    EW_KIND_BYTES, 0);
		struct ew_bytes codings = ew_bytes_str(rows[i].coding ? rows[i].coding : "");
		if (!f)
			abort();
		if (rows[i].type)
			(void)ew_declare_media_type(m, f, ew_bytes_str(rows[i].type), true);
		while (codings.n) {
			size_t comma = ew_bytes_find(codings, 0, EW_LIT(","));
			size_t n = comma == SIZE_MAX ? codings.n : comma;
			ok(ew_declare_content_encoding(m, f, ew_bytes(codings.p, n)) == EW_OK, "a coding");
			codings = ew_bytes_from(codings, n + 1);
		}
		ew_decode(m);
		is_str(tree_print(m, f), rows[i].tree, "%s", rows[i].in);
		ok(!tree_broken(m) && !!(f->flags & EW_FIELD_COVERED) == rows[i].covered, "%s to scan",
		   rows[i].covered ? "nothing else" : "the text, too,");
	}
	ew_message_free(&m);
}

/* A budget that ends in the midst: named, and the tree is sound. */
static void budgets_while_opening(void)
{
	const struct ew_bytes onion = EW_LIT("[\"{\\\"a\\\":\\\"%2541%2541\\\"}\","
	                                     "\"eyJhIjoiJTQxIn0=\",{\"k\":\"a%20b\"}]");
	struct ew_message *m = message(&defaults);
	struct ew_limits lim = defaults;
	size_t fields, work, output;
	int good = 0, want = 0;

	tree_decode(m, onion, NULL);
	fields = m->used_fields;
	work = m->used_work;
	output = m->used_output;
	ok(m->status == EW_OK && output > 0, "an onion within its budget");
	for (lim.fields = 1; lim.fields < fields; lim.fields++, want++) {
		ew_message_reset(m, &lim);
		tree_decode(m, onion, NULL);
		good += refused(m, "fields") && !tree_broken(m);
	}
	lim = defaults;
	for (lim.work = 0; lim.work < work; lim.work++, want++) {
		ew_message_reset(m, &lim);
		tree_decode(m, onion, NULL);
		good += refused(m, "work") && !tree_broken(m);
	}
	lim = defaults;
	for (lim.output = 0; lim.output < output; lim.output++, want++) {
		ew_message_reset(m, &lim);
		tree_decode(m, onion, NULL);
		good += refused(m, "output") && !tree_broken(m);
	}
	is_int(good, want, "each budget, ended at each place");
	lim = defaults;
	lim.layers = 2;
	ew_message_reset(m, &lim);
	tree_decode(m, onion, NULL);
	ok(refused(m, "layers") && !tree_broken(m), "layers end one onion");
	ok(strstr(tree_print(m, m->root), "b|json[2].k|percent=a b"), "and not its neighbours");
	ew_message_free(&m);
}

/* Is `list` the long one without those that only look for something else? */
static bool is_list_of(const struct ew_decoder *const *list, unsigned looks, unsigned never)
{
	for (size_t i = 0; ew_decoders[i]; i++) {
		unsigned wants = ew_decoders[i]->flags & EW_LOOKS;
		if ((wants && !(wants & looks)) || ew_decoders[i]->flags & never)
			continue;
		if (*list != ew_decoders[i])
			return false;
		list++;
	}
	return !*list;
}

static void short_lists(void)
{
	unsigned alphabet = EW_DECODER_BY_ALPHABET | EW_DECODER_BY_HEX | EW_DECODER_BY_BASE32 | EW_DECODER_BY_RUN;

	/* A value that is noise has other bytes. */
	ok(is_list_of(ew_decoders_of_alphabet, alphabet, EW_DECODER_RUNS),
	   "decoders of an alphabet are all in their list, in order");
	ok(is_list_of(ew_decoders_without_head, EW_LOOKS & ~(unsigned)EW_DECODER_BY_HEAD, 0),
	   "so are those of values without a head");
}

/* The same tree comes of the same bytes whatever was forgotten before. */
static void forgetting(void)
{
	struct ew_message *m = message(&defaults);
	struct ew_arena_mark start = { 0 }, before;
	struct ew_bytes doc = EW_LIT("{\"a\":[1,{\"b\":\"eyJjIjoxfQ==\"}],\"d\":\"x\"}");
	struct ew_field *f;
	size_t fields = 0;
	bool same = true, empty = true;

	for (int i = 0; i < 6; i++) {
		before = ew_arena_mark(m->arena);
		f = ew_decode_emit(m, m->root, EW_LIT("body"), doc, EW_KIND_BYTES, 0);
		same = same && f && ew_decode(m) == EW_OK && (fields == 0 || m->used_fields == fields) &&
		       m->root->child == f;
		fields = m->used_fields;
		ew_message_forget_fields(m, i % 2 ? &start : &before);
		empty = empty && (i % 2 ? !m->root && ew_arena_used(m->arena) == 0 : !m->root->child);
		empty = empty && ew_arena_alloc(m->arena, 100);
		ew_message_reset(m, &defaults);
	}
	ok(fields > 5 && same, "a tree grows anew after its fields were forgotten");
	ok(empty, "and nothing of it is left, with or without the root");
	ew_message_free(&m);
}

int main(void)
{
	opening();
	forgetting();
	budgets_while_opening();
	budgets();
	tree();
	media_types();
	parameters();
	codings();
	plain_values();
	least_piece();
	no_claim_is_spared();
	random_bytes();
	short_lists();
	return done();
}
