# Unit tests of protocols/core: link libcore alone.
core_tests = \
	tests/unit/test_address \
	tests/unit/test_aliases \
	tests/unit/test_arena \
	tests/unit/test_base64_look \
	tests/unit/test_bytes \
	tests/unit/test_checksum \
	tests/unit/test_codec \
	tests/unit/test_field \
	tests/unit/test_json_locate \
	tests/unit/test_nearest \
	tests/unit/test_plausible \
	tests/unit/test_siphash
check_PROGRAMS += $(core_tests)
TESTS += $(core_tests)
tests_unit_test_address_LDADD = libcore.a
tests_unit_test_aliases_LDADD = libcore.a
tests_unit_test_arena_LDADD = libcore.a
tests_unit_test_base64_look_LDADD = libcore.a
tests_unit_test_bytes_LDADD = libcore.a
tests_unit_test_checksum_LDADD = libcore.a
tests_unit_test_codec_LDADD = libcore.a
tests_unit_test_field_LDADD = libcore.a
tests_unit_test_json_locate_LDADD = libcore.a
tests_unit_test_nearest_LDADD = libcore.a
tests_unit_test_plausible_LDADD = libcore.a
tests_unit_test_siphash_LDADD = libcore.a
