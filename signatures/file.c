/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A file that an operator named, read whole.  One byte more is asked for than is taken, so that a file that is
 * too large is refused and never cut. */

#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t file_max = (size_t)16 << 20;

uint8_t *ew_file_read(const char *path, const char *what, size_t *n_r, struct ew_error *e)
{
	FILE *f = fopen(path, "rb");
	uint8_t *text = malloc(file_max + 1);
	uint8_t *fitting = NULL;
	size_t n;

	if (!f)
		ew_error_set(e, path, 0, "cannot open the %s: %s", what, strerror(errno));
	else if (!text)
		ew_error_set(e, path, 0, "no memory for the %s", what);
	else if ((n = fread(text, 1, file_max + 1, f)), ferror(f))
		ew_error_set(e, path, 0, "cannot read the %s: %s", what, strerror(errno));
	else if (n > file_max)
		ew_error_set(e, path, 0, "a %s has at most 16 MiB; split it", what);
	else if (!(fitting = realloc(text, n + 1)))
		ew_error_set(e, path, 0, "no memory for the %s", what);
	else
		*n_r = n;
	if (!fitting)
		free(text);
	if (f)
		fclose(f);
	return fitting;
}
