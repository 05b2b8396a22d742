# Scenarios through the real pipeline.
check_PROGRAMS += tests/cases/play
TESTS += tests/cases/play tests/cases/envelopes.py tests/cases/events.py
dist_check_SCRIPTS += tests/cases/envelopes.py tests/cases/events.py
tests_cases_play_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_cases_play_SOURCES = tests/cases/play.c
tests_cases_play_LDADD = $(DAEMON_LIBS)
EXTRA_DIST += tests/cases/README.md tests/cases/cases.json
EXTRA_DIST += \
	tests/cases/000-a-plain-event-passes.case \
	tests/cases/001-a-bad-event-is-dropped.case \
	tests/cases/002-a-drop-is-quarantined.case \
	tests/cases/010-a-failing-function-is-tried-again.case \
	tests/cases/011-hold-never-gives-up.case \
	tests/cases/012-quarantine-after-retries.case \
	tests/cases/013-a-refusal-is-not-retried.case \
	tests/cases/014-http-cannot-hold.case \
	tests/cases/200-json-in-base64-in-json.case \
	tests/cases/201-the-same-over-kafka.case \
	tests/cases/202-the-same-over-http.case \
	tests/cases/203-json-in-a-string.case \
	tests/cases/204-unicode-escapes.case \
	tests/cases/210-gzip-by-magic.case \
	tests/cases/211-gzip-in-base64.case \
	tests/cases/212-gzip-members-and-a-tail.case \
	tests/cases/213-raw-deflate-in-base64.case \
	tests/cases/214-a-benign-text-in-raw-deflate.case \
	tests/cases/215-declared-brotli.case \
	tests/cases/216-benign-brotli.case \
	tests/cases/217-lz4-in-base64.case \
	tests/cases/218-snappy-of-three-kinds.case \
	tests/cases/219-snappy-of-java.case \
	tests/cases/220-percent-twice.case \
	tests/cases/221-form-body.case \
	tests/cases/222-a-file-name-in-multipart.case \
	tests/cases/223-a-part-in-base64.case \
	tests/cases/224-a-token.case \
	tests/cases/225-stacked-codings.case \
	tests/cases/230-header-values.case \
	tests/cases/231-kafka-key.case \
	tests/cases/232-topic.case \
	tests/cases/240-ndjson.case \
	tests/cases/250-soap.case \
	tests/cases/251-soap-that-is-harmless.case \
	tests/cases/260-a-mail-in-a-notice-over-http.case \
	tests/cases/260-a-message-of-protobuf.case \
	tests/cases/261-a-mail-in-a-notice-over-mqtt.case \
	tests/cases/261-benign-protobuf.case \
	tests/cases/262-a-mail-in-a-notice-over-kafka.case \
	tests/cases/262-protobuf-over-kafka-is-guessed.case \
	tests/cases/263-a-mail-that-is-harmless.case \
	tests/cases/263-declared-protobuf-that-is-cut.case \
	tests/cases/264-text-that-is-a-message.case \
	tests/cases/265-grpc-web-as-text.case \
	tests/cases/266-sparkplug.case \
	tests/cases/267-sparkplug-that-is-not.case \
	tests/cases/268-records-of-a-kinesis-producer.case \
	tests/cases/269-an-avro-container.case \
	tests/cases/270-avro-behind-a-schema-prefix.case \
	tests/cases/271-two-to-the-sixty-nulls.case \
	tests/cases/272-data-of-senml.case \
	tests/cases/300-scores-add-up.case \
	tests/cases/301-one-weak-sign-passes.case \
	tests/cases/302-a-signature-counts-once.case \
	tests/cases/303-anchors-are-per-field.case \
	tests/cases/304-a-match-does-not-cross-fields.case \
	tests/cases/305-targets.case \
	tests/cases/306-targets-hit.case \
	tests/cases/307-a-benign-sibling-changes-nothing.case \
	tests/cases/310-duplicate-keys.case \
	tests/cases/400-mode-detect.case \
	tests/cases/401-mode-shadow.case \
	tests/cases/402-mode-off.case \
	tests/cases/410-declared-json-that-is-not.case \
	tests/cases/411-a-policy-lets-it-pass.case \
	tests/cases/412-passing-is-not-blind.case \
	tests/cases/413-an-anomaly-that-is-refused.case \
	tests/cases/414-a-refused-anomaly-may-pass.case \
	tests/cases/415-depth-has-a-name.case \
	tests/cases/420-depth.case \
	tests/cases/421-fields.case \
	tests/cases/423-layers.case \
	tests/cases/424-a-bomb-of-zeros.case \
	tests/cases/900-an-attack-as-a-key.case \
	tests/cases/901-blanks-before-json-in-a-string.case \
	tests/cases/902-zeros-between-gzip-members.case \
	tests/cases/903-zlib-with-a-small-window.case \
	tests/cases/904-an-encoded-word-far-in.case \
	tests/cases/905-a-stray-byte-in-base64.case \
	tests/cases/906-bytes-as-an-array.case \
	tests/cases/907-escapes-in-a-log-line.case \
	tests/cases/908-characters-as-numbers-of-markup.case \
	tests/cases/909-a-schema-prefix.case \
	tests/cases/910-a-charset-that-is-not-read.case \
	tests/cases/911-two-boundaries.case \
	tests/cases/912-a-tolerated-fault-covers-no-other.case \
	tests/cases/913-a-mail-in-a-field.case \
	tests/cases/914-a-mail-that-is-quoted.case \
	tests/cases/930-a-word-split-in-markup.case \
	tests/cases/931-a-document-type.case \
	tests/cases/932-html-is-no-xml.case \
	tests/cases/933-xml-that-is-damaged.case \
	tests/cases/934-a-name-in-pieces.case \
	tests/cases/935-uuencode.case \
	tests/cases/936-base64-in-a-sentence.case \
	tests/cases/937-base64-in-a-path.case \
	tests/cases/938-what-only-looks-like-it.case
