/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_COMMANDS_H
#define EVENTWALL_DAEMON_COMMANDS_H

/* Subcommands: one file each (cmd_NAME.c), one line each in the table of main.c.  argv[0] is the
 * command's name.  The answer is the exit code, after sysexits where one fits. */

int ew_cmd_check(int argc, char **argv);
int ew_cmd_decode(int argc, char **argv);
int ew_cmd_explain(int argc, char **argv);
int ew_cmd_reload(int argc, char **argv);
int ew_cmd_replay(int argc, char **argv);
int ew_cmd_rules(int argc, char **argv);
int ew_cmd_run(int argc, char **argv);
int ew_cmd_status(int argc, char **argv);
int ew_cmd_version(int argc, char **argv);

#define EW_EXIT_USAGE 64
#define EW_EXIT_DATA 65
#define EW_EXIT_NOINPUT 66
#define EW_EXIT_UNAVAILABLE 69
#define EW_EXIT_SOFTWARE 70
#define EW_EXIT_OS 71
#define EW_EXIT_TEMP 75
#define EW_EXIT_PERMISSION 77
#define EW_EXIT_CONFIG 78

#endif
