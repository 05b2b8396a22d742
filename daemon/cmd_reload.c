/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall reload`: has the daemon read configuration and signatures anew, and waits for the end. */

#include "daemon/commands.h"
#include "daemon/control.h"

#include <jansson.h>
#include <stdlib.h>

static void usage(FILE *out)
{
	fputs("usage: eventwall reload [-c FILE | --socket PATH] [--json]\n\n"
	      "Has the running daemon read configuration and signatures anew and says how that went.  If it\n"
	      "fails in any way, the daemon goes on with what it has.\n\n"
	      "  -c, --config FILE   where to read the path of the control socket (default " EW_CONFFILE ")\n"
	      "  -s, --socket PATH   the control socket itself\n"
	      "  -j, --json          the daemon's answer as it is\n"
	      "  -h, --help          this text\n\n"
	      "exit codes: 0 a new generation runs, 64 usage, 69 no daemon there, 77 not allowed,\n"
	      "            78 the reload failed, the old generation goes on\n",
	      out);
}

int ew_cmd_reload(int argc, char **argv)
{
	struct ew_control_options o;
	unsigned code = 0;
	int exit_code = ew_control_options(argc, argv, usage, &o);

	if (exit_code >= 0)
		return exit_code;
	char *text = ew_control_run(&o, "POST", "/reload", &code, &exit_code);
	if (!text)
		return exit_code;
	json_t *answer = json_loads(text, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));
	long long generation = json_integer_value(json_object_get(answer, "generation"));
	if (o.json && answer)
		fputs(text, stdout);
	else if (code == 200)
		printf("generation %lld is running\n", generation);
	else if (error)
		fprintf(stderr, "eventwall: reload failed, generation %lld goes on: %s\n", generation, error);
	else
		fprintf(stderr, "eventwall: reload refused: %s", text);
	json_decref(answer);
	free(text);
	return code == 200 ? 0 : code == 403 ? EW_EXIT_PERMISSION : EW_EXIT_CONFIG;
}
