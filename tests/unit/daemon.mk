# Unit tests of daemon/ parts that need no socket.
daemon_config_tests = \
	tests/unit/test_admin \
	tests/unit/test_config \
	tests/unit/test_eventlog \
	tests/unit/test_metrics
check_PROGRAMS += $(daemon_config_tests)
TESTS += $(daemon_config_tests)
tests_unit_test_admin_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_admin_LDADD = $(DAEMON_LIBS)
tests_unit_test_config_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_config_LDADD = $(DAEMON_LIBS)
daemon_plain_tests = \
	tests/unit/test_watermark
check_PROGRAMS += $(daemon_plain_tests)
TESTS += $(daemon_plain_tests)
tests_unit_test_watermark_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_watermark_LDADD = $(DAEMON_LIBS)
tests_unit_test_eventlog_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_eventlog_LDADD = $(DAEMON_LIBS)
tests_unit_test_metrics_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_metrics_LDADD = $(DAEMON_LIBS)
daemon_mqtt_tests = \
	tests/unit/test_mqtt_alias \
	tests/unit/test_mqtt_flight \
	tests/unit/test_mqtt_owed \
	tests/unit/test_mqtt_refuse \
	tests/unit/test_mqtt_rules
check_PROGRAMS += $(daemon_mqtt_tests)
TESTS += $(daemon_mqtt_tests)
tests_unit_test_mqtt_flight_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_mqtt_flight_LDADD = libdaemon.a libcore.a
tests_unit_test_mqtt_alias_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_mqtt_alias_LDADD = libdaemon.a $(PROTOCOLS_LIBS)
tests_unit_test_mqtt_owed_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_mqtt_owed_LDADD = libdaemon.a $(PROTOCOLS_LIBS)
tests_unit_test_mqtt_refuse_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_mqtt_refuse_LDADD = libdaemon.a $(PROTOCOLS_LIBS)
tests_unit_test_mqtt_rules_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_mqtt_rules_LDADD = libdaemon.a $(PROTOCOLS_LIBS)
daemon_http_tests = \
	tests/unit/test_buffer \
	tests/unit/test_burst \
	tests/unit/test_http_outgoing \
	tests/unit/test_http_peers \
	tests/unit/test_http_route \
	tests/unit/test_json_value
check_PROGRAMS += $(daemon_http_tests)
TESTS += $(daemon_http_tests)
tests_unit_test_buffer_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_buffer_LDADD = libdaemon.a libcore.a
tests_unit_test_burst_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_burst_LDADD = libdaemon.a libcore.a $(LIBEVENT_LIBS)
tests_unit_test_http_peers_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_http_peers_LDADD = libdaemon.a libcore.a
tests_unit_test_http_route_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_http_route_LDADD = libdaemon.a $(PROTOCOLS_LIBS)
tests_unit_test_json_value_CPPFLAGS = $(DAEMON_CPPFLAGS) -I$(srcdir)/tests/unit
tests_unit_test_json_value_LDADD = libdaemon.a libcore.a
tests_unit_test_http_outgoing_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_test_http_outgoing_LDADD = $(DAEMON_LIBS)

check_PROGRAMS += tests/unit/test_websocket
TESTS += tests/unit/test_websocket
tests_unit_test_websocket_CPPFLAGS = $(DAEMON_CPPFLAGS) -I$(srcdir)/tests/unit
tests_unit_test_websocket_LDADD = libdaemon.a $(PROTOCOLS_LIBS) $(WSLAY_LIBS) $(CRYPTO_LIBS)
