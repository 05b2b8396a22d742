#!/bin/sh
# The first command of the README, to its end: every event meets its expected end over every source.
build=${EW_BUILDDIR:-build}
out=$(EW_BUILD="$build" timeout 300 sh "${EW_SRCDIR:-.}/conf/quickstart/run" --once 2>&1)
code=$?
printf '%s\n' "$out" | sed 's/^/# /'
if [ "$code" -eq 0 ] && printf '%s\n' "$out" | grep -q '^66 of 66 events met their expected end'; then
	echo "ok 1 - the quickstart plays 66 events to their expected ends"
else
	echo "not ok 1 - the quickstart plays 66 events to their expected ends (exit code $code)"
fi
echo "1..1"
