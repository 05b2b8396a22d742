#!/bin/sh
# Each header compiles alone.
. "${EW_SRCDIR:-.}/tests/lint/tap.sh"
flags="-std=c11 -D_GNU_SOURCE -Wall -Werror -Iinclude -I. $(pkg-config --cflags libevent_core jansson rdkafka libhs 2>/dev/null)"
for h in include/eventwall/*.h protocols/*.h signatures/*.h daemon/*.h; do
	[ -f "$h" ] || continue
	out=$(printf '#include "%s"\n' "${h#include/}" | ${CC:-cc} $flags -x c -fsyntax-only - 2>&1)
	report $? "$h compiles alone" "$out"
done
finish
