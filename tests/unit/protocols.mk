# Unit tests of protocols/: link libprotocols and libcore.
protocols_decode_tests = \
	tests/unit/test_decode
check_PROGRAMS += $(protocols_decode_tests)
TESTS += $(protocols_decode_tests)
tests_unit_test_decode_LDADD = $(PROTOCOLS_LIBS)
