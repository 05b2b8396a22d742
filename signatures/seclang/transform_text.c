/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Transformations of comments and paths. */

#include "transform.h"

static bool starts(struct ew_bytes in, size_t i, struct ew_bytes what)
{
	return ew_bytes_starts(ew_bytes_from(in, i), what);
}

/* Comments of C and HTML go; from one of SQL or a shell the rest goes.  The byte behind a comment
 * is not looked at, and if there is none it is a NUL. */
size_t ew_transform_remove_comments(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		bool c = starts(in, i, EW_LIT("/*"));
		if (!c && !starts(in, i, EW_LIT("<!--"))) {
			if (in.p[i] == '#' || starts(in, i, EW_LIT("--")))
				return n;
			out[n++] = in.p[i++];
			continue;
		}
		i += c ? 2 : 4;
		while (i < in.n && !starts(in, i, EW_LIT("*/")) && !starts(in, i, EW_LIT("-->")))
			i++;
		if (i == in.n) {
			out[n++] = ' ';
			return n;
		}
		i += in.p[i] == '*' ? 2 : 3;
		out[n++] = i < in.n ? in.p[i] : 0;
		i++;
	}
	return n;
}

size_t ew_transform_remove_comments_char(struct ew_bytes in, uint8_t *out)
{
	static const struct ew_bytes marks[] = { EW_LIT("/*"),  EW_LIT("*/"), EW_LIT("<!--"),
						 EW_LIT("-->"), EW_LIT("--"), EW_LIT("#") };
	size_t n = 0, i = 0;

	while (i < in.n) {
		size_t m = 0;
		while (m < sizeof(marks) / sizeof(*marks) && !starts(in, i, marks[m]))
			m++;
		if (m < sizeof(marks) / sizeof(*marks))
			i += marks[m].n;
		else
			out[n++] = in.p[i++];
	}
	return n;
}

size_t ew_transform_replace_comments(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		if (!starts(in, i, EW_LIT("/*"))) {
			out[n++] = in.p[i++];
			continue;
		}
		size_t end = ew_bytes_find(in, i + 2, EW_LIT("*/"));
		out[n++] = ' ';
		i = end == SIZE_MAX ? in.n : end + 2;
	}
	return n;
}

static bool is_slash(uint8_t c, bool win)
{
	return c == '/' || (win && c == '\\');
}

/* What a path has become so far.  It is rooted, or begins with a name. */
struct walked {
	uint8_t *out;
	size_t n;
	bool rooted;
	bool above; /* a ".." that nothing was left for */
};

/* A segment is there that ends in two dots.  False: it stays. */
static bool climb(struct walked *w, bool last)
{
	size_t n = w->n;

	/* Its first dot, and whatever is before that, are written already. */
	if (!w->rooted && (w->above || n <= 2)) {
		w->above = true;
		return false;
	}
	n = n > 3 ? n - 3 : 0;
	while (n > 0 && w->out[n] != '/')
		n--;
	if (n == 0) {
		w->above = true;
		n = w->rooted && last;
	}
	w->n = n;
	return true;
}

/* One segment, without its slashes: `last` if none follows. */
static void take_segment(struct walked *w, struct ew_bytes s, bool last)
{
	memcpy(w->out + w->n, s.p, s.n - 1);
	w->n += s.n - 1;
	uint8_t c = s.p[s.n - 1];
	if (c != '.') {
		if (w->n > 0)
			w->above = false;
		w->out[w->n++] = c;
	} else if (w->n > 0 && w->out[w->n - 1] == '.') {
		if (!climb(w, last))
			w->out[w->n++] = c;
	} else if (w->n > 0 && w->out[w->n - 1] != '/') {
		w->out[w->n++] = c;
	} else if (w->n > 0 && !last) {
		w->n--;
	}
}

/* Empty segments and "." go, ".." takes a name with it.  A slash at the end stays, none comes to
 * be. */
static size_t tidy(struct ew_bytes in, bool win, uint8_t *out)
{
	bool trailing = in.n > 0 && is_slash(in.p[in.n - 1], win);
	struct walked w = { .out = out, .rooted = in.n > 0 && is_slash(in.p[0], win) };
	size_t i = 0;

	while (i < in.n) {
		size_t end = i;
		while (end < in.n && !is_slash(in.p[end], win))
			end++;
		if (end > i)
			take_segment(&w, ew_bytes(in.p + i, end - i), end == in.n);
		if (end < in.n && (w.rooted || w.n > 0))
			out[w.n++] = '/';
		while (end < in.n && is_slash(in.p[end], win))
			end++;
		i = end;
	}
	if (!trailing && w.n > 0 && out[w.n - 1] == '/')
		w.n--;
	return w.n;
}

size_t ew_transform_path(struct ew_bytes in, uint8_t *out)
{
	return tidy(in, false, out);
}

size_t ew_transform_path_win(struct ew_bytes in, uint8_t *out)
{
	return tidy(in, true, out);
}
