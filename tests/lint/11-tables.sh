#!/bin/sh
# What the tables in the source name stands in the documents.
. "${EW_SRCDIR:-.}/tests/lint/tap.sh"

undocumented() { # FILE, names on standard input
	while read -r name; do
		grep -qF "\`$name\`" "$1" || echo "$name"
	done
}

report_empty "docs/envelopes.md has each envelope" \
	"$(sed -n 's/^	{ "\([a-z.0-9]*\)".*/\1/p' protocols/envelope_table.c | undocumented docs/envelopes.md)"
report_empty "docs/envelopes.md has no other" \
	"$(sed -n 's/^| \(`[^|]*\) |.*/\1/p' docs/envelopes.md | tr -d '`,' | tr ' ' '\n' | sort -u |
		while read -r name; do grep -qF "{ \"$name\", EW_ENVELOPE" protocols/envelope_table.c || echo "$name"; done)"
report_empty "docs/signatures.md has each anomaly" \
	"$(sed -n 's/^EW_ANOMALY_ROW([A-Z0-9_]*, *"\([a-z0-9_]*\)".*/\1/p' include/eventwall/anomaly.def |
		undocumented docs/signatures.md)"
for table in directive operator action ctl transform; do
	report_empty "docs/seclang.md has each name of $table.def" \
		"$(sed -n 's/^EW_SECLANG_[A-Z]*([A-Z0-9_]*, "\([A-Za-z0-9_]*\)".*/\1/p' "signatures/seclang/$table.def" |
			undocumented docs/seclang.md)"
done
report_empty "docs/seclang.md has each part of mapping.def" \
	"$(sed -n 's/^EW_SECLANG_PART("\([a-z]*\)", "\([a-z_]*\)".*/| \1 | `\2` |/p' signatures/seclang/mapping.def |
		while read -r row; do grep -qF "$row" docs/seclang.md || echo "$row"; done)"
finish
