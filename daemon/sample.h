/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_SAMPLE_H
#define EVENTWALL_DAEMON_SAMPLE_H

/* One message from a file, its parts named as its source would name them: what `explain` and `decode` are given. */

#include "daemon/event.h"
#include "eventwall/event.h"
#include "eventwall/http1.h"

#include <stdio.h>

struct ew_sample {
	/* as the options say */
	const char *command; /* for complaints */
	int source;          /* enum ew_transport, -1: not said */
	const char *file, *topic, *path, *method, *content_type;
	struct ew_bytes key;
	bool raw;
	struct ew_pair headers[EW_HTTP_MAX_HEADERS];
	size_t header_count;

	/* what was read; has to live as long as the message */
	uint8_t *bytes;
	size_t n;
	struct ew_http_head head;
	struct ew_pair trailers[EW_HTTP_TRAILER_FIELDS];
	uint8_t trailer_text[EW_HTTP_TRAILER_MOST];
};

/* Options for getopt_long: the letters, the rows, and values from which a command's own ones may start. */
#define EW_SAMPLE_LETTERS "s:H:"
#define EW_SAMPLE_ROWS                                                                             \
	{ "source", required_argument, NULL, 's' }, { "header", required_argument, NULL, 'H' },    \
	{ "method", required_argument, NULL, EW_SAMPLE_METHOD },                                   \
	{ "path", required_argument, NULL, EW_SAMPLE_PATH },                                       \
	{ "topic", required_argument, NULL, EW_SAMPLE_TOPIC },                                     \
	{ "key", required_argument, NULL, EW_SAMPLE_KEY },                                         \
	{ "content-type", required_argument, NULL, EW_SAMPLE_CONTENT_TYPE },                       \
	{ "raw", no_argument, NULL, EW_SAMPLE_RAW }
enum { EW_SAMPLE_METHOD = 256, EW_SAMPLE_PATH, EW_SAMPLE_TOPIC, EW_SAMPLE_KEY, EW_SAMPLE_CONTENT_TYPE,
       EW_SAMPLE_RAW, EW_SAMPLE_OPTIONS };
extern const char ew_sample_usage[];

/* Takes what getopt_long answered.  False: it is wrong, which was said, or none of ours. */
bool ew_sample_option(struct ew_sample *s, int option, const char *value);

/* Reads the file, standard input for - or NULL.  False: it was said why. */
EW_MUSTCHECK bool ew_sample_read(struct ew_sample *s);

/* Names the parts of `m`, which has its limits.  `http` holds for a raw request.  False: refused, it was said
 * why. */
EW_MUSTCHECK bool ew_sample_build(struct ew_sample *s, enum ew_transport source, const struct ew_http_limits *http,
                                  struct ew_message *m);

void ew_sample_fini(struct ew_sample *s);

/* Is standard output a terminal that wants colours? */
bool ew_sample_wants_colour(void);

#endif
