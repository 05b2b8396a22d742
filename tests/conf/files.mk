# The examples and documents beside the program, checked with it.
conf_tests = \
	tests/conf/conformance.py \
	tests/conf/corpus.py \
	tests/conf/decode.py \
	tests/conf/eventlog.py \
	tests/conf/evasion.py \
	tests/conf/examples.py \
	tests/conf/explain.py \
	tests/conf/policy.py \
	tests/conf/replay.py \
	tests/conf/rules.py
dist_check_SCRIPTS += $(conf_tests)
EXTRA_DIST += tests/corpus.py tests/schema.py tests/wrap.py
TESTS += $(conf_tests)
