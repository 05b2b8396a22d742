# Unit tests of protocols/: link libprotocols and libcore.
http1_tests = \
	tests/unit/test_http1_chunked \
	tests/unit/test_http1_generated \
	tests/unit/test_http1_path \
	tests/unit/test_http1_request \
	tests/unit/test_http1_response
check_PROGRAMS += $(http1_tests)
TESTS += $(http1_tests)
check_PROGRAMS += tests/unit/check_http1
tests_unit_check_http1_LDADD = $(PROTOCOLS_LIBS)
TESTS += tests/unit/test_http1_suite.py
EXTRA_DIST += tests/unit/test_http1_suite.py
tests_unit_test_http1_chunked_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_http1_generated_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_http1_path_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_http1_request_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_http1_response_LDADD = $(PROTOCOLS_LIBS)

protocols_decode_tests = \
	tests/unit/test_decode \
	tests/unit/test_envelope \
	tests/unit/test_event \
	tests/unit/test_json \
	tests/unit/test_json_suite
check_PROGRAMS += $(protocols_decode_tests)
TESTS += $(protocols_decode_tests)
tests_unit_test_decode_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_envelope_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_event_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_json_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_json_suite_LDADD = $(PROTOCOLS_LIBS)

codec_tests = \
	tests/unit/test_base64 \
	tests/unit/test_base85 \
	tests/unit/test_brotli \
	tests/unit/test_escape \
	tests/unit/test_eword \
	tests/unit/test_form \
	tests/unit/test_gzip \
	tests/unit/test_jwt \
	tests/unit/test_length \
	tests/unit/test_lz4 \
	tests/unit/test_multipart \
	tests/unit/test_percent \
	tests/unit/test_snappy \
	tests/unit/test_unpack \
	tests/unit/test_mail \
	tests/unit/test_pieces \
	tests/unit/test_strings \
	tests/unit/test_uu \
	tests/unit/test_xml \
	tests/unit/test_yaml \
	tests/unit/test_token \
	tests/unit/test_zlib \
	tests/unit/test_zstd
check_PROGRAMS += $(codec_tests)
TESTS += $(codec_tests)
tests_unit_test_escape_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_eword_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_form_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_multipart_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_brotli_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)
tests_unit_test_jwt_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_token_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_length_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)
tests_unit_test_lz4_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_snappy_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_unpack_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_percent_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_base64_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_base85_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_gzip_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_mail_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_pieces_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_strings_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_uu_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_xml_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_yaml_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_zlib_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_zstd_LDADD = $(PROTOCOLS_LIBS)
mqtt_tests = \
	tests/unit/test_mqtt_parse \
	tests/unit/test_mqtt_property \
	tests/unit/test_mqtt_topic
check_PROGRAMS += $(mqtt_tests)
TESTS += $(mqtt_tests)
tests_unit_test_mqtt_parse_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_mqtt_property_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_mqtt_topic_LDADD = $(PROTOCOLS_LIBS)

binary_tests = \
	tests/unit/test_bson \
	tests/unit/test_cbor \
	tests/unit/test_msgpack \
	tests/unit/test_smile \
	tests/unit/test_spell
check_PROGRAMS += $(binary_tests)
check_PROGRAMS += tests/unit/check_formats
TESTS += $(binary_tests)
TESTS += tests/unit/test_formats_suite.py tests/unit/test_json_readers.py
EXTRA_DIST += tests/unit/test_formats_suite.py tests/unit/test_json_readers.py
tests_unit_check_formats_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_bson_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_cbor_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_msgpack_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_smile_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_spell_LDADD = $(PROTOCOLS_LIBS)

schema_tests = \
	tests/unit/test_avro \
	tests/unit/test_binary_suite \
	tests/unit/test_grpc \
	tests/unit/test_protobuf \
	tests/unit/test_protobuf_schema \
	tests/unit/test_schema \
	tests/unit/test_senml \
	tests/unit/test_sparkplug
check_PROGRAMS += $(schema_tests)
TESTS += $(schema_tests)
noinst_HEADERS += tests/unit/wire.h
tests_unit_test_avro_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_binary_suite_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_grpc_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_protobuf_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_protobuf_schema_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_schema_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_senml_LDADD = $(PROTOCOLS_LIBS)
tests_unit_test_sparkplug_LDADD = $(PROTOCOLS_LIBS)

hostile_tests = tests/unit/test_allocations tests/unit/test_hostile tests/unit/test_hostile_size
check_PROGRAMS += $(hostile_tests)
TESTS += $(hostile_tests)
noinst_HEADERS += tests/unit/packed.h tests/unit/suites.h
tests_unit_test_allocations_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)
tests_unit_test_hostile_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)
tests_unit_test_hostile_size_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)

check_PROGRAMS += tests/unit/test_proxy_header
TESTS += tests/unit/test_proxy_header
tests_unit_test_proxy_header_LDADD = $(PROTOCOLS_LIBS)
