/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The sets that ship, through the real decoding and scanning: prose and real events of others are left alone.
 * Their examples are played by `eventwall rules test`. */

#define _XOPEN_SOURCE 700 /* nftw */

#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"
#include "suites.h"
#include "tap.h"

#include <dirent.h>
#include <ftw.h>
#include <stdlib.h>

static const struct ew_limits limits = EW_LIMITS_DEFAULT;
static const uint32_t threshold = 5;
static struct ew_ruleset *rules;
static struct ew_scanner *scanner;
static struct ew_message *m;

static void judge(struct ew_bytes body)
{
	struct ew_http_parts parts = { .method = EW_LIT("POST"), .target = EW_LIT("/"), .body = body };

	ew_message_reset(m, &limits);
	if (ew_http_event(m, &parts) == EW_OK)
		(void)ew_decode(m);
	(void)ew_scan(scanner, rules, m);
}

static bool blocked(void)
{
	for (const struct ew_hit *h = m->hits; h; h = h->next)
		if (h->signature->drop)
			return true;
	return m->score >= threshold;
}

static void print_hits(const char *what)
{
	for (const struct ew_hit *h = m->hits; h; h = h->next) {
		char path[160] = "-";
		size_t from = 0, to = 0;
		struct ew_bytes text = { NULL, 0 };
		if (h->field)
			ew_field_path(h->field, path, sizeof(path));
		if (ew_ruleset_locate(rules, h, &from, &to))
			text = h->on_name ? h->field->name : h->field->value;
		printf("# %s: %u %s (%.*s)\n", what, h->signature->id, path, (int)(to - from < 80 ? to - from : 80),
		       text.p ? (const char *)text.p + from : "");
	}
}

/* A body under construction. */
struct body {
	char text[1 << 18];
	size_t n;
};

static void put(struct body *b, const char *text, size_t n)
{
	if (n > sizeof(b->text) - b->n)
		abort();
	memcpy(b->text + b->n, text, n);
	b->n += n;
}

static void put_str(struct body *b, const char *text)
{
	put(b, text, strlen(text));
}

static void put_quoted(struct body *b, const char *text, size_t n)
{
	put_str(b, "\"");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		char esc[8] = { '\\', (char)c, 0 };
		if (c < 0x20)
			snprintf(esc, sizeof(esc), "\\u%04x", c);
		else if (c != '"' && c != '\\')
			snprintf(esc, sizeof(esc), "%c", c);
		put_str(b, esc);
	}
	put_str(b, "\"");
}

/* A body that holds `text` as a JSON string; in static memory. */
static struct ew_bytes in_string(const char *text)
{
	static struct body b;

	b.n = 0;
	put_str(&b, "{\"note\": ");
	put_quoted(&b, text, strlen(text));
	put_str(&b, "}");
	return ew_bytes(b.text, b.n);
}

/* Text of people, full of words that attacks are made of. */
static const char *const prose[] = {
	"Please select all of the items from the list and drop the table off at the union; or else.",
	"The European Union select committee met, where 1 or 2 = many members had cats & dogs.",
	"It's 5 o'clock; -- we said 'yes' or 'no' -- and \"maybe\" and the '90s were like '80s.",
	"INSERT the coin into the slot, UPDATE us, DELETE from your mind, and execute (slowly).",
	"Use <b>bold</b> where a < b and c > d; if on = off then load = 0, onclick is a handler.",
	"Run `ls -la` or `curl` to look around, then pipe | through | more. Eat; sleep 8 hours.",
	"The price is $5 {approx.} or ${PRICE}, see ${{ github.sha }} and {{ customer.name }}.",
	"Traceback (most recent call last): File \"/var/task/app.py\", line 1, in __init__",
	"java.lang.RuntimeException: x\n\tat java.lang.Thread.run(Thread.java:748)\n",
	"https://example.com/a/b/../c?x=1&y=2#top and http://user@example.com:8080/path;v=1",
	"C:\\Users\\me\\My Documents\\report (final).docx; D:\\data\\etc\\hosts.txt",
	"Robert asked: what's the difference between == and ===? A: \"1\" == 1; but \"1\" !== 1",
	"SGVsbG8gd29ybGQsIHRoaXMgaXMgcGxhaW4gdGV4dC4=",
	"<html><head><title>Hi</title></head><body><p class=\"x\">Hello &amp; bye</p></body></html>",
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><order id=\"5\"><item>tea & cake</item></order>",
	"eval'd code, system (noun), exec summary, include(d), require: see the function of this.",
	"if (a && b || c) { return a.constructor === Object.prototype; } else { x => x + 1; }",
	"SELECT name, price FROM products WHERE id = 5 AND stock > 0 ORDER BY name",
	"git commit -m 'fix; drop unused' && git push; make check | tee log.txt",
	"@everyone #general $AAPL %5 ^top &co *star (a) [b] {c} <d> /e\\ |f| ~g `h` 'i' \"j\"",
	"192.168.1.10 - - [10/Oct/2020:13:55:36] \"GET /index.html?q=tea HTTP/1.1\" 200 2326",
	"Jane O'Neil-D'Angelo; mother's maiden name: O'Brien; 6' 2\" tall; likes rock 'n' roll",
	"n\xc3\xa9" "e \xe2\x80\x9cquoted\xe2\x80\x9d \xe2\x80\x94 caf\xc3\xa9, na\xc3\xafve, \xc3\xa0 la carte",
	"1; 2; 3; 4 or 5, and 6 = 7 - 1, 8 like 9, between 10 and 12; 13 -- 14 # 15 /* 16 */",
};

static void check_prose(void)
{
	for (size_t i = 0; i < sizeof(prose) / sizeof(*prose); i++) {
		judge(in_string(prose[i]));
		if (!ok(!blocked(), "prose %zu passes", i + 1))
			print_hits(prose[i]);
		judge(ew_bytes_str(prose[i]));
		if (!ok(!blocked(), "and as the whole body"))
			print_hits(prose[i]);
	}
}

static unsigned events, events_blocked, events_hit;

static int play_event(const char *path, const struct stat *st, int sort, struct FTW *at)
{
	static char text[4 << 20];
	size_t len = strlen(path);

	(void)at;
	if (sort != FTW_F || st->st_size >= (off_t)sizeof(text) || len < 5 ||
	    strcmp(path + len - 5, ".json") != 0)
		return 0;
	FILE *f = fopen(path, "rb");
	if (!f)
		return 0;
	size_t n = fread(text, 1, sizeof(text), f);
	fclose(f);
	judge(ew_bytes(text, n));
	events++;
	events_hit += m->hit_count > 0;
	if (m->hit_count > 0)
		print_hits(path);
	events_blocked += blocked();
	return 0;
}

static void check_events(void)
{
	char path[4096];

	suites_path(path, sizeof(path), "events");
	if (nftw(path, play_event, 16, FTW_PHYS) != 0 || events == 0) {
		skip(1, "no events of others in %s (EW_SUITES)", path);
		return;
	}
	printf("# %u events, %u with a hit\n", events, events_hit);
	is_int(events_blocked, 0, "%u real events of others pass", events);
}

static bool adopt(const char *const *paths, size_t n)
{
	struct ew_error e = { .line = 0 };
	char text[1100];

	rules = ew_ruleset_load(paths, n, NULL, &e);
	ew_error_print(&e, text, sizeof(text));
	if (!ok(rules != NULL, "the sets load"))
		printf("# %s\n", text);
	scanner = ew_scanner_new();
	m = ew_message_new(&limits);
	return rules && scanner && m && ew_scanner_adopt(scanner, rules);
}

static char *shipped[64];

static size_t find_sets(void)
{
	const char *src = getenv("EW_SRCDIR");
	char dir[4096], path[4400];
	struct dirent *d;
	size_t n = 0;

	snprintf(dir, sizeof(dir), "%s/signatures/sets", src ? src : ".");
	DIR *all = opendir(dir);
	while (all && (d = readdir(all)) && n < 64) {
		size_t len = strlen(d->d_name);
		if (len < 5 || strcmp(d->d_name + len - 5, ".json") != 0 || strncmp(d->d_name, "optional-", 9) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		shipped[n++] = strdup(path);
	}
	if (all)
		closedir(all);
	return n;
}

int main(void)
{
	size_t n = find_sets();

	if (adopt((const char *const *)shipped, n)) {
		check_prose();
		check_events();
	}
	ew_message_free(&m);
	ew_scanner_free(&scanner);
	ew_ruleset_unref(&rules);
	for (size_t i = 0; i < n; i++)
		free(shipped[i]);
	return done();
}
