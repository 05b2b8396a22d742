# Lint: layers, headers alone, banned calls, tables and documents that must agree.
lint_tests = \
	tests/lint/00-layers.sh \
	tests/lint/01-headers.sh \
	tests/lint/02-text.sh \
	tests/lint/10-config-docs.sh \
	tests/lint/11-tables.sh
dist_check_SCRIPTS += $(lint_tests)
EXTRA_DIST += tests/lint/tap.sh
TESTS += $(lint_tests)
