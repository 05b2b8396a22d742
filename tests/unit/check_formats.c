/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reads lines "DECODER HEX" from stdin, opens the bytes as declared to be that by a sender, and prints a line for
 * each: the status, anomalies, and the documents that the decoder found, as JSON:
 *
 *     ["ok", ["dup_key"], [["object", [["name in hex", ["text", "value in hex"]]]], ["array", []]]]
 *
 * What others made of the leaves is left out.  A tool for test_formats_suite.py. */

#include "guard.h"
#include "opened.h"

#define LINE_MOST (1u << 20)

static const char *const kinds[] = { "bytes", "text", "number", "bool", "null", "object", "array" };

static void print_hex(struct ew_bytes b)
{
	putchar('"');
	for (size_t i = 0; i < b.n; i++)
		printf("%02x", b.p[i]);
	putchar('"');
}

/* `f` or the next of its siblings that is no layer. */
static const struct ew_field *named_from(const struct ew_field *f)
{
	while (f && f->via)
		f = f->next;
	return f;
}

static void begin_node(const struct ew_field *f, const struct ew_field *top)
{
	if (f != top && named_from(f->parent->child) != f)
		putchar(',');
	if (f != top && f->parent->kind == EW_KIND_OBJECT) {
		putchar('[');
		print_hex(f->name);
		putchar(',');
	}
	printf("[\"%s\",", kinds[f->kind]);
	if (ew_field_is_leaf(f))
		print_hex(f->value);
	else
		putchar('[');
}

static void end_node(const struct ew_field *f, const struct ew_field *top)
{
	printf(ew_field_is_leaf(f) ? "]" : "]]");
	if (f != top && f->parent->kind == EW_KIND_OBJECT)
		putchar(']');
}

/* The tree below `top`, but not what others made of its leaves. */
static void print_document(const struct ew_field *top)
{
	const struct ew_field *f = top;

	for (;;) {
		begin_node(f, top);
		if (!ew_field_is_leaf(f) && named_from(f->child)) {
			f = named_from(f->child);
			continue;
		}
		end_node(f, top);
		while (f != top && !named_from(f->next)) {
			f = f->parent;
			end_node(f, top);
		}
		if (f == top)
			return;
		f = named_from(f->next);
	}
}

static void one_line(char *line)
{
	char *hex = strchr(line, ' ');
	static uint8_t buf[LINE_MOST / 2];
	size_t n = 0;
	struct ew_message *m;
	struct ew_bytes g;
	const char *comma = "";

	if (!hex)
		abort();
	*hex++ = 0;
	for (; hex[0] > ' ' && hex[1] > ' '; hex += 2) {
		char two[3] = { hex[0], hex[1], 0 };
		buf[n++] = (uint8_t)strtoul(two, NULL, 16);
	}
	g = guard_put(ew_bytes(buf, n));
	m = opened_as(g, line);
	printf("[\"%s\",[", ew_status_name(m->status));
	for (int a = 0; a < EW_ANOMALY_COUNT; a++) {
		if (ew_message_has(m, (enum ew_anomaly)a)) {
			printf("%s\"%s\"", comma, ew_anomaly_name((enum ew_anomaly)a));
			comma = ",";
		}
	}
	printf("],[");
	comma = "";
	for (const struct ew_field *f = m->root->child->child; f; f = f->next) {
		if (f->via != ew_decoder_find(ew_bytes_str(line)))
			continue;
		printf("%s", comma);
		print_document(f);
		comma = ",";
	}
	puts("]]");
	ew_message_free(&m);
	guard_drop(g);
}

int main(void)
{
	char *line = malloc(LINE_MOST);

	if (!line)
		abort();
	while (fgets(line, LINE_MOST, stdin))
		one_line(line);
	free(line);
	return 0;
}
