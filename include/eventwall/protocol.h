/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOL_H
#define EVENTWALL_PROTOCOL_H

/* Bytes to fields: the two kinds of parser and the one place where the tree grows.
 *
 * A *framer* finds one message in a byte stream; a *decoder* opens one field.  Both are functions over
 * bytes: no I/O, no clock, no allocation but from the message's arena, no recursion on input. */

#include "eventwall/message.h"

/* What a framer answers.  EW_OK: `consumed` bytes are the unit.  EW_MORE: nothing consumed, `want` is
 * the total length worth asking again with (0: unknown).  Any other status: bad, nothing consumed. */
struct ew_parse {
	enum ew_status status;
	size_t consumed;
	size_t want;
	const char *reason; /* static, when bad: a stable cause such as "http.f-clte" */
};

enum ew_decoder_flag {
	EW_DECODER_STRUCTURAL = 1 << 0, /* its fields hold all content of the value: an opening without
	                                 * anomaly spares scanning the text around them */
	EW_DECODER_BINARY = 1 << 1,     /* input is not text: raw bytes of an opened value are not scanned */

	/* What a value must look like for claims() to be asked at all; any of them will do, none of them
	 * set: any look.  See protocols/sniff.h. */
	EW_DECODER_BY_HEAD = 1 << 2,     /* it begins like a document or a known magic */
	EW_DECODER_BY_PERCENT = 1 << 3,  /* it holds one: so with all five marks */
	EW_DECODER_BY_AMPERSAND = 1 << 15,
	EW_DECODER_BY_PLUS = 1 << 16,
	EW_DECODER_BY_EQUALS = 1 << 17,
	EW_DECODER_BY_BACKSLASH = 1 << 18,
	EW_DECODER_BY_MARK = EW_DECODER_BY_PERCENT | EW_DECODER_BY_AMPERSAND | EW_DECODER_BY_PLUS |
	                     EW_DECODER_BY_EQUALS | EW_DECODER_BY_BACKSLASH,
	EW_DECODER_BY_ALPHABET = 1 << 4, /* it could be base64 throughout */
	EW_DECODER_BY_STRAY = 1 << 5,    /* it could be base64 but for stray bytes */

	EW_DECODER_BY_RUN = 1 << 6,      /* a piece of it could be base64 or hex */
	EW_DECODER_BY_HEX = 1 << 10,     /* it begins with two digits of hex and could be hex throughout */
	EW_DECODER_BY_BASE32 = 1 << 13,  /* the same of base32 */
	EW_DECODER_BY_BASE85 = 1 << 14,  /* it begins with what comes to text in base85, and has no blanks */

	EW_DECODER_EXTRACT = 1 << 7, /* takes pieces out of a value instead of undoing one encoding of all of
	                              * it: tried on each view, whatever was undone above it; damage in what it
	                              * found unasked is no exception */
	EW_DECODER_APART = 1 << 8,   /* all of the value is in leaves of its own: nobody else need look at it,
	                              * though it is scanned as it is, too */
	EW_DECODER_TENTATIVE = 1 << 9, /* it may open on a guess: only an opening that it marks EW_FIELD_COVERED
	                                * spares the scan of the value and its being offered to others */
	EW_DECODER_HEARSAY = 1 << 11,   /* an unlikely reading: matched as any other, but what is odd below it is no
	                                 * anomaly */
	EW_DECODER_RUNS = 1 << 12,      /* its fields are the text in a value that is none: of the value itself only
	                                 * raw bytes are scanned */
};

/* Opens one field.  Ends its own file as `const struct ew_decoder ew_decoder_NAME`.  One that only names a
 * layer ("name", "bytes") stands in no registry, is never asked, and has neither function. */
struct ew_decoder {
	const char *name; /* as it stands after the bar in a path */
	unsigned flags;   /* enum ew_decoder_flag */

	/* Cheap look: could this be mine?  Called for each leaf that looks like it (flags), so it
	 * answers within a few bytes.  It judges the value alone, not what was declared: a declared format
	 * is decoded without being asked. */
	bool (*claims)(const struct ew_field *f);

	/* EW_OK: opened (a layer was emitted).  EW_DECLINED: not mine after all, nothing emitted.  Anything
	 * else: an exception; what could be read before the damage stays in the tree and is scanned. */
	enum ew_status (*decode)(struct ew_message *m, struct ew_field *f);
};

/* All decoders in claim order, NULL at the end. */
extern const struct ew_decoder *const ew_decoders[];

/* Those of them that a value may concern which does not look BY_HEAD, in that order. */
extern const struct ew_decoder *const ew_decoders_without_head[];

/* Those of them that a value may concern which looks BY_ALPHABET, BY_HEX, BY_BASE32 or BY_RUN and like nothing
 * else, in that order. */
extern const struct ew_decoder *const ew_decoders_of_alphabet[];

/* The decoder of that name; NULL if there is none. */
const struct ew_decoder *ew_decoder_find(struct ew_bytes name);

/* Add a named part to `parent` (m->root for a transport's own fields).  The only way, with
 * ew_decode_layer, to grow the tree, so the only place that counts fields, depth and key length.  A
 * leaf is queued for opening unless it is EW_FIELD_QUIET or `flags` say so later: declare what it is
 * before ew_decode() runs or before the decoder returns.  NULL: over budget, the fault
 * is recorded, the caller stops. */
EW_MUSTCHECK struct ew_field *ew_decode_emit(struct ew_message *m, struct ew_field *parent,
                                             struct ew_bytes name, struct ew_bytes value,
                                             enum ew_kind kind, unsigned flags);

/* Add the layer `via` below `f`.  `value` is the produced text for byte decoders and the source text
 * for structural ones; `fresh` bytes of it are new memory and are charged to the output budget. */
EW_MUSTCHECK struct ew_field *ew_decode_layer(struct ew_message *m, struct ew_field *f,
                                              const struct ew_decoder *via, struct ew_bytes value,
                                              enum ew_kind kind, size_t fresh);

/* Room for decoded bytes in the arena, cut down to what the output budget has left.  `*room_r` is what
 * may be written.  NULL: budget spent, the fault is recorded. */
EW_MUSTCHECK uint8_t *ew_decode_buffer(struct ew_message *m, const struct ew_field *f, size_t want,
                                       size_t *room_r);

/* A decoder has been charged for the bytes of its value.  One that reads them more than once, or does more than
 * read, pays for that as well, in bytes.  False: over budget, the fault is recorded. */
EW_MUSTCHECK bool ew_decode_charge(struct ew_message *m, const struct ew_field *f, size_t work);

/* For a decoder that finds out late that a guess was wrong: mark before the first layer, retract to
 * take back all fields since, which all hang below `f`.  What they held stays spent. */
struct ew_decode_mark {
	struct ew_field *last;
	struct ew_field_block *newest;
	size_t used, used_fields, used_output;
	unsigned flags;
};
struct ew_decode_mark ew_decode_mark(const struct ew_message *m, const struct ew_field *f);
void ew_decode_retract(struct ew_message *m, struct ew_field *f, const struct ew_decode_mark *mark);

/* Open every leaf in m's work-list until nothing is left or the budget is spent.  Answers m->status. */
enum ew_status ew_decode(struct ew_message *m);

/* Say of f's value that it is `as`: over everything that was said of it before (an outer coding), or under it
 * (what the codings undone should give).  With `expected`, failing is malformed.  False: over budget, the fault
 * is recorded. */
EW_MUSTCHECK bool ew_declare_over(struct ew_message *m, struct ew_field *f, const struct ew_decoder *as,
                                  struct ew_bytes arg, bool expected);
EW_MUSTCHECK bool ew_declare_under(struct ew_message *m, struct ew_field *f, const struct ew_decoder *as,
                                   struct ew_bytes arg, bool expected);

/* The same from a media type such as `application/cloudevents+json; charset=utf-8`, under what was said
 * before; a structured suffix decides.  A type that no decoder of ours reads declares nothing.
 * EW_UNSUPPORTED: in the charset it names, bytes are not what they seem; EW_AMBIGUOUS: readers may take
 * different boundaries; EW_LIMIT.  The caller records any of them. */
enum ew_status ew_declare_media_type(struct ew_message *m, struct ew_field *f, struct ew_bytes media_type,
                                     bool expected);

/* The same from a Content-Encoding with one coding, over what was said before: for a list, call once per
 * coding from left to right.  EW_UNSUPPORTED: an unknown coding or too many; the value is then opaque. */
enum ew_status ew_declare_content_encoding(struct ew_message *m, struct ew_field *f, struct ew_bytes coding);

/* The coding of single messages within what was declared as gRPC or the like; means nothing to other types. */
void ew_declare_message_coding(struct ew_field *f, struct ew_bytes coding);

#endif
