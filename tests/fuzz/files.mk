# Fuzz drivers.  With --with-fuzzer they are libFuzzer programs; without, main.c replays the corpus
# folder tests/fuzz/corpus/<name>/ and so every driver is a plain test, too.
noinst_HEADERS += tests/fuzz/analyse.h tests/fuzz/fuzz.h tests/fuzz/open.h
EXTRA_DIST += tests/fuzz/corpus
fuzz_drivers =
check_PROGRAMS += $(fuzz_drivers)
if !WITH_FUZZER
fuzz_main = tests/fuzz/main.c
TESTS += $(fuzz_drivers)
endif
fuzz_ldflags = $(AM_LDFLAGS) $(EW_FUZZ_LDFLAGS)

# The names of the drivers of this build, for tests/fuzz/run.
.PHONY: fuzz-drivers
fuzz-drivers:
	@for d in $(fuzz_drivers); do echo "$${d##*/fuzz_}"; done

fuzz_drivers += tests/fuzz/fuzz_mqtt
EXTRA_DIST += tests/fuzz/fuzz_mqtt.dict
tests_fuzz_fuzz_mqtt_SOURCES = tests/fuzz/fuzz_mqtt.c $(fuzz_main)
tests_fuzz_fuzz_mqtt_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_mqtt_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_mqtt_proxy
EXTRA_DIST += tests/fuzz/fuzz_mqtt_proxy.dict
tests_fuzz_fuzz_mqtt_proxy_SOURCES = tests/fuzz/fuzz_mqtt_proxy.c $(fuzz_main)
tests_fuzz_fuzz_mqtt_proxy_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_fuzz_fuzz_mqtt_proxy_LDADD = $(DAEMON_LIBS)
tests_fuzz_fuzz_mqtt_proxy_LDFLAGS = $(fuzz_ldflags)

http1_fuzz = tests/fuzz/fuzz_http1_chunked tests/fuzz/fuzz_http1_request tests/fuzz/fuzz_http1_response
fuzz_drivers += $(http1_fuzz)
EXTRA_DIST += tests/fuzz/fuzz_http1_chunked.dict tests/fuzz/fuzz_http1_request.dict \
	tests/fuzz/fuzz_http1_response.dict
tests_fuzz_fuzz_http1_chunked_SOURCES = tests/fuzz/fuzz_http1_chunked.c $(fuzz_main)
tests_fuzz_fuzz_http1_chunked_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_http1_chunked_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_http1_request_SOURCES = tests/fuzz/fuzz_http1_request.c $(fuzz_main)
tests_fuzz_fuzz_http1_request_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_http1_request_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_http1_response_SOURCES = tests/fuzz/fuzz_http1_response.c $(fuzz_main)
tests_fuzz_fuzz_http1_response_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_http1_response_LDFLAGS = $(fuzz_ldflags)
fuzz_drivers += tests/fuzz/fuzz_avro tests/fuzz/fuzz_protobuf tests/fuzz/fuzz_protobuf_schema
EXTRA_DIST += tests/fuzz/fuzz_avro.dict tests/fuzz/fuzz_protobuf.dict tests/fuzz/fuzz_protobuf_schema.dict
tests_fuzz_fuzz_avro_SOURCES = tests/fuzz/fuzz_avro.c $(fuzz_main)
tests_fuzz_fuzz_avro_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_avro_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_protobuf_SOURCES = tests/fuzz/fuzz_protobuf.c $(fuzz_main)
tests_fuzz_fuzz_protobuf_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_protobuf_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_protobuf_schema_SOURCES = tests/fuzz/fuzz_protobuf_schema.c $(fuzz_main)
tests_fuzz_fuzz_protobuf_schema_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_protobuf_schema_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_sparkplug
EXTRA_DIST += tests/fuzz/fuzz_sparkplug.dict
tests_fuzz_fuzz_sparkplug_SOURCES = tests/fuzz/fuzz_sparkplug.c $(fuzz_main)
tests_fuzz_fuzz_sparkplug_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_sparkplug_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_base64
EXTRA_DIST += tests/fuzz/fuzz_base64.dict
tests_fuzz_fuzz_base64_SOURCES = tests/fuzz/fuzz_base64.c $(fuzz_main)
tests_fuzz_fuzz_base64_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_base64_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_base85
EXTRA_DIST += tests/fuzz/fuzz_base85.dict
tests_fuzz_fuzz_base85_SOURCES = tests/fuzz/fuzz_base85.c $(fuzz_main)
tests_fuzz_fuzz_base85_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_base85_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_envelope
EXTRA_DIST += tests/fuzz/fuzz_envelope.dict
tests_fuzz_fuzz_envelope_SOURCES = tests/fuzz/fuzz_envelope.c $(fuzz_main)
tests_fuzz_fuzz_envelope_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_envelope_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_escape
EXTRA_DIST += tests/fuzz/fuzz_escape.dict
tests_fuzz_fuzz_escape_SOURCES = tests/fuzz/fuzz_escape.c $(fuzz_main)
tests_fuzz_fuzz_escape_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_escape_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_form
EXTRA_DIST += tests/fuzz/fuzz_form.dict
tests_fuzz_fuzz_form_SOURCES = tests/fuzz/fuzz_form.c $(fuzz_main)
tests_fuzz_fuzz_form_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_form_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_inflate
EXTRA_DIST += tests/fuzz/fuzz_inflate.dict
tests_fuzz_fuzz_inflate_SOURCES = tests/fuzz/fuzz_inflate.c $(fuzz_main)
tests_fuzz_fuzz_inflate_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_inflate_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_multipart
EXTRA_DIST += tests/fuzz/fuzz_multipart.dict
tests_fuzz_fuzz_multipart_SOURCES = tests/fuzz/fuzz_multipart.c $(fuzz_main)
tests_fuzz_fuzz_multipart_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_multipart_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_percent
EXTRA_DIST += tests/fuzz/fuzz_percent.dict
tests_fuzz_fuzz_percent_SOURCES = tests/fuzz/fuzz_percent.c $(fuzz_main)
tests_fuzz_fuzz_percent_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_percent_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_strings
EXTRA_DIST += tests/fuzz/fuzz_strings.dict
tests_fuzz_fuzz_strings_SOURCES = tests/fuzz/fuzz_strings.c $(fuzz_main)
tests_fuzz_fuzz_strings_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_strings_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_uu
EXTRA_DIST += tests/fuzz/fuzz_uu.dict
tests_fuzz_fuzz_uu_SOURCES = tests/fuzz/fuzz_uu.c $(fuzz_main)
tests_fuzz_fuzz_uu_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_uu_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_xml
EXTRA_DIST += tests/fuzz/fuzz_xml.dict
tests_fuzz_fuzz_xml_SOURCES = tests/fuzz/fuzz_xml.c $(fuzz_main)
tests_fuzz_fuzz_xml_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_xml_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_yaml
EXTRA_DIST += tests/fuzz/fuzz_yaml.dict
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz_yaml.c $(fuzz_main)
tests_fuzz_fuzz_yaml_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_yaml_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_pattern tests/fuzz/fuzz_set
EXTRA_DIST += tests/fuzz/fuzz_pattern.dict tests/fuzz/fuzz_set.dict
tests_fuzz_fuzz_pattern_SOURCES = tests/fuzz/fuzz_pattern.c $(fuzz_main)
tests_fuzz_fuzz_pattern_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_pattern_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_pattern_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_set_SOURCES = tests/fuzz/fuzz_set.c $(fuzz_main)
tests_fuzz_fuzz_set_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_set_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_set_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_config
EXTRA_DIST += tests/fuzz/fuzz_config.dict
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(fuzz_main)
tests_fuzz_fuzz_config_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_fuzz_fuzz_config_LDADD = $(DAEMON_LIBS)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_ldflags)

json_fuzz = tests/fuzz/fuzz_decode tests/fuzz/fuzz_json
fuzz_drivers += $(json_fuzz)
EXTRA_DIST += tests/fuzz/fuzz_decode.dict tests/fuzz/fuzz_json.dict
tests_fuzz_fuzz_decode_SOURCES = tests/fuzz/fuzz_decode.c $(fuzz_main)
tests_fuzz_fuzz_decode_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_decode_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c $(fuzz_main)
tests_fuzz_fuzz_json_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_json_LDFLAGS = $(fuzz_ldflags)

EXTRA_DIST += tests/fuzz/fuzz_json_differential.dict
noinst_HEADERS += tests/fuzz/json_readers.h
if HAVE_JSON_PEERS
fuzz_drivers += tests/fuzz/fuzz_json_differential
tests_fuzz_fuzz_json_differential_SOURCES = \
	tests/fuzz/fuzz_json_differential.c tests/fuzz/json_reader_jsonc.c tests/fuzz/json_readers.c $(fuzz_main)
tests_fuzz_fuzz_json_differential_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(JSON_PEERS_CFLAGS)
tests_fuzz_fuzz_json_differential_LDADD = $(PROTOCOLS_LIBS) $(JANSSON_LIBS) $(JSON_PEERS_LIBS)
tests_fuzz_fuzz_json_differential_LDFLAGS = $(fuzz_ldflags)
endif

fuzz_drivers += tests/fuzz/fuzz_cbor
EXTRA_DIST += tests/fuzz/fuzz_cbor.dict
tests_fuzz_fuzz_cbor_SOURCES = tests/fuzz/fuzz_cbor.c $(fuzz_main)
tests_fuzz_fuzz_cbor_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_cbor_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_msgpack
EXTRA_DIST += tests/fuzz/fuzz_msgpack.dict
tests_fuzz_fuzz_msgpack_SOURCES = tests/fuzz/fuzz_msgpack.c $(fuzz_main)
tests_fuzz_fuzz_msgpack_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_msgpack_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_bson
EXTRA_DIST += tests/fuzz/fuzz_bson.dict
tests_fuzz_fuzz_bson_SOURCES = tests/fuzz/fuzz_bson.c $(fuzz_main)
tests_fuzz_fuzz_bson_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_bson_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_smile
EXTRA_DIST += tests/fuzz/fuzz_smile.dict
tests_fuzz_fuzz_smile_SOURCES = tests/fuzz/fuzz_smile.c $(fuzz_main)
tests_fuzz_fuzz_smile_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_smile_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_view
EXTRA_DIST += tests/fuzz/fuzz_view.dict
tests_fuzz_fuzz_view_SOURCES = tests/fuzz/fuzz_view.c $(fuzz_main)
tests_fuzz_fuzz_view_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_view_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_sqli
EXTRA_DIST += tests/fuzz/fuzz_sqli.dict
tests_fuzz_fuzz_sqli_SOURCES = tests/fuzz/fuzz_sqli.c $(fuzz_main)
tests_fuzz_fuzz_sqli_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_fuzz_fuzz_sqli_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_sqli_LDFLAGS = $(fuzz_ldflags)
fuzz_drivers += tests/fuzz/fuzz_shell
EXTRA_DIST += tests/fuzz/fuzz_shell.dict
tests_fuzz_fuzz_shell_SOURCES = tests/fuzz/fuzz_shell.c $(fuzz_main)
tests_fuzz_fuzz_shell_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_shell_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_shell_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_path
EXTRA_DIST += tests/fuzz/fuzz_path.dict
tests_fuzz_fuzz_path_SOURCES = tests/fuzz/fuzz_path.c $(fuzz_main)
tests_fuzz_fuzz_path_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_path_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_path_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_code
EXTRA_DIST += tests/fuzz/fuzz_code.dict
tests_fuzz_fuzz_code_SOURCES = tests/fuzz/fuzz_code.c $(fuzz_main)
tests_fuzz_fuzz_code_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_code_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_code_LDFLAGS = $(fuzz_ldflags)
# Analysers.
fuzz_drivers += tests/fuzz/fuzz_html
EXTRA_DIST += tests/fuzz/fuzz_html.dict
tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c $(fuzz_main)
tests_fuzz_fuzz_html_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_html_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_html_LDFLAGS = $(fuzz_ldflags)
fuzz_drivers += tests/fuzz/fuzz_url
EXTRA_DIST += tests/fuzz/fuzz_url.dict
tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz_url.c $(fuzz_main)
tests_fuzz_fuzz_url_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_url_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_url_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_xxe
EXTRA_DIST += tests/fuzz/fuzz_xxe.dict
tests_fuzz_fuzz_xxe_SOURCES = tests/fuzz/fuzz_xxe.c $(fuzz_main)
tests_fuzz_fuzz_xxe_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_xxe_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_xxe_LDFLAGS = $(fuzz_ldflags)
fuzz_drivers += tests/fuzz/fuzz_template
EXTRA_DIST += tests/fuzz/fuzz_template.dict
tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz_template.c $(fuzz_main)
tests_fuzz_fuzz_template_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_fuzz_fuzz_template_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_template_LDFLAGS = $(fuzz_ldflags)
fuzz_drivers += tests/fuzz/fuzz_nosqli
EXTRA_DIST += tests/fuzz/fuzz_nosqli.dict
tests_fuzz_fuzz_nosqli_SOURCES = tests/fuzz/fuzz_nosqli.c $(fuzz_main)
tests_fuzz_fuzz_nosqli_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_nosqli_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_nosqli_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_serialized
EXTRA_DIST += tests/fuzz/fuzz_serialized.dict
tests_fuzz_fuzz_serialized_SOURCES = tests/fuzz/fuzz_serialized.c $(fuzz_main)
tests_fuzz_fuzz_serialized_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_serialized_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_serialized_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_graphql
EXTRA_DIST += tests/fuzz/fuzz_graphql.dict
tests_fuzz_fuzz_graphql_SOURCES = tests/fuzz/fuzz_graphql.c $(fuzz_main)
tests_fuzz_fuzz_graphql_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_graphql_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_graphql_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_ldap
EXTRA_DIST += tests/fuzz/fuzz_ldap.dict
tests_fuzz_fuzz_ldap_SOURCES = tests/fuzz/fuzz_ldap.c $(fuzz_main)
tests_fuzz_fuzz_ldap_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_ldap_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_ldap_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_xpath
EXTRA_DIST += tests/fuzz/fuzz_xpath.dict
tests_fuzz_fuzz_xpath_SOURCES = tests/fuzz/fuzz_xpath.c $(fuzz_main)
tests_fuzz_fuzz_xpath_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_xpath_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_xpath_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_prompt
EXTRA_DIST += tests/fuzz/fuzz_prompt.dict
tests_fuzz_fuzz_prompt_SOURCES = tests/fuzz/fuzz_prompt.c $(fuzz_main)
tests_fuzz_fuzz_prompt_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) -I$(srcdir)
tests_fuzz_fuzz_prompt_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_prompt_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_proxy_header
EXTRA_DIST += tests/fuzz/fuzz_proxy_header.dict
tests_fuzz_fuzz_proxy_header_SOURCES = tests/fuzz/fuzz_proxy_header.c $(fuzz_main)
tests_fuzz_fuzz_proxy_header_LDADD = $(PROTOCOLS_LIBS)
tests_fuzz_fuzz_proxy_header_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_websocket
EXTRA_DIST += tests/fuzz/fuzz_websocket.dict
tests_fuzz_fuzz_websocket_SOURCES = tests/fuzz/fuzz_websocket.c $(fuzz_main)
tests_fuzz_fuzz_websocket_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_fuzz_fuzz_websocket_LDADD = libdaemon.a $(PROTOCOLS_LIBS) $(WSLAY_LIBS) $(CRYPTO_LIBS)
tests_fuzz_fuzz_websocket_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_seclang
EXTRA_DIST += tests/fuzz/fuzz_seclang.dict
tests_fuzz_fuzz_seclang_SOURCES = tests/fuzz/fuzz_seclang.c $(fuzz_main)
tests_fuzz_fuzz_seclang_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_seclang_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_seclang_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_seclang_transform
EXTRA_DIST += tests/fuzz/fuzz_seclang_transform.dict
tests_fuzz_fuzz_seclang_transform_SOURCES = tests/fuzz/fuzz_seclang_transform.c $(fuzz_main)
tests_fuzz_fuzz_seclang_transform_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_seclang_transform_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_seclang_transform_LDFLAGS = $(fuzz_ldflags)

fuzz_drivers += tests/fuzz/fuzz_seclang_run
EXTRA_DIST += tests/fuzz/fuzz_seclang_run.dict
tests_fuzz_fuzz_seclang_run_SOURCES = tests/fuzz/fuzz_seclang_run.c $(fuzz_main)
tests_fuzz_fuzz_seclang_run_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_seclang_run_LDADD = $(SIGNATURES_LIBS)
tests_fuzz_fuzz_seclang_run_LDFLAGS = $(fuzz_ldflags)
