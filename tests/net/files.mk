# The whole program against real peers on loopback.
EXTRA_DIST += tests/net/harness.py tests/net/kafka_peer.py tests/net/mqtt_wire.py tests/net/websocket_wire.py

# Peers: a real Apache Kafka from its Maven coordinates, and librdkafka's mock of one.
dist_noinst_SCRIPTS += tests/net/kafka-fetch tests/net/kafka-start
noinst_PROGRAMS += mock-kafka
mock_kafka_SOURCES = tests/net/mock-kafka.c
mock_kafka_CPPFLAGS = $(AM_CPPFLAGS) $(RDKAFKA_CFLAGS)
mock_kafka_LDADD = $(RDKAFKA_LIBS)

# A client of paho's library for C, where there is one.
EXTRA_DIST += tests/net/client_mosquitto.py tests/net/client_mqttjs.js tests/net/client_paho.py
EXTRA_PROGRAMS += client-paho
client_paho_SOURCES = tests/net/client_paho.c
client_paho_LDADD = $(PAHO_LIBS) -lpthread
if HAVE_PAHO
check_PROGRAMS += client-paho
endif

net_tests = \
	tests/net/test_control.py \
	tests/net/test_endings.py \
	tests/net/test_http.py \
	tests/net/test_kafka.py \
	tests/net/test_kafka_faults.py \
	tests/net/test_mqtt.py \
	tests/net/test_mqtt_clients.py \
	tests/net/test_mqtt_edges.py \
	tests/net/test_mqtt_kill.py \
	tests/net/test_mqtt_proxy.py \
	tests/net/test_quickstart.sh \
	tests/net/test_registry.py \
	tests/net/test_reload.py \
	tests/net/test_seclang.py
EXTRA_DIST += $(net_tests)
TESTS += $(net_tests)
