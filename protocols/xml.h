/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_XML_H
#define EVENTWALL_PROTOCOLS_XML_H

/* What xml.c reads by itself, without expat: the document type, and text where markup is damaged. */

#include "eventwall/protocol.h"

struct ew_xml_doctype {
	size_t start, end; /* offsets of its "<" and past its ">"; equal: there is none */
	bool external;     /* it declares something or points elsewhere */
};

/* The document type in the prolog of `text`; one that does not end goes to the end of the text. */
struct ew_xml_doctype ew_xml_find_doctype(struct ew_bytes text);

/* Add !DOCTYPE below `layer` with each of its literals as a leaf, named by the word before it: texts of
 * entities, system and public identifiers, defaults of attributes.  False: over budget. */
EW_MUSTCHECK bool ew_xml_emit_doctype(struct ew_message *m, struct ew_field *layer, struct ew_bytes text,
                                      const struct ew_xml_doctype *d);

/* The text without tags, comments and instructions, CDATA unwrapped, references as they stand.  `out` has room
 * for text.n bytes.  Returns bytes written. */
size_t ew_xml_strip(struct ew_bytes text, uint8_t *out);

#endif
