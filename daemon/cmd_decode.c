/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall decode`: shows what is in one message from a file: every layer that can be opened, the envelopes that
 * are recognised, what is odd about it.  It needs no configuration and no signatures, and judges nothing; that is
 * `explain`. */

#include "daemon/commands.h"
#include "daemon/explain.h"
#include "daemon/sample.h"
#include "eventwall/protocol.h"
#include "eventwall/unpackers.h"

#include <getopt.h>
#include <string.h>

static void usage(FILE *out)
{
	fputs("usage: eventwall decode [OPTIONS] [FILE]\n\n"
	      "Shows what is in the message in FILE (standard input without one, or -): the tree of its\n"
	      "fields with all layers opened.\n\n",
	      out);
	fputs(ew_sample_usage, out);
	fputs("  -j, --json             one JSON object\n"
	      "  -h, --help             this text\n\n"
	      "exit codes: 0 it could be read whole, 1 it could not, 64 usage, 65 no request, 66 no input\n",
	      out);
}

static int decode(struct ew_sample *s, bool json)
{
	static const struct ew_limits limits = EW_LIMITS_DEFAULT;
	struct ew_http_limits http = { .line = 1u << 16, .head = 1u << 18, .headers = EW_HTTP_MAX_HEADERS,
		                       .body = limits.message };
	struct ew_explained x = { .source = s->source < 0 ? EW_TRANSPORT_HTTP : (enum ew_transport)s->source };
	struct ew_message *m = ew_message_new(&limits);
	struct ew_unpackers unpackers = { 0 };
	int code = EW_EXIT_OS;

	if (m)
		m->unpackers = &unpackers; /* as a worker has them */
	if (!m) {
		fputs("eventwall decode: out of memory\n", stderr);
	} else if (!ew_sample_build(s, x.source, &http, m)) {
		code = EW_EXIT_DATA;
	} else {
		code = ew_decode(m) == EW_OK ? 0 : 1;
		x.m = m;
		if (json)
			ew_explain_json(&x, stdout);
		else
			ew_explain_text(&x, stdout, ew_sample_wants_colour());
	}
	ew_message_free(&m);
	ew_unpackers_fini(&unpackers);
	return code;
}

int ew_cmd_decode(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		EW_SAMPLE_ROWS,
		{ NULL, 0, NULL, 0 },
	};
	static struct ew_sample s = { .command = "decode", .source = -1 }; /* large */
	bool json = false;
	int code = EW_EXIT_NOINPUT;

	for (int c; (c = getopt_long(argc, argv, EW_SAMPLE_LETTERS "jh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (c == 'j') {
			json = true;
		} else if (!ew_sample_option(&s, c, optarg)) {
			if (c == '?')
				usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (argc - optind > 1) {
		fputs("eventwall decode: one FILE at most; `eventwall decode --help` tells more\n", stderr);
		return EW_EXIT_USAGE;
	}
	s.file = optind < argc ? argv[optind] : NULL;
	if (ew_sample_read(&s))
		code = decode(&s, json);
	ew_sample_fini(&s);
	return code;
}
