/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_FIELD_H
#define EVENTWALL_FIELD_H

/* A node of the tree that decoding grows.
 *
 * Two sorts of node: a *named* one (via == NULL) is a part of its parent: an object member, an array
 * element, a header; a *layer* (via != NULL) is what the decoder `via` made of its parent's value.
 *
 *     body = "{\"note\":\"eyJ4IjoxfQ==\"}"     named, leaf value, opened
 *      `- |json                                 layer, EW_KIND_OBJECT
 *          `- note = "eyJ4IjoxfQ=="             named, EW_KIND_TEXT, opened
 *              `- |base64 = "{\"x\":1}"         layer, EW_KIND_BYTES, opened
 *                  `- |json                     layer, EW_KIND_OBJECT
 *                      `- x = 1                 named, EW_KIND_NUMBER
 *
 * The path of the last is  body|json.note|base64|json.x  .  Views point into the message's raw bytes or
 * its arena; nothing in a field is freed singly. */

#include "eventwall/bytes.h"

struct ew_decoder;

enum ew_kind {
	EW_KIND_BYTES,  /* a value whose nature is not known */
	EW_KIND_TEXT,   /* a string of the format */
	EW_KIND_NUMBER, /* kept as it was spelt */
	EW_KIND_BOOL,
	EW_KIND_NULL,
	EW_KIND_OBJECT, /* children have names */
	EW_KIND_ARRAY,  /* children have indexes */
};

enum ew_field_flag {
	EW_FIELD_OPENED = 1 << 0,  /* at least one layer hangs below the value */
	EW_FIELD_COVERED = 1 << 1, /* a structural layer holds all of the value: do not scan it again */
	EW_FIELD_NAMED = 1 << 2,   /* `name` is attacker text worth matching (a key, a header name) */
	EW_FIELD_TEXTUAL = 1 << 3, /* protocol says it is text: never offered to decompressors */
	EW_FIELD_SAME_NAME = 1 << 4, /* `name` is the very view that an earlier field of the message has, a word:
	                              * matched there, for all of them */
	EW_FIELD_VERBATIM = 1 << 5,  /* `name` stands in the document in double quotes and without escapes */
	EW_FIELD_QUIET = 1 << 6,   /* context for targets and logs, not content: not decoded, not scanned
	                            * (a method, a port) */
	EW_FIELD_BINARY = 1 << 7,  /* it was read and is no text: no encoding of text is looked for in it */
};

/* What the sender or an envelope says the value is, outermost coding first.  Never a gate: what is declared is
 * tried first, and everything else is looked for as well.  Lives in the message's arena. */
struct ew_declared {
	const struct ew_decoder *decoder; /* NULL: nothing that we can undo, nor what lies below */
	struct ew_bytes arg;              /* boundary of a multipart, coding of messages of gRPC, what a container
	                                   * tells of its blocks, else charset parameter; may be empty */
	struct ew_declared *below;        /* what undoing it should give, NULL: not said */
	bool expected;                    /* the sender said so: failing is malformed */
};

struct ew_field {
	struct ew_field *parent, *child, *last, *next; /* next sibling; child = first, last = newest */
	struct ew_bytes name;                          /* empty for layers and array elements */
	struct ew_bytes value;                         /* leaf: its bytes; container: the text it came from */
	const struct ew_decoder *via;
	struct ew_declared *declared; /* NULL: nothing was said */
	uint32_t index; /* position in an array parent */
	uint8_t kind;   /* enum ew_kind */
	uint8_t flags;  /* enum ew_field_flag */
	uint8_t depth;  /* structural depth within all documents */
	uint8_t layers; /* layers above */
};

static inline bool ew_field_declared(const struct ew_field *f, const struct ew_decoder *as)
{
	return f->declared && f->declared->decoder == as;
}

static inline bool ew_field_is_leaf(const struct ew_field *f)
{
	return f->kind < EW_KIND_OBJECT;
}

/* Was its value found to be no text, and its runs of text opened in its place (EW_DECODER_RUNS)? */
bool ew_field_is_noise(const struct ew_field *f);

/* Next node in document order below `top`, parents before children; NULL at the end.  Start with
 * `top` itself.  No recursion, no stack. */
struct ew_field *ew_field_next(const struct ew_field *f, const struct ew_field *top);

/* The path of `f` into `out` (room for `cap` bytes, NUL terminated, cut if longer).  Returns the
 * length the whole path has.  Keys holding  . [ ] | " * or control bytes are written ["quoted"] with
 * JSON escapes, so a key cannot look like a layer. */
size_t ew_field_path(const struct ew_field *f, char *out, size_t cap);

#endif
