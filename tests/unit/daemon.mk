# Unit tests of daemon/ parts that need no socket.
daemon_config_tests = \
	tests/unit/test_config
check_PROGRAMS += $(daemon_config_tests)
TESTS += $(daemon_config_tests)
tests_unit_test_config_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_config_LDADD = $(DAEMON_LIBS)
daemon_plain_tests = \
	tests/unit/test_watermark
check_PROGRAMS += $(daemon_plain_tests)
TESTS += $(daemon_plain_tests)
tests_unit_test_watermark_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_watermark_LDADD = $(DAEMON_LIBS)
