/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_TRIAL_H
#define EVENTWALL_DAEMON_TRIAL_H

/* A route without its source and function: judges samples as the daemon would and delivers nothing. */

#include "daemon/explain.h"
#include "daemon/sample.h"

struct ew_trial {
	/* as the options say; NULL where they are silent */
	const char *command;                    /* for complaints */
	const char *config, *route;             /* judge as this file, this route of it */
	const char *signatures, *signature_dir; /* or with these sets and every default */

	struct ew_config *configuration;
	struct ew_route judge;
	struct ew_scanner *scanner;
	struct ew_message *m; /* of the last sample */
	struct ew_unpackers *unpackers;
};

/* Letters and rows for getopt_long; values from EW_TRIAL_OPTIONS on are the command's own. */
#define EW_TRIAL_LETTERS "c:r:"
#define EW_TRIAL_ROWS                                                                              \
	{ "config", required_argument, NULL, 'c' }, { "route", required_argument, NULL, 'r' },     \
	{ "signatures", required_argument, NULL, EW_TRIAL_SIGNATURES },                            \
	{ "signature-dir", required_argument, NULL, EW_TRIAL_DIR }
enum { EW_TRIAL_SIGNATURES = 512, EW_TRIAL_DIR, EW_TRIAL_OPTIONS };

/* Takes what getopt_long answered; false: it is none of ours. */
bool ew_trial_option(struct ew_trial *t, int option, const char *value);

/* Are the options at odds?  Says so. */
bool ew_trial_options_clash(const struct ew_trial *t);

/* `source`: enum ew_transport of the route that is wanted, -1 for the first.  An exit code; all but 0 were told. */
EW_MUSTCHECK int ew_trial_open(struct ew_trial *t, int source);

/* What the route makes of `s`.  `*x_r` and what it points to hold until the next one.  An exit code; all but 0
 * were told. */
EW_MUSTCHECK int ew_trial_judge(struct ew_trial *t, struct ew_sample *s, struct ew_explained *x_r);

void ew_trial_close(struct ew_trial *t);

#endif
