# Unit tests of signatures/: link libsignatures and libcore.
signatures_tests = \
	tests/unit/test_analyser_code \
	tests/unit/test_analyser_graphql \
	tests/unit/test_analyser_html \
	tests/unit/test_analyser_ldap \
	tests/unit/test_analyser_nosqli \
	tests/unit/test_analyser_path \
	tests/unit/test_analyser_prompt \
	tests/unit/test_analyser_serialized \
	tests/unit/test_analyser_shell \
	tests/unit/test_analyser_sqli \
	tests/unit/test_analyser_sqli_miss \
	tests/unit/test_analyser_template \
	tests/unit/test_analyser_url \
	tests/unit/test_analyser_xpath \
	tests/unit/test_analyser_xxe \
	tests/unit/test_cache \
	tests/unit/test_confirm \
	tests/unit/test_load_native \
	tests/unit/test_path \
	tests/unit/test_plain \
	tests/unit/test_scan \
	tests/unit/test_seclang_evaluate \
	tests/unit/test_seclang_include \
	tests/unit/test_seclang_judge \
	tests/unit/test_seclang_operator_suite \
	tests/unit/test_seclang_parse \
	tests/unit/test_seclang_transaction \
	tests/unit/test_seclang_transform \
	tests/unit/test_seclang_transform_suite \
	tests/unit/test_sets \
	tests/unit/test_view \
	tests/unit/test_view_suite \
	tests/unit/test_words
noinst_HEADERS += tests/unit/analysed.h tests/unit/nasty.h tests/unit/seclang_shown.h tests/unit/tree.h tests/unit/vector_text.h
check_PROGRAMS += $(signatures_tests)
TESTS += $(signatures_tests)
tests_unit_test_analyser_code_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_code_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_graphql_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_graphql_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_html_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_html_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_ldap_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_ldap_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_nosqli_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_nosqli_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_path_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_path_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_prompt_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_prompt_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_serialized_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_serialized_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_shell_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_shell_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_sqli_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_sqli_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_sqli_miss_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_sqli_miss_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_template_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_template_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_url_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_url_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_xxe_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_xxe_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_analyser_xpath_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_analyser_xpath_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_confirm_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_confirm_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_load_native_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_path_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_plain_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_plain_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_scan_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS)
tests_unit_test_scan_LDADD = $(SIGNATURES_LIBS)
# The one test that joins both libraries: examples are played through decoding, too.
tests_unit_test_sets_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS)
tests_unit_test_view_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_words_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_cache_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_include_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_judge_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS)
tests_unit_test_seclang_parse_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_transform_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_view_suite_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_view_suite_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_transform_suite_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_seclang_transform_suite_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_evaluate_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_operator_suite_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_seclang_operator_suite_LDADD = $(SIGNATURES_LIBS)
tests_unit_test_seclang_transaction_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS)
# Both libraries: a request is decoded before rules see it.
check_PROGRAMS += tests/unit/check_seclang
tests_unit_check_seclang_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS)
TESTS += tests/unit/test_seclang_crs.py
EXTRA_DIST += tests/unit/test_seclang_crs.py
