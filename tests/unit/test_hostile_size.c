/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bombs in each compression, alone and one in another, and 64 MiB of input that costs most for its size: within
 * the budgets of output, fields, work and memory, and in a process that grows by less than 64 MiB.  Each runs in
 * a child, so that one's memory is not another's.
 *
 * Time is printed and not judged, for a machine may be busy; what bounds it is the budget of work. */

#include "decoded.h"
#include "opened.h"
#include "packed.h"
#include "tap.h"
#include "wire.h"

#include <sys/wait.h>
#include <time.h>

#define SIZE (64u << 20)
#define ROOM (2 * SIZE)
#define GROWTH_MOST (64u << 10) /* KiB */

/* A sanitizer has memory of its own, and an arena of single allocations. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_MEASURED false
#else
#define IS_MEASURED true
#endif

static const struct ew_bytes no_arg;

struct outcome {
	enum ew_status status;
	uint64_t anomalies;
	char reason[32];
	size_t arena, output, fields, work;
	long growth; /* of the process, KiB */
	double ms;
	bool sound;
};

/* A line of /proc/self/status, in KiB; 0 where there is none. */
static long memory_of(const char *name)
{
	char line[256];
	long kib = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	}
	if (f)
		fclose(f);
	return kib;
}

static struct outcome open_here(struct ew_bytes value, const char *as)
{
	struct ew_limits limits = EW_LIMITS_DEFAULT;
	struct outcome o = { .growth = memory_of("VmRSS:") };
	struct timespec a, b;
	struct ew_message *m;

	limits.message = SIZE;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	m = ew_message_new(&limits);
	if (!m)
		abort();
	(void)open_with(m, value, as, as && strcmp(as, "multipart") == 0 ? EW_LIT("x") : no_arg, true);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	o.growth = memory_of("VmHWM:") - o.growth;
	o.ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	o.status = m->status;
	o.anomalies = m->anomalies;
	snprintf(o.reason, sizeof(o.reason), "%s", m->reason ? m->reason : "-");
	o.arena = ew_arena_used(m->arena);
	o.output = m->used_output;
	o.fields = m->used_fields;
	o.work = m->used_work;
	o.sound = o.arena <= limits.arena && !tree_broken(m);
	ew_message_free(&m);
	return o;
}

/* In a child. */
static struct outcome open_apart(struct ew_bytes value, const char *as)
{
	struct outcome o = { .sound = false };
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0)
		abort();
	if (child == 0) {
		o = open_here(value, as);
		_exit(write(ends[1], &o, sizeof(o)) != sizeof(o));
	}
	close(ends[1]);
	if (read(ends[0], &o, sizeof(o)) != sizeof(o))
		o.sound = false;
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0)
		;
	return o;
}

static void check(const char *what, const char *how, struct ew_bytes value, const char *as, bool named)
{
	struct outcome o = open_apart(value, as);

	printf("# %6.1f ms, %5.1f MiB more, %6zu fields, work %3zu MiB: %s (%s)\n", o.ms, (double)o.growth / 1024,
	       o.fields, o.work >> 20, ew_status_name(o.status), o.reason);
	ok(o.sound && (!IS_MEASURED || o.growth < GROWTH_MOST) && (!named || o.status != EW_OK || o.anomalies),
	   "%s, %s", what, how);
}

/* ---- bombs ---- */

static uint8_t *zeros, *out, *again;

static void bomb(const char *what, const char *as, struct ew_bytes b)
{
	char name[128];

	snprintf(name, sizeof(name), "%s, 64 MiB in %zu bytes", what, b.n);
	check(name, "declared", b, as, true);
	check(name, "as a guess", b, NULL, false);
}

static void test_bombs(void)
{
	size_t n[PACKERS];
	char name[64];

	for (size_t i = 0; i < PACKERS; i++) {
		n[i] = packers[i].pack(ew_bytes(zeros, SIZE), out, ROOM);
		bomb(packers[i].what, packers[i].as, ew_bytes(out, n[i]));
		/* The same again, by itself and by the next. */
		for (size_t step = 0; step < 2; step++) {
			size_t k = (i + step) % PACKERS;
			size_t twice = packers[k].pack(ew_bytes(out, n[i]), again, ROOM);
			snprintf(name, sizeof(name), "%s in %s", packers[i].what, packers[k].what);
			struct outcome o = open_apart(ew_bytes(again, twice), packers[k].as);
			bool seen = o.status != EW_OK || o.anomalies;
			/* Raw deflate, brotli and bare snappy have no magic: within another they are bytes. */
			bool blind = packers[i].pack == pack_raw || packers[i].pack == pack_brotli ||
			             packers[i].pack == pack_snappy;
			ok(o.sound && (!IS_MEASURED || o.growth < GROWTH_MOST) && (seen || blind),
			   "%s: %s (%s), %zu bytes of output", name, ew_status_name(o.status), o.reason, o.output);
		}
	}
}

/* ---- floods ---- */

static void flood(const char *what, const char *as, struct ew_bytes head, struct ew_bytes pattern)
{
	if (head.n)
		memcpy(out, head.p, head.n);
	memcpy(out + head.n, pattern.p, pattern.n);
	for (size_t n = pattern.n; n < SIZE - head.n; n *= 2)
		memcpy(out + head.n + n, out + head.n, n < SIZE - head.n - n ? n : SIZE - head.n - n);
	if (as)
		check(what, "declared", ew_bytes(out, SIZE), as, true);
	check(what, "as a guess", ew_bytes(out, SIZE), NULL, false);
}

static void test_floods(void)
{
	uint8_t member[64];
	size_t n;

	flood("zeros", NULL, no_arg, EW_LIT("\0"));
	flood("letters", NULL, no_arg, EW_LIT("a"));
	flood("bytes past ASCII", NULL, no_arg, EW_LIT("\xff\xfe\x80"));
	flood("JSON, brackets", "json", no_arg, EW_LIT("[]"));
	flood("JSON, a text", "json", EW_LIT("\""), EW_LIT("\\u0041"));
	flood("JSON, members", "json", EW_LIT("{"), EW_LIT("\"a\":1,"));
	flood("JSON, comments", "json", no_arg, EW_LIT("/**/"));
	flood("JSON, commas", "json", EW_LIT("["), EW_LIT(","));
	flood("JSON, blanks", "json", no_arg, EW_LIT(" "));
	flood("lines of JSON", "ndjson", no_arg, EW_LIT("{}\n"));
	flood("line ends", "ndjson", no_arg, EW_LIT("\n"));
	flood("XML, elements", "xml", EW_LIT("<a>"), EW_LIT("<b/>"));
	flood("XML, attributes", "xml", EW_LIT("<a "), EW_LIT("b='c' "));
	flood("XML, a comment", "xml", EW_LIT("<a><!--"), EW_LIT("x"));
	flood("XML, references", "xml", EW_LIT("<a>"), EW_LIT("&#65;"));
	flood("form, fields", "form", no_arg, EW_LIT("a=b&"));
	flood("form, escapes", "form", EW_LIT("a="), EW_LIT("%41"));
	flood("multipart, parts", "multipart", no_arg, EW_LIT("--x\r\n\r\n\r\n"));
	flood("multipart, dashes", "multipart", EW_LIT("--x\r\n\r\n"), EW_LIT("\r\n--"));
	flood("mail, headers", "mail", no_arg, EW_LIT("a: b\r\n"));
	flood("mail, encoded words", "mail", EW_LIT("Subject: "), EW_LIT("=?utf-8?q?a?= "));
	flood("mail, quoted", "mail", EW_LIT("Content-Transfer-Encoding: quoted-printable\r\n\r\n"), EW_LIT("=41"));
	flood("protobuf, numbers", "protobuf", no_arg, EW_LIT("\x08\1"));
	flood("protobuf, texts", "protobuf", no_arg, EW_LIT("\x0a\1a"));
	flood("protobuf, empty contents", "protobuf", no_arg, EW_LIT("\x0a\0"));
	flood("Sparkplug, metrics", "sparkplug", no_arg, EW_LIT("\x12\0"));
	flood("gRPC, empty frames", "grpc", no_arg, EW_LIT("\0\0\0\0\0"));
	flood("gRPC, frames", "grpc", no_arg, EW_LIT("\0\0\0\0\3\x0a\1a"));
	flood("GraphQL, texts", "graphql", EW_LIT("{a(b:"), EW_LIT("\"x\" "));
	flood("base64", "base64", no_arg, EW_LIT("QUJD"));
	flood("hex", "hex", no_arg, EW_LIT("4142"));
	flood("percent escapes", "percent", no_arg, EW_LIT("%41"));
	flood("UTF-16", "utf16", EW_LIT("\xff\xfe"), EW_LIT("a\0"));
	flood("uuencode", "uu", EW_LIT("begin 644 a\n"), EW_LIT("#0V%T\n"));
	flood("runs of base64", NULL, no_arg, EW_LIT("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo= "));
	flood("tokens", "jwt", EW_LIT("eyJhIjoxfQ"), EW_LIT(".e30"));
	n = pack_gzip(no_arg, member, sizeof(member));
	flood("empty members of gzip", "gzip", no_arg, ew_bytes(member, n));
	n = pack_zstd(no_arg, member, sizeof(member));
	flood("empty frames of zstd", "zstd", no_arg, ew_bytes(member, n));
	flood("frames of zstd to skip", "zstd", no_arg, EW_LIT("\x50\x2a\x4d\x18\0\0\0\0"));
	n = pack_lz4(no_arg, member, sizeof(member));
	flood("empty frames of lz4", "lz4", no_arg, ew_bytes(member, n));
	flood("chunks of snappy", "snappy", EW_LIT("\xff\6\0\0sNaPpY"), EW_LIT("\xfe\0\0\0"));
	flood("stored blocks of deflate", "deflate", no_arg, EW_LIT("\0\0\0\xff\xff"));
}

int main(void)
{
	zeros = calloc(1, SIZE);
	out = malloc(ROOM);
	again = malloc(ROOM);
	if (!zeros || !out || !again)
		abort();
	test_bombs();
	test_floods();
	free(zeros);
	free(out);
	free(again);
	return done();
}
