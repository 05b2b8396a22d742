/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The admin server, asked over its unix socket and over TCP in the loop of one thread. */

#include "daemon/admin.h"
#include "tap.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/eventwall-test-XXXXXX";
static char path[64], address[64];
static struct event_base *base;
static uint16_t port;

/* ---- what is asked of the process ------------------------------------------------------------- */

static bool is_up = true, fails;
static void (*reloaded)(void *who, uint64_t generation, const struct ew_error *e);
static void *reload_who;
static bool answer_at_once = true;
static unsigned reloads;

static bool ready(void *arg)
{
	(void)arg;
	return is_up;
}

static size_t metrics(void *arg, char *out, size_t cap)
{
	static unsigned calls;

	(void)arg;
	/* It grows between being measured and being written. */
	return (size_t)snprintf(out, cap, "%0*d\n", (int)(100 + 3000 * (calls++ % 3)), 7);
}

static size_t status(void *arg, char *out, size_t cap)
{
	(void)arg;
	return (size_t)snprintf(out, cap, "{}");
}

static void end_reload(void)
{
	struct ew_error e;

	ew_error_set(&e, "x.json", 3, "a \"bad\" key");
	reloaded(reload_who, 9, fails ? &e : NULL);
}

static void reload(void *arg, void (*done_fn)(void *, uint64_t, const struct ew_error *), void *who)
{
	(void)arg;
	reloads++;
	reloaded = done_fn;
	reload_who = who;
	if (answer_at_once)
		end_reload();
}

static const struct ew_admin_ops ops = { ready, metrics, status, reload };

/* ---- a client --------------------------------------------------------------------------------- */

static int dial(bool tcp)
{
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM, 0);

	snprintf(u.sun_path, sizeof(u.sun_path), "%s", path);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, tcp ? (struct sockaddr *)&in : (struct sockaddr *)&u, tcp ? sizeof(in) : sizeof(u)) != 0) {
		close(fd);
		return -1;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static char got[200000];

/* Run the loop until the peer closes; what came is in `got`. */
static bool hear(int fd)
{
	size_t n = 0;

	for (int i = 0; i < 200; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		ssize_t r = read(fd, got + n, sizeof(got) - 1 - n);
		if (r > 0)
			n += (size_t)r;
		got[n] = '\0';
		if (r == 0) {
			close(fd);
			return true;
		}
		if (r < 0)
			poll(NULL, 0, 1);
	}
	close(fd);
	return false;
}

static const char *ask(bool tcp, const char *request)
{
	int fd = dial(tcp);

	got[0] = '\0';
	if (fd < 0 || write(fd, request, strlen(request)) < 0 || !hear(fd))
		return "(no answer)";
	return got;
}

#define H " HTTP/1.1\r\nHost: x\r\n\r\n"

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static void test_reading(void)
{
	for (int tcp = 0; tcp < 2; tcp++) {
		const char *by = tcp ? "TCP" : "the socket";
		ok(begins(ask(tcp, "GET /live" H), "HTTP/1.1 200 "), "live over %s", by);
		ok(begins(ask(tcp, "GET /ready" H), "HTTP/1.1 200 "), "ready over %s", by);
		ok(strstr(ask(tcp, "GET /version" H), "\"version\":\""), "version over %s", by);
		ok(strstr(ask(tcp, "GET /status?x=1" H), "\r\n\r\n{}"), "status over %s", by);
		ok(begins(ask(tcp, "GET /metrics" H), "HTTP/1.1 200 ") && strstr(got, "version=0.0.4") &&
		   strstr(got, "007\n"), "metrics over %s", by);
		ok(begins(ask(tcp, "GET /nothing" H), "HTTP/1.1 404 "), "nothing else over %s", by);
		ok(begins(ask(tcp, "DELETE /live" H), "HTTP/1.1 405 "), "no other method over %s", by);
	}
	is_up = false;
	ok(begins(ask(true, "GET /ready" H), "HTTP/1.1 503 "), "not ready");
	ok(begins(ask(true, "GET /live" H), "HTTP/1.1 200 "), "and alive all the same");
	is_up = true;
	ok(begins(ask(true, "HEAD /live" H), "HTTP/1.1 200 ") && !strstr(got, "live\n"), "HEAD has no content");
}

static void test_bad_requests(void)
{
	static char big[9000];

	ok(begins(ask(true, "GET /live\n\n"), "HTTP/1.1 400 "), "a bare line feed");
	ok(begins(ask(true, "GET /live HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 "), "no Host");
	ok(begins(ask(true, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"), "HTTP/1.1 413 "),
	   "content");
	memset(big, 'a', sizeof(big) - 1);
	memcpy(big, "GET /live HTTP/1.1\r\nX: ", 23);
	const char *a = ask(true, big);
	ok(begins(a, "HTTP/1.1 431 ") || !strcmp(a, "(no answer)"), "a head that does not end");
	int fd[40], open_now = 0;
	for (int i = 0; i < 40; i++) {
		fd[i] = dial(false);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	for (int i = 0; i < 40; i++) {
		char c;
		open_now += recv(fd[i], &c, 1, MSG_PEEK) < 0;
		close(fd[i]);
	}
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	is_int(open_now, 32, "32 connections at a time");
	ok(begins(ask(true, "GET /live" H), "HTTP/1.1 200 "), "and then room again");
}

static void test_reload(void)
{
	ok(begins(ask(true, "POST /reload" H), "HTTP/1.1 403 ") && reloads == 0, "no orders over TCP");
	ok(begins(ask(false, "GET /reload" H), "HTTP/1.1 405 ") && reloads == 0, "an order is no question");
	ok(begins(ask(false, "POST /reload" H), "HTTP/1.1 200 ") && strstr(got, "{\"generation\":9}"),
	   "a reload that succeeds");
	fails = true;
	ok(begins(ask(false, "POST /reload" H), "HTTP/1.1 409 ") &&
	   strstr(got, "{\"generation\":9,\"error\":\"x.json:3: a \\\"bad\\\" key\"}"), "one that fails");
	fails = false;
	answer_at_once = false;
	int fd = dial(false);
	ok(write(fd, "POST /reload" H, strlen("POST /reload" H)) > 0, "(asked)");
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	ok(recv(fd, got, 1, MSG_PEEK) < 0, "one that takes time is waited for");
	end_reload();
	ok(hear(fd) && begins(got, "HTTP/1.1 200 "), "and answered in the end");
	fd = dial(false);
	ok(write(fd, "POST /reload" H, strlen("POST /reload" H)) > 0, "(asked)");
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	close(fd);
	end_reload();
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	is_int(reloads, 4, "a client that went away is forgotten");
}

static uint16_t free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&in, n) != 0 || getsockname(fd, (struct sockaddr *)&in, &n) != 0)
		abort();
	close(fd);
	return ntohs(in.sin_port);
}

int main(void)
{
	struct ew_config config = { 0 };
	struct ew_error e = { 0 };
	struct stat st;

	if (!mkdtemp(folder))
		return 99;
	base = event_base_new();
	port = free_port();
	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	snprintf(path, sizeof(path), "%s/s", folder);
	config.admin.listen = address;
	config.admin.socket = path;
	struct ew_admin *a = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(a, "it opens %s", e.text);
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0660, "the socket is for user and group");
	test_reading();
	test_bad_requests();
	test_reload();

	struct ew_admin *other = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(!other && strstr(e.text, "Address already in use") && strstr(e.text, "another \"listen\""),
	   "a taken port: %s", e.text);
	char none[] = "";
	config.admin.listen = none;
	other = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(!other && strstr(e.text, "another process listens there"), "a taken socket: %s", e.text);
	ok(access(path, F_OK) == 0, "which stays");
	ew_admin_close(&a);
	ok(!a && access(path, F_OK) != 0, "closing takes the socket away");

	/* Left behind by a process that was killed. */
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	snprintf(u.sun_path, sizeof(u.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ok(bind(fd, (struct sockaddr *)&u, sizeof(u)) == 0, "(a socket without a listener)");
	close(fd);
	a = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(a, "is replaced %s", e.text);
	ew_admin_close(&a);
	FILE *f = fopen(path, "w");
	if (f)
		fclose(f);
	a = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(!a && access(path, F_OK) == 0, "a file of another kind is not: %s", e.text);
	remove(path);

	/* A folder that is missing, as /run/eventwall is after each start of the machine. */
	char inner[320], deep[400], deeper[420];
	snprintf(inner, sizeof(inner), "%s/run", folder);
	snprintf(deep, sizeof(deep), "%s/s", inner);
	snprintf(deeper, sizeof(deeper), "%s/a/b/s", inner);
	config.admin.socket = deep;
	a = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(a && access(deep, F_OK) == 0, "the folder is made %s", e.text);
	ew_admin_close(&a);
	config.admin.socket = deeper;
	a = ew_admin_open(base, &config, &ops, NULL, &e);
	ok(!a && strstr(e.text, "No such file"), "but not two: %s", e.text);
	remove(inner);
	remove(folder);
	event_base_free(base);
	return done();
}
