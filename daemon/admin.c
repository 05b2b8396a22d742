/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A small HTTP server for probes, metrics and control, one request a connection.
 *
 *     reading ---- head complete ----> answering ----> closed
 *        |                                 ^
 *        '-- POST /reload --> waiting -----'      (no timeout: building may take its time)
 *
 * It reads no request content and keeps nothing alive.  What changes something is heard on the unix
 * socket only, from root or our own user, so that no page in a browser can reach it. */

#include "daemon/admin.h"

#include "build.h"
#include "daemon/excerpt.h"
#include "eventwall/http1.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS_MOST 32
#define HEAD_MOST 8192
#define TIMEOUT_S 10

struct listener {
	int fd;
	struct event *event;
	bool control; /* the unix socket */
};

struct connection {
	struct ew_admin *admin;
	struct connection *next;
	int fd;
	bool control, trusted; /* of the unix socket; of a user who may change things */
	bool waiting;          /* for a reload */
	struct event event;
	uint8_t in[HEAD_MOST];
	size_t in_n, scanned;
	char *out;
	size_t out_n, out_at;
};

/* Outlives its connection when the client does not wait for the answer. */
struct waiter {
	struct ew_admin *admin;
	struct connection *connection;
	struct waiter *next;
};

struct ew_admin {
	struct event_base *base;
	const struct ew_admin_ops *ops;
	void *arg;
	struct listener tcp, unix_;
	char *path; /* of the unix socket, once it is ours */
	dev_t path_dev;
	ino_t path_ino;
	struct connection *connections;
	unsigned connection_count;
	struct waiter *waiters;
};

/* ---- answers --------------------------------------------------------------------------------- */

static void close_connection(struct connection *c)
{
	struct ew_admin *a = c->admin;

	for (struct connection **p = &a->connections; *p; p = &(*p)->next) {
		if (*p == c) {
			*p = c->next;
			break;
		}
	}
	for (struct waiter *w = a->waiters; w; w = w->next) {
		if (w->connection == c)
			w->connection = NULL;
	}
	a->connection_count--;
	event_del(&c->event);
	close(c->fd);
	free(c->out);
	free(c);
}

static void on_event(evutil_socket_t fd, short what, void *arg);

static void watch(struct connection *c, short what)
{
	struct timeval t = { TIMEOUT_S, 0 };

	event_del(&c->event);
	event_assign(&c->event, c->admin->base, c->fd, what | EV_PERSIST, on_event, c);
	if (event_add(&c->event, c->waiting ? NULL : &t) != 0)
		close_connection(c);
}

/* Takes the connection out of reading: what it gets is `n` bytes of `body` and the end.  `bare`: the
 * answer to HEAD. */
static void answer(struct connection *c, unsigned code, const char *type, const char *body, size_t n,
                   bool bare)
{
	char head[320];
	int h = snprintf(head, sizeof(head),
	                 "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s"
	                 "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
	                 "Connection: close\r\n\r\n",
	                 code, ew_http_phrase(code), type, n, code == 405 ? "Allow: GET, HEAD, POST\r\n" : "");

	c->out = malloc((size_t)h + n);
	if (!c->out) {
		close_connection(c);
		return;
	}
	memcpy(c->out, head, (size_t)h);
	if (!bare && n > 0)
		memcpy(c->out + h, body, n);
	c->out_n = (size_t)h + (bare ? 0 : n);
	c->waiting = false;
	watch(c, EV_WRITE);
}

static void answer_text(struct connection *c, unsigned code, const char *text, bool bare)
{
	answer(c, code, "text/plain; charset=utf-8", text, strlen(text), bare);
}

/* Ask `fill` for its text, however long it has become meanwhile. */
static void answer_filled(struct connection *c, size_t (*fill)(void *, char *, size_t), const char *type,
                          bool bare)
{
	void *arg = c->admin->arg;
	size_t cap = fill(arg, NULL, 0) + 1024;
	char *text = NULL;

	for (int i = 0; i < 4; i++) {
		char *bigger = realloc(text, cap);
		if (!bigger)
			break;
		text = bigger;
		size_t n = fill(arg, text, cap);
		if (n < cap) {
			answer(c, 200, type, text, n, bare);
			free(text);
			return;
		}
		cap = n + 1024;
	}
	free(text);
	answer_text(c, 500, "out of memory\n", bare);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void on_reloaded(void *who, uint64_t generation, const struct ew_error *e)
{
	struct waiter *w = who;
	struct connection *c = w->connection;
	char body[4096], text[1200];
	struct ew_text t = { .p = body, .cap = sizeof(body) };

	for (struct waiter **p = &w->admin->waiters; *p; p = &(*p)->next) {
		if (*p == w) {
			*p = w->next;
			break;
		}
	}
	free(w);
	if (!c)
		return;
	ew_text_raw(&t, "{\"generation\":");
	ew_text_uint(&t, generation);
	if (e) {
		ew_error_print(e, text, sizeof(text));
		ew_text_raw(&t, ",\"error\":");
		ew_text_string(&t, ew_bytes_str(text), 600);
	}
	ew_text_raw(&t, "}\n");
	answer(c, e ? 409 : 200, "application/json", body, t.n, false);
}

static void begin_reload(struct connection *c)
{
	struct ew_admin *a = c->admin;

	if (!c->trusted) {
		answer_text(c, 403, c->control ? "only root and the user eventwall runs as may do that\n"
		                               : "only the control socket takes orders\n", false);
		return;
	}
	struct waiter *w = malloc(sizeof(*w));
	if (!w) {
		answer_text(c, 503, "out of memory\n", false);
		return;
	}
	*w = (struct waiter){ a, c, a->waiters };
	a->waiters = w;
	c->waiting = true;
	event_del(&c->event);
	a->ops->reload(a->arg, on_reloaded, w);
}

static void take_get(struct connection *c, struct ew_bytes path, bool bare)
{
	struct ew_admin *a = c->admin;
	static const char version[] = "{\"version\":\"" PACKAGE_VERSION "\",\"build\":\"" EW_BUILD_SUMMARY "\"}\n";

	if (ew_bytes_eq(path, EW_LIT("/live")))
		answer_text(c, 200, "live\n", bare);
	else if (ew_bytes_eq(path, EW_LIT("/ready")))
		answer_text(c, a->ops->ready(a->arg) ? 200 : 503, a->ops->ready(a->arg) ? "ready\n" : "not ready\n",
		            bare);
	else if (ew_bytes_eq(path, EW_LIT("/metrics")))
		answer_filled(c, a->ops->metrics, "text/plain; version=0.0.4; charset=utf-8", bare);
	else if (ew_bytes_eq(path, EW_LIT("/status")))
		answer_filled(c, a->ops->status, "application/json", bare);
	else if (ew_bytes_eq(path, EW_LIT("/version")))
		answer(c, 200, "application/json", version, sizeof(version) - 1, bare);
	else
		answer_text(c, 404, "there are /live, /ready, /metrics, /status and /version\n", bare);
}

static void take_request(struct connection *c, const struct ew_http_head *head)
{
	struct ew_bytes path = head->target;
	size_t query = ew_bytes_find(path, 0, EW_LIT("?"));

	if (query != SIZE_MAX)
		path.n = query;
	bool reload = ew_bytes_eq(path, EW_LIT("/reload"));
	if (head->body == EW_HTTP_BODY_CHUNKED || (head->body == EW_HTTP_BODY_LENGTH && head->length > 0))
		answer_text(c, 413, "requests here have no content\n", false);
	else if (ew_bytes_eq(head->method, EW_LIT("POST")) && reload)
		begin_reload(c);
	else if (ew_bytes_eq(head->method, EW_LIT("GET")) && !reload)
		take_get(c, path, false);
	else if (ew_bytes_eq(head->method, EW_LIT("HEAD")) && !reload)
		take_get(c, path, true);
	else
		answer_text(c, 405, reload ? "POST it\n" : "GET it\n", false);
}

static void parse_request(struct connection *c)
{
	static const struct ew_http_limits lim = { .line = 2048, .head = HEAD_MOST, .headers = 64 };
	struct ew_http_head *head = calloc(1, sizeof(*head));

	if (!head) {
		close_connection(c);
		return;
	}
	struct ew_parse p = ew_http_request(head, ew_bytes(c->in, c->in_n), &lim, &c->scanned);
	if (p.status == EW_OK)
		take_request(c, head);
	else if (p.status != EW_MORE)
		answer_text(c, head->refuse ? head->refuse : 400, "that is no good request\n", false);
	else if (c->in_n == sizeof(c->in))
		answer_text(c, 431, "too long\n", false);
	free(head);
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	ssize_t n;

	if (what & EV_TIMEOUT) {
		close_connection(c);
	} else if (what & EV_WRITE) {
		n = send(fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n > 0)
			c->out_at += (size_t)n;
		if (n <= 0 || c->out_at == c->out_n)
			close_connection(c);
	} else {
		n = recv(fd, c->in + c->in_n, sizeof(c->in) - c->in_n, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			close_connection(c);
			return;
		}
		c->in_n += (size_t)n;
		parse_request(c);
	}
}

/* ---- listeners ------------------------------------------------------------------------------- */

static bool is_trusted(int fd)
{
	struct ucred u;
	socklen_t n = sizeof(u);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &n) == 0 && n == sizeof(u) &&
	       (u.uid == 0 || u.uid == geteuid());
}

static void on_accept(struct ew_admin *a, const struct listener *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	struct connection *c = a->connection_count < CONNECTIONS_MOST ? calloc(1, sizeof(*c)) : NULL;
	if (!c) {
		close(fd);
		return;
	}
	c->admin = a;
	c->fd = fd;
	c->control = l->control;
	c->trusted = l->control && is_trusted(fd);
	c->next = a->connections;
	a->connections = c;
	a->connection_count++;
	event_assign(&c->event, a->base, fd, EV_READ | EV_PERSIST, on_event, c);
	watch(c, EV_READ);
}

static void on_tcp(evutil_socket_t fd, short what, void *arg)
{
	struct ew_admin *a = arg;

	(void)fd;
	(void)what;
	on_accept(a, &a->tcp);
}

static void on_unix(evutil_socket_t fd, short what, void *arg)
{
	struct ew_admin *a = arg;

	(void)fd;
	(void)what;
	on_accept(a, &a->unix_);
}

static bool start_listening(struct ew_admin *a, struct listener *l, event_callback_fn fn)
{
	if (listen(l->fd, 64) != 0)
		return false;
	l->event = event_new(a->base, l->fd, EV_READ | EV_PERSIST, fn, a);
	return l->event && event_add(l->event, NULL) == 0;
}

static bool open_tcp(struct ew_admin *a, const char *address, struct ew_error *e)
{
	const char *colon = strrchr(address, ':');
	struct addrinfo want = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	char host[256];
	int one = 1;

	size_t n = colon ? (size_t)(colon - address) : 0;
	bool v6 = n >= 2 && address[0] == '[' && address[n - 1] == ']';
	snprintf(host, sizeof(host), "%.*s", (int)(v6 ? n - 2 : n), address + v6);
	int bad = colon ? getaddrinfo(*host ? host : NULL, colon + 1, &want, &found) : EAI_NONAME;
	if (bad)
		return ew_error_set(e, NULL, 0, "cannot look up \"%s\" in \"admin\": %s", address,
		                    gai_strerror(bad));
	a->tcp.fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool good = a->tcp.fd >= 0 &&
	            setsockopt(a->tcp.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	            bind(a->tcp.fd, found->ai_addr, found->ai_addrlen) == 0 &&
	            start_listening(a, &a->tcp, on_tcp);
	int why = errno;
	freeaddrinfo(found);
	return good || ew_error_set(e, NULL, 0,
	                            "cannot listen on %s: %s; give \"admin\" another \"listen\", or \"\" "
	                            "for none", address, strerror(why));
}

/* A socket that nobody listens on was left behind by a process that was killed. */
static bool clear_stale(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	if (fd < 0)
		return false;
	bool dead = connect(fd, (const struct sockaddr *)at, sizeof(*at)) != 0 && errno == ECONNREFUSED;
	close(fd);
	return dead && lstat(at->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) && unlink(at->sun_path) == 0;
}

/* /run is emptied at each start of the machine.  One folder, no more: a typing error shall not grow a tree. */
static void make_folder_of(const char *path)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = 0;
	(void)mkdir(folder, 0755); /* binding tells what is wrong */
}

static bool open_unix(struct ew_admin *a, const char *path, struct ew_error *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;

	if (strlen(path) >= sizeof(at.sun_path))
		return ew_error_set(e, NULL, 0, "the path of \"socket\" is longer than %zu bytes",
		                    sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path));
	make_folder_of(path);
	a->unix_.control = true;
	a->unix_.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* Before bind, so that there is no moment at which others may connect. */
	bool good = a->unix_.fd >= 0 && fchmod(a->unix_.fd, 0660) == 0;
	if (good && bind(a->unix_.fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		good = errno == EADDRINUSE && clear_stale(&at) &&
		       bind(a->unix_.fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	if (!good) {
		const char *why = errno == 0 || errno == EADDRINUSE ? "another process listens there"
		                                                    : strerror(errno);
		return ew_error_set(e, NULL, 0,
		                    "cannot open the control socket %s: %s; name a path in a folder that "
		                    "eventwall may write to in \"admin\", \"socket\", or \"\" for none", path, why);
	}
	a->path = strdup(path);
	if (!a->path || chmod(path, 0660) != 0 || lstat(path, &st) != 0 ||
	    !start_listening(a, &a->unix_, on_unix))
		return ew_error_set(e, NULL, 0, "cannot open the control socket %s: %s", path, strerror(errno));
	a->path_dev = st.st_dev;
	a->path_ino = st.st_ino;
	return true;
}

struct ew_admin *ew_admin_open(struct event_base *base, const struct ew_config *c,
                               const struct ew_admin_ops *ops, void *arg, struct ew_error *e)
{
	struct ew_admin *a = calloc(1, sizeof(*a));

	if (!a) {
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	a->base = base;
	a->ops = ops;
	a->arg = arg;
	a->tcp.fd = a->unix_.fd = -1;
	if ((*c->admin.listen && !open_tcp(a, c->admin.listen, e)) ||
	    (*c->admin.socket && !open_unix(a, c->admin.socket, e)))
		ew_admin_close(&a);
	return a;
}

static void close_listener(struct listener *l)
{
	if (l->event)
		event_free(l->event);
	if (l->fd >= 0)
		close(l->fd);
}

void ew_admin_close(struct ew_admin **ap)
{
	struct ew_admin *a = *ap;
	struct stat st;

	*ap = NULL;
	if (!a)
		return;
	while (a->connections)
		close_connection(a->connections);
	/* The loop has ended, so nobody calls on_reloaded() any more. */
	while (a->waiters) {
		struct waiter *w = a->waiters;
		a->waiters = w->next;
		free(w);
	}
	if (a->path && lstat(a->path, &st) == 0 && st.st_dev == a->path_dev && st.st_ino == a->path_ino)
		unlink(a->path);
	close_listener(&a->tcp);
	close_listener(&a->unix_);
	free(a->path);
	free(a);
}
