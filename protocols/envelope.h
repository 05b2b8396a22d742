/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_ENVELOPE_H
#define EVENTWALL_PROTOCOLS_ENVELOPE_H

/* Envelopes: the agreed outer shapes of events, as a table.  A row tells how one is recognised and which of its
 * fields are encoded in a way that looking alone might miss.  What a row does not name is found by looking, as
 * everything is: a recognised envelope adds readings and takes none away, since anyone may forge one. */

#include "eventwall/protocol.h"

/* The names that tell envelopes apart, of members and of headers. */
enum ew_envelope_key {
	EW_ENVELOPE_KEY_NONE,
#define EW_ENVELOPE_KEY_ROW(id, text, first, third) EW_ENVELOPE_KEY_##id,
#define EW_ENVELOPE_KEY_TOLD EW_ENVELOPE_KEY_TELLING, EW_ENVELOPE_KEY_FIRST_WORD = 63,
#include "envelope_key.def"
#undef EW_ENVELOPE_KEY_ROW
#undef EW_ENVELOPE_KEY_TOLD
	EW_ENVELOPE_KEYS,
};
_Static_assert(EW_ENVELOPE_KEY_TELLING <= 63, "telling keys stand in the first word");
_Static_assert(EW_ENVELOPE_KEYS <= 128, "a set of keys has two words");

struct ew_envelope_keys {
	uint64_t word[2];
};

enum ew_envelope_place {
	EW_ENVELOPE_DOCUMENT, /* an object that is a document, or an element of an array that is one */
	EW_ENVELOPE_RECORD,   /* an element of a document's `Records` */
	EW_ENVELOPE_HEADERS,  /* the headers of a transport, or its user properties */
};

enum ew_envelope_test { EW_ENVELOPE_HAS, EW_ENVELOPE_LACKS, EW_ENVELOPE_IS, EW_ENVELOPE_BEGINS, EW_ENVELOPE_HOLDS,
	                EW_ENVELOPE_GRAPHQL };

/* True if any field at `path` (seek.h) passes; LACKS: if there is none. */
struct ew_envelope_when {
	const char *path;
	uint8_t path_n;
	uint8_t text_n;
	enum ew_envelope_test test;
	const char *text;
};

struct ew_envelope_open {
	const char *path;      /* of the values; HEADERS: from the transport's own object on */
	const struct ew_decoder *undo[3];
	const char *iff, *is;  /* only if the sibling `iff` has the value `is` */
	const char *type_from; /* then it is what this sibling, a media type, says */
	bool perhaps;          /* also seen otherwise: failing is nothing */
};

struct ew_envelope {
	const char *name;
	uint8_t place;   /* enum ew_envelope_place */
	uint8_t keys[4]; /* enum ew_envelope_key, a telling one first: all of them stand there; the rest is NONE */
	const struct ew_envelope_when *when; /* all pass; ends with one without a path, NULL: none */
	const struct ew_envelope_open *open; /* likewise */
	bool (*also)(struct ew_message *m, struct ew_field *document); /* what a path cannot say */
};

/* The table, in no order that matters; ends with a row without a name whose first key is NONE. */
extern const struct ew_envelope ew_envelopes[];

/* The pseudo-decoder that names a recognised envelope in the tree: the layer `envelope` of the document (or of
 * the transport's own object), with the envelope's name as its value.  No key can be mistaken for a layer. */
extern const struct ew_decoder ew_envelope_layer;

/* `top` is about to be passed by the work-list, its children not yet: if it is a document or a transport's
 * object, recognise it and declare what is in it. */
void ew_envelope_look(struct ew_message *m, struct ew_field *top);

/* Declare the columns of type "bytes" of a Kafka Connect document with `schema` and `payload`.  False: over
 * budget. */
bool ew_envelope_connect(struct ew_message *m, struct ew_field *document);

/* A request in GraphQL: is it one of too many in an array?  Always true. */
bool ew_graphql_batch(struct ew_message *m, struct ew_field *document);

/* Declare that `f` is what `undo` says, unless that was said already.  False: over budget. */
bool ew_envelope_declare(struct ew_message *m, struct ew_field *f, const struct ew_decoder *const undo[3],
                         bool expected);

#endif
