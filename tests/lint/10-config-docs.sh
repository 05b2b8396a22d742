#!/bin/sh
# What is printed from the table of keys and committed must be what the program prints.
. "${EW_SRCDIR:-.}/tests/lint/tap.sh"

program=${EW_BUILDDIR:-build}/eventwall

fresh() { # OPTION FILE
	report_empty "$2 is what \`eventwall check $1\` prints" \
		"$("$program" check "$1" 2>&1 | diff "$2" - 2>&1 | head -n 5)"
}

fresh --print-schema conf/eventwall.schema.json
fresh --print-reference docs/configuration.md
fresh --print-man docs/eventwall.conf.5
finish
