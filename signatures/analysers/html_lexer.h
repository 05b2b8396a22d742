/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_LEXER_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_LEXER_H

/* Tags and their attributes, as a browser's tokenizer takes them from any bytes. */

#include "eventwall/bytes.h"

enum ew_html_token {
	EW_HTML_END,       /* no more of the text */
	EW_HTML_TAG,       /* a tag begins: `name`, with the prefix of its namespace taken off */
	EW_HTML_ATTRIBUTE, /* `name` and `value` */
	EW_HTML_CLOSE,     /* the tag is complete, or the text ended in it */
};

/* Fill `text`, `loose`, and for text that begins inside of a tag `in_tag`; the rest is zero at first. */
struct ew_html_lexer {
	struct ew_bytes text;
	/* Each < begins a tag, also in comments, quotes and other tags, and ` is a quote.  Else as the standard
	 * says.  Between the two, all that a context around the text can make of it is seen. */
	bool loose;
	bool in_tag;
	size_t at; /* next byte */

	/* The token. */
	struct ew_bytes name, value;
	size_t from;    /* of the tag or attribute */
	bool end_tag;   /* of the tag: </name */
	bool has_value; /* of the attribute: there was = */
	bool unclosed;  /* its quote is not closed */
	uint8_t quote;  /* or 0 */
};

enum ew_html_token ew_html_next(struct ew_html_lexer *l);

static inline bool ew_html_blank(uint8_t c)
{
	return c <= 0x20; /* more than the standard's five: older browsers took any control for one */
}

static inline bool ew_html_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

#endif
