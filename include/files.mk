# The vocabulary: one noun a header, tables beside them.
noinst_HEADERS += \
	include/eventwall/anomaly.def \
	include/eventwall/address.h \
	include/eventwall/aliases.h \
	include/eventwall/anomaly.h \
	include/eventwall/arena.h \
	include/eventwall/avro.h \
	include/eventwall/bytes.h \
	include/eventwall/checksum.h \
	include/eventwall/codec.h \
	include/eventwall/error.h \
	include/eventwall/event.h \
	include/eventwall/field.h \
	include/eventwall/http1.h \
	include/eventwall/json_locate.h \
	include/eventwall/limits.h \
	include/eventwall/message.h \
	include/eventwall/mqtt.h \
	include/eventwall/mqtt_fault.def \
	include/eventwall/mqtt_property.def \
	include/eventwall/mqtt_reason.def \
	include/eventwall/nearest.h \
	include/eventwall/protobuf.h \
	include/eventwall/protocol.h \
	include/eventwall/proxy_header.h \
	include/eventwall/ruleset.h \
	include/eventwall/siphash.h \
	include/eventwall/status.def \
	include/eventwall/status.h \
	include/eventwall/unpackers.h
