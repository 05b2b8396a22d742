/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Asks a running daemon over its control socket: blocking, one request, the answer up to its end. */

#include "daemon/control.h"

#include "daemon/commands.h"
#include "daemon/config_keys.h"
#include "eventwall/http1.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MOST (16u << 20)

static void keep_first(void *arg, bool doubt, const struct ew_error *e)
{
	struct ew_error *first = arg;

	if (!doubt && !first->text[0])
		*first = *e;
}

char *ew_control_path(const char *config_file, struct ew_error *e)
{
	struct ew_config_reader r = { .file = config_file, .report = keep_first, .arg = e };
	json_error_t je;
	json_t *root = json_load_file(config_file, 0, &je);
	const char *s = json_string_value(json_object_get(json_object_get(root, "admin"), "socket"));
	char *path = NULL;

	*e = (struct ew_error){ 0 };
	if (!root && access(config_file, R_OK) != 0)
		ew_error_set(e, config_file, 0,
		             "cannot read the configuration: %s; name it with -c, or the control socket "
		             "with --socket", strerror(errno));
	else if (!root)
		ew_error_set(e, config_file, je.line > 0 ? (uint32_t)je.line : 0,
		             "%s; mend it, or name the control socket with --socket", je.text);
	else if (!s || !*s)
		ew_error_set(e, config_file, 0,
		             "there is no control socket to talk to; add \"admin\": {\"socket\": "
		             "\"/run/eventwall/control.sock\"} and start eventwall anew (SIGHUP reloads and "
		             "GET /status on \"listen\" of \"admin\" tells without one), or use --socket");
	else
		path = ew_config_expand(&r, s, false);
	json_decref(root);
	return path;
}

static int dial(const char *path, struct ew_error *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(at.sun_path)) {
		ew_error_set(e, NULL, 0, "the path %s is too long for a socket", path);
	} else {
		memcpy(at.sun_path, path, strlen(path));
		if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return fd;
		ew_error_set(e, NULL, 0, "cannot reach eventwall at %s: %s%s", path, strerror(errno),
		             errno == ENOENT || errno == ECONNREFUSED ? "; is it running?" : "");
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

/* All until the daemon closes.  Heap, NULL when something fails. */
static char *hear_all(int fd, size_t *n_r)
{
	char *text = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		if (n + 1 >= cap) {
			char *bigger = cap < ANSWER_MOST ? realloc(text, cap = cap ? cap * 2 : 16384) : NULL;
			if (!bigger)
				break;
			text = bigger;
		}
		ssize_t r = recv(fd, text + n, cap - n - 1, 0);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			break;
		n += (size_t)r;
		if (r == 0) {
			text[n] = '\0';
			*n_r = n;
			return text;
		}
	}
	free(text);
	return NULL;
}

char *ew_control_ask(const char *socket_path, const char *method, const char *target, unsigned *code_r,
                     struct ew_error *e)
{
	static const struct ew_http_limits lim = EW_HTTP_LIMITS_DEFAULT;
	struct ew_http_head *head = calloc(1, sizeof(*head));
	char request[256], *text = NULL;
	size_t n = 0, scanned = 0;
	int fd = dial(socket_path, e);

	if (!head || fd < 0)
		goto out;
	snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: eventwall\r\nConnection: close\r\n\r\n",
	         method, target);
	if (!send_all(fd, request, strlen(request)) || !(text = hear_all(fd, &n))) {
		ew_error_set(e, NULL, 0, "eventwall at %s hung up", socket_path);
		goto out;
	}
	struct ew_parse p = ew_http_response(head, ew_bytes(text, n), ew_bytes_str(method), &lim, &scanned);
	if (p.status != EW_OK) {
		ew_error_set(e, NULL, 0, "what listens at %s is not eventwall", socket_path);
		free(text);
		text = NULL;
		goto out;
	}
	*code_r = head->code;
	memmove(text, text + p.consumed, n - p.consumed + 1);
out:
	if (fd >= 0)
		close(fd);
	free(head);
	return text;
}

int ew_control_options(int argc, char **argv, void (*usage)(FILE *), struct ew_control_options *o_r)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};

	*o_r = (struct ew_control_options){ .config = EW_CONFFILE };
	for (int c; (c = getopt_long(argc, argv, "c:s:jh", options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			o_r->config = optarg;
			break;
		case 's':
			o_r->socket = optarg;
			break;
		case 'j':
			o_r->json = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "eventwall %s: what is \"%s\"? options come with a dash\n", argv[0], argv[optind]);
	return EW_EXIT_USAGE;
}

char *ew_control_run(const struct ew_control_options *o, const char *method, const char *target,
                     unsigned *code_r, int *exit_r)
{
	struct ew_error e = { 0 };
	char *path = o->socket ? strdup(o->socket) : ew_control_path(o->config, &e);
	char *text = path ? ew_control_ask(path, method, target, code_r, &e) : NULL;
	char line[1200];

	if (!text) {
		ew_error_print(&e, line, sizeof(line));
		fprintf(stderr, "eventwall: %s\n", e.text[0] ? line : "out of memory");
		*exit_r = path ? EW_EXIT_UNAVAILABLE : EW_EXIT_CONFIG;
	}
	free(path);
	return text;
}
