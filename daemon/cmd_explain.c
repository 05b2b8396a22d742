/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall explain`: judges one message from a file as a route would and shows why. */

#include "daemon/commands.h"
#include "daemon/trial.h"

#include <getopt.h>
#include <stdio.h>

struct order {
	bool json;
	struct ew_sample sample;
	struct ew_trial trial;
};

static void usage(FILE *out)
{
	fputs("usage: eventwall explain [-c FILE] [OPTIONS] [FILE]\n\n"
	      "Judges the message in FILE (standard input without one, or -) and shows the decoded tree, every\n"
	      "hit, and the verdict with its reason.  Nothing is delivered.\n\n"
	      "  -c, --config FILE      judge as this configuration does; without, by all installed sets\n"
	      "  -r, --route NAME       its route (default: the first one of that source)\n",
	      out);
	fputs(ew_sample_usage, out);
	fputs("      --signatures LIST  sets, with commas: names, or paths with a / in them; rule files of\n"
	      "                         ModSecurity end in .conf\n"
	      "      --signature-dir D  folder of the sets that are named\n"
	      "  -j, --json             one JSON object\n"
	      "  -h, --help             this text\n\n"
	      "exit codes: 0 forward (or shadow), 1 drop, 64 usage, 65 no request, 66 no input,\n"
	      "            78 configuration\n",
	      out);
}

static int explain(struct order *o)
{
	struct ew_explained x;
	int code = ew_trial_open(&o->trial, o->sample.source);

	if (code == 0 && !ew_sample_read(&o->sample))
		code = EW_EXIT_NOINPUT;
	if (code == 0)
		code = ew_trial_judge(&o->trial, &o->sample, &x);
	if (code == 0) {
		if (o->json)
			ew_explain_json(&x, stdout);
		else
			ew_explain_text(&x, stdout, ew_sample_wants_colour());
		code = x.verdict == EW_VERDICT_DROP ? 1 : 0;
	}
	ew_trial_close(&o->trial);
	ew_sample_fini(&o->sample);
	return code;
}

int ew_cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		EW_SAMPLE_ROWS,
		EW_TRIAL_ROWS,
		{ NULL, 0, NULL, 0 },
	};
	static struct order o = { .sample = { .command = "explain", .source = -1 }, /* large */
		                  .trial = { .command = "explain" } };

	for (int c; (c = getopt_long(argc, argv, EW_SAMPLE_LETTERS EW_TRIAL_LETTERS "jh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (c == 'j')
			o.json = true;
		else if (!ew_trial_option(&o.trial, c, optarg) && !ew_sample_option(&o.sample, c, optarg)) {
			if (c == '?')
				usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (argc - optind > 1) {
		fputs("eventwall explain: one FILE at most; `eventwall explain --help` tells more\n", stderr);
		return EW_EXIT_USAGE;
	}
	if (ew_trial_options_clash(&o.trial))
		return EW_EXIT_USAGE;
	o.sample.file = optind < argc ? argv[optind] : NULL;
	return explain(&o);
}
