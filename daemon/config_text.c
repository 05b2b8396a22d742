/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the parts of the loader share: saying where a mistake is, filling in values from the environment
 * and from secret files.  The trap: a mistake is reported and reading goes on, so that one run tells
 * all of them; whoever reports must leave the value in a state that can be freed. */

#include "daemon/config_keys.h"
#include "eventwall/json_locate.h"
#include "eventwall/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MOST 65536

static void tell(struct ew_config_reader *r, bool doubt, const char *fmt, va_list ap)
{
	struct ew_error e;
	char text[sizeof(e.text)];

	vsnprintf(text, sizeof(text), fmt, ap);
	ew_error_set(&e, r->file, ew_json_line(r->text, r->path), "%s", text);
	if (!doubt)
		r->errors++;
	r->report(r->arg, doubt, &e);
}

void ew_config_fault(struct ew_config_reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(r, false, fmt, ap);
	va_end(ap);
}

void ew_config_doubt(struct ew_config_reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(r, true, fmt, ap);
	va_end(ap);
}

size_t ew_config_enter(struct ew_config_reader *r, const char *fmt, ...)
{
	size_t was = strlen(r->path);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->path + was, sizeof(r->path) - was, fmt, ap);
	va_end(ap);
	return was;
}

void ew_config_leave(struct ew_config_reader *r, size_t was)
{
	r->path[was] = '\0';
}

const char *ew_config_hint(char *out, size_t cap, const char *word, const char *const *known, size_t n)
{
	const char *near = ew_nearest(word, known, n);

	out[0] = '\0';
	if (near)
		snprintf(out, cap, "; did you mean \"%s\"?", near);
	return out;
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= 'a' && s[n] <= 'z') || s[n] == '_' ||
	       (n > 0 && s[n] >= '0' && s[n] <= '9'))
		n++;
	return n;
}

/* One `${...}` at `s`; answers where reading goes on, NULL after a fault. */
static const char *expand_one(struct ew_config_reader *r, const char *s, bool topic, FILE *out)
{
	const char *end = strchr(s, '}');
	char name[128];

	if (!end) {
		ew_config_fault(r, "\"${\" without \"}\"; write \"$${\" for a literal \"${\"");
		return NULL;
	}
	size_t n = name_length(s + 2);
	const char *rest = s + 2 + n;
	bool has_default = rest[0] == ':' && rest[1] == '-';
	if (n == 0 || n >= sizeof(name) || (rest != end && !has_default)) {
		ew_config_fault(r, "\"%.*s\" names no environment variable; write \"${NAME}\" or "
		                   "\"${NAME:-default}\", or \"$${\" for a literal \"${\"",
		                (int)(end + 1 - s), s);
		return NULL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)n, s + 2);
	if (topic && !has_default && !strcmp(name, "topic")) {
		fputs("${topic}", out);
		return end + 1;
	}
	const char *value = getenv(name);
	if (has_default && (!value || !*value)) {
		fwrite(rest + 2, 1, (size_t)(end - rest - 2), out);
		return end + 1;
	}
	if (!value) {
		ew_config_fault(r, "environment variable %s is not set; set it, or write "
		                   "\"${%s:-default}\"", name, name);
		return NULL;
	}
	fputs(value, out);
	return end + 1;
}

char *ew_config_expand(struct ew_config_reader *r, const char *s, bool topic)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (!out) {
		ew_config_fault(r, "out of memory");
		return NULL;
	}
	while (s && *s) {
		if (!strncmp(s, "$${", 3)) {
			fputs("${", out);
			s += 3;
		} else if (!strncmp(s, "${", 2)) {
			s = expand_one(r, s, topic, out);
		} else {
			fputc(*s++, out);
		}
	}
	if (fclose(out) != 0 || !s) {
		free(text);
		return NULL;
	}
	return text;
}

char *ew_config_path(const struct ew_config_reader *r, const char *path)
{
	char *full;

	if (path[0] == '/' || !r->folder[0])
		return strdup(path);
	return asprintf(&full, "%s/%s", r->folder, path) < 0 ? NULL : full;
}

char *ew_config_secret(struct ew_config_reader *r, const char *path)
{
	char *full = ew_config_path(r, path);
	char *text = calloc(1, SECRET_MOST + 1);
	/* Not blocking: a pipe in place of the file must not stop a reload. */
	int fd = full ? open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct stat st;
	size_t n = 0;
	ssize_t got = 0;
	bool good = false;

	if (!full || !text) {
		ew_config_fault(r, "out of memory");
	} else if (fd < 0 || fstat(fd, &st) != 0) {
		ew_config_fault(r, "cannot read the secret file %s: %s", full, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		ew_config_fault(r, "the secret file %s is not a regular file", full);
	} else {
		while (n <= SECRET_MOST && (got = read(fd, text + n, SECRET_MOST + 1 - n)) > 0)
			n += (size_t)got;
		if (got < 0)
			ew_config_fault(r, "cannot read the secret file %s: %s", full, strerror(errno));
		else if (n > SECRET_MOST)
			ew_config_fault(r, "the secret file %s is larger than %d bytes", full, SECRET_MOST);
		else if (memchr(text, '\0', n))
			ew_config_fault(r, "the secret file %s has a NUL byte in it; a secret is text", full);
		else
			good = true;
	}
	if (fd >= 0)
		close(fd);
	free(full);
	if (!good) {
		free(text);
		return NULL;
	}
	if (n > 0 && text[n - 1] == '\n')
		n--;
	if (n > 0 && text[n - 1] == '\r')
		n--;
	text[n] = '\0';
	return text;
}
