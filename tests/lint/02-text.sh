#!/bin/sh
# Calls we do not make, words we do not leave behind, the licence on every file, ASCII in code.
. "${EW_SRCDIR:-.}/tests/lint/tap.sh"

code() { find include protocols signatures daemon tests conf -name '*.[ch]' | sort; }

banned() {
	grep -nE "(^|[^a-zA-Z0-9_>.])($1)[ ]*\(" $(code) | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/?\*|//)' || true
}

report_empty "no unbounded string calls" "$(banned 'strcpy|strcat|sprintf|vsprintf|strtok|gets|alloca|atoi|atol')"
report_empty "no malloc in protocols but for core" "$(grep -nE '[^a-z_](malloc|calloc|realloc)[ ]*\(' protocols/*.c || true)"
report_empty "no exit() outside main" "$(grep -nE '[^a-z_]_?exit[ ]*\(' $(find protocols signatures daemon -name '*.c' ! -name main.c) || true)"
report_empty "no work left for later" "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $(code) || true)"
report_empty "ASCII only" "$(LC_ALL=C grep -nP '[^\x00-\x7f]' $(code) || true)"
report_empty "at most 116 columns with tabs of 8" "$(for f in $(code); do expand -t 8 "$f" | awk -v f="$f" 'length($0) > 116 {print f ":" NR ": " length($0)}'; done)"
report_empty "the licence on every C file" "$(for f in $(code); do head -n 3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$f"; done)"
report_empty "every source file and header is listed in a files.mk" "$(for f in $(code | grep -v '^tests/.*\.c$'); do
	[ -f "$f" ] && { grep -qrF "$f" --include='*.mk' . || echo "$f"; }; done)"
finish
