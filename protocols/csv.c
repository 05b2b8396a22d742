/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Cells of CSV (RFC 4180) that are not what they look like: in quotes, with each quote of their own doubled.
 *
 *     7,"{""cmd"":""id""}",x            a leaf of the layer:  {"cmd":"id"}
 *
 * All other cells stand in the text, which is matched as it is.  Only what is declared is read, by a media type or
 * by the name of a file.  The trap: a table may have more such cells than a message may have fields, so that
 * from some number on the rest is one leaf, a line a cell. */

#include "decoders.h"

#define CELLS_SHARE 8 /* of the fields of a message that are cells of one table */

static bool begins_cell(struct ew_bytes v, size_t i)
{
	return v.p[i] == '"' && (i == 0 || memchr(",;\t|\n\r", v.p[i - 1], 6));
}

/* Undo the cell that begins at `i`, appending at `out`; the place behind it.  `*doubled_r`: it holds quotes. */
static size_t take_cell(struct ew_bytes v, size_t i, uint8_t *out, size_t *n_r, bool *doubled_r)
{
	size_t n = 0;

	*doubled_r = false;
	for (i++; i < v.n; i++) {
		if (v.p[i] == '"') {
			if (v.n - i < 2 || v.p[i + 1] != '"') {
				i++;
				break;
			}
			*doubled_r = true;
			i++;
		}
		out[n++] = v.p[i];
	}
	*n_r = n;
	return i;
}

static bool claims(const struct ew_field *f)
{
	(void)f;
	return false; /* any line with a comma may be one */
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t room, n, used = 0, rest = 0, cells = m->limits->fields / CELLS_SHARE;
	struct ew_field *layer;
	bool doubled;
	uint8_t *p;

	if (!ew_field_declared(f, &ew_decoder_csv))
		return EW_DECLINED;
	p = ew_decode_buffer(m, f, v.n, &room);
	if (p && room < v.n)
		ew_message_fault(m, EW_LIMIT, "output", f);
	if (!p || room < v.n)
		return EW_LIMIT;
	layer = ew_decode_layer(m, f, &ew_decoder_csv, v, EW_KIND_ARRAY, v.n);
	if (!layer)
		return EW_LIMIT;
	for (size_t i = 0; i < v.n;) {
		if (!begins_cell(v, i)) {
			i++;
			continue;
		}
		i = take_cell(v, i, p + used, &n, &doubled);
		if (!doubled)
			continue;
		if (cells == 0) {
			/* Each has lost a quote at least, and so there is room for a mark. */
			used += n;
			p[used++] = '\n';
			continue;
		}
		if (!ew_decode_emit(m, layer, ew_bytes(NULL, 0), ew_bytes(p + used, n), EW_KIND_TEXT, 0))
			return EW_LIMIT;
		used += n;
		rest = used;
		cells--;
	}
	if (used > rest &&
	    !ew_decode_emit(m, layer, ew_bytes(NULL, 0), ew_bytes(p + rest, used - rest), EW_KIND_TEXT, 0))
		return EW_LIMIT;
	return EW_OK;
}

const struct ew_decoder ew_decoder_csv = { "csv", EW_DECODER_BY_HEAD, claims, decode };
