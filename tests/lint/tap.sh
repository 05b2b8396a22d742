# Test Anything Protocol for shell: check NAME COMMAND..., then finish.  Sourced by lint scripts, which
# run in the source folder.
tap_count=0
tap_failed=0

# report 0|1 NAME [DIAGNOSTIC]
report() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=1
		[ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# Passes if the text is empty; else the text is the diagnostic.
report_empty() {
	if [ -z "$2" ]; then report 0 "$1"; else report 1 "$1" "$2"; fi
}

finish() {
	echo "1..$tap_count"
	exit "$tap_failed"
}

cd "${EW_SRCDIR:-.}" || exit 1
