/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Stands in for libFuzzer where the compiler has none: replays every file of the corpus folder
 * tests/fuzz/corpus/NAME (NAME from the program's own name, fuzz_NAME), or the files given as
 * arguments, plus each file cut short and with single bytes turned, so that a plain `make check` walks
 * damaged input as well.  TAP output: one line. */

#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST (1u << 20)

static size_t inputs;

static void play(const uint8_t *data, size_t n)
{
	/* An exact heap copy, so that AddressSanitizer sees over-reads. */
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, data, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	inputs++;
}

static void play_damaged(uint8_t *data, size_t n)
{
	size_t step = n / 64 + 1;

	for (size_t i = 0; i < n; i += step) {
		uint8_t was = data[i];
		play(data, i);
		data[i] = (uint8_t)(was ^ 0x80);
		play(data, n);
		data[i] = 0;
		play(data, n);
		data[i] = was;
	}
}

static int play_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(FILE_MOST);

	if (!f || !data) {
		perror(path);
		return 1;
	}
	size_t n = fread(data, 1, FILE_MOST, f);
	fclose(f);
	play(data, n);
	play_damaged(data, n);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			bad |= play_file(argv[i]);
	} else {
		const char *name = strstr(argv[0], "fuzz_");
		const char *top = getenv("EW_SRCDIR");
		char dir[512], path[1024];
		while (name && strstr(name + 1, "fuzz_"))
			name = strstr(name + 1, "fuzz_");
		snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s", top ? top : ".", name ? name + 5 : "");
		DIR *d = opendir(dir);
		if (!d) {
			printf("not ok 1 - no corpus in %s\n1..1\n", dir);
			return 1;
		}
		for (struct dirent *e; (e = readdir(d));) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
			bad |= play_file(path);
		}
		closedir(d);
	}
	printf("%sok 1 - %zu inputs survived\n1..1\n", bad || !inputs ? "not " : "", inputs);
	return bad || !inputs;
}
