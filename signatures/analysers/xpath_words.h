/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_XPATH_WORDS_H
#define EVENTWALL_SIGNATURES_XPATH_WORDS_H

/* Words of XPath and XQuery, in the order of strcmp(); for xpath.c alone. */

static const char *const functions[] = {
	"base-uri",
	"boolean",
	"codepoints-to-string",
	"concat",
	"contains",
	"count",
	"current",
	"doc",
	"document",
	"document-uri",
	"empty",
	"ends-with",
	"exists",
	"false",
	"id",
	"key",
	"lang",
	"last",
	"local-name",
	"lower-case",
	"matches",
	"name",
	"namespace-uri",
	"node-name",
	"normalize-space",
	"not",
	"number",
	"position",
	"root",
	"starts-with",
	"static-base-uri",
	"string",
	"string-join",
	"string-length",
	"string-to-codepoints",
	"substring",
	"substring-after",
	"substring-before",
	"sum",
	"system-property",
	"text",
	"tokenize",
	"translate",
	"true",
	"unparsed-text",
	"upper-case",
};

/* Those that fetch documents. */
static const char *const fetching[] = {
	"collection", "doc",           "doc-available",           "document",
	"json-doc",   "unparsed-text", "unparsed-text-available", "unparsed-text-lines",
};

/* Prefixes of functions of processors. */
static const char *const modules[] = { "dbutil", "file", "proc", "saxon",
				       "sql",    "util", "xdmp", "xmldb" };

/* Of clauses and statements of XQuery. */
static const char *const clauses[] = { "delete", "every",   "for",  "insert", "let",
				      "rename", "replace", "some", "update" };

#endif
