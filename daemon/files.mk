# The process: everything but main() is a library, so that tests can link parts of it.
bin_PROGRAMS += eventwall
noinst_LIBRARIES += libdaemon.a
DAEMON_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) -I$(builddir) -D_GNU_SOURCE $(LIBEVENT_CFLAGS) \
	$(RDKAFKA_CFLAGS) $(JANSSON_CFLAGS) -DEW_DATADIR='"$(pkgdatadir)"' -DEW_CONFFILE='"$(sysconfdir)/eventwall/eventwall.json"' -DEW_CACHEDIR='"$(localstatedir)/cache/eventwall"'
DAEMON_LIBS = libdaemon.a libsignatures.a libprotocols.a libcore.a $(LIBEVENT_LIBS) $(RDKAFKA_LIBS) \
	$(JANSSON_LIBS) $(HS_LIBS) $(CRYPTO_LIBS) $(PCRE2_LIBS) $(EXPAT_LIBS) $(UNPACK_LIBS) -lpthread
libdaemon_a_CPPFLAGS = $(DAEMON_CPPFLAGS)
libdaemon_a_SOURCES = \
	daemon/admin.c \
	daemon/admin.h \
	daemon/buffer.c \
	daemon/buffer.h \
	daemon/burst.c \
	daemon/burst.h \
	daemon/cloudevent.c \
	daemon/cloudevent.h \
	daemon/cmd_check.c \
	daemon/cmd_decode.c \
	daemon/cmd_explain.c \
	daemon/cmd_reload.c \
	daemon/cmd_replay.c \
	daemon/cmd_rules.c \
	daemon/cmd_run.c \
	daemon/cmd_status.c \
	daemon/cmd_version.c \
	daemon/commands.h \
	daemon/config.c \
	daemon/config.def \
	daemon/config.h \
	daemon/config_descriptors.c \
	daemon/fetch.c \
	daemon/registry.c \
	daemon/config_identity.c \
	daemon/config_keys.c \
	daemon/config_keys.h \
	daemon/config_policy.c \
	daemon/config_print.c \
	daemon/config_resolve.c \
	daemon/config_routes.c \
	daemon/config_text.c \
	daemon/config_values.c \
	daemon/conn.c \
	daemon/conn.h \
	daemon/control.c \
	daemon/control.h \
	daemon/delivery.c \
	daemon/delivery.h \
	daemon/event.c \
	daemon/event.h \
	daemon/eventlog.c \
	daemon/eventlog.h \
	daemon/eventlog_line.c \
	daemon/eventlog_line.h \
	daemon/excerpt.c \
	daemon/excerpt.h \
	daemon/explain.c \
	daemon/explain.h \
	daemon/generation.c \
	daemon/generation.h \
	daemon/http_back.h \
	daemon/http_client.c \
	daemon/http_front.h \
	daemon/http_listener.c \
	daemon/http_outgoing.c \
	daemon/http_outgoing.h \
	daemon/http_pool.c \
	daemon/http_reply.c \
	daemon/http_request.c \
	daemon/http_peers.c \
	daemon/http_peers.h \
	daemon/http_route.c \
	daemon/http_route.h \
	daemon/json_value.c \
	daemon/kafka_client.c \
	daemon/kafka_client.h \
	daemon/kafka_member.c \
	daemon/kafka_member.h \
	daemon/kafka_table.c \
	daemon/kafka_table.h \
	daemon/kafka_record.c \
	daemon/kafka_record.h \
	daemon/kafka_txn.c \
	daemon/kafka_txn.h \
	daemon/kafka_txn_producer.c \
	daemon/kafka_txn_producer.h \
	daemon/metrics.c \
	daemon/metrics.h \
	daemon/mqtt_flight.c \
	daemon/mqtt_flight.h \
	daemon/mqtt_link.c \
	daemon/mqtt_link.h \
	daemon/mqtt_properties.c \
	daemon/mqtt_properties.h \
	daemon/name.c \
	daemon/name.h \
	daemon/notify.c \
	daemon/notify.h \
	daemon/pipeline.c \
	daemon/policy.c \
	daemon/pipeline.h \
	daemon/policy.h \
	daemon/process.c \
	daemon/process.h \
	daemon/resolve.c \
	daemon/resolve.h \
	daemon/record.c \
	daemon/record.h \
	daemon/sample.c \
	daemon/sample.h \
	daemon/trial.c \
	daemon/trial.h \
	daemon/sink.h \
	daemon/sink_http.c \
	daemon/sink_kafka.c \
	daemon/sink_mqtt.c \
	daemon/source.h \
	daemon/source_http.c \
	daemon/source_kafka.c \
	daemon/source_mqtt.c \
	daemon/stats.c \
	daemon/stats.def \
	daemon/stats.h \
	daemon/watermark.c \
	daemon/wrap.c \
	daemon/wrap.h \
	daemon/watermark.h \
	daemon/worker.c \
	daemon/worker.h
eventwall_CPPFLAGS = $(DAEMON_CPPFLAGS)
eventwall_SOURCES = daemon/main.c
eventwall_LDADD = $(DAEMON_LIBS)
