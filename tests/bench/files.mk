# Speed.  `make bench` installs the peers, builds the programs, and prints ratios; no part of check.
# A bench program is named in EXTRA_PROGRAMS and in bench_programs.
bench_programs =
EXTRA_DIST += tests/bench/run
.PHONY: bench
bench: all $(bench_programs)
	sh $(srcdir)/tests/install-packages bench
	EW_SRCDIR='$(abs_srcdir)' EW_BUILDDIR='$(abs_builddir)' $(PYTHON) $(srcdir)/tests/bench/run $(PARTS)

EXTRA_PROGRAMS += tests/bench/bench_http1
bench_programs += tests/bench/bench_http1
tests_bench_bench_http1_LDADD = $(PROTOCOLS_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_decode
bench_programs += tests/bench/bench_decode
tests_bench_bench_decode_LDADD = $(PROTOCOLS_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_schema
bench_programs += tests/bench/bench_schema
tests_bench_bench_schema_LDADD = $(PROTOCOLS_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_unpack
bench_programs += tests/bench/bench_unpack
tests_bench_bench_unpack_CPPFLAGS = $(AM_CPPFLAGS) $(UNPACK_CFLAGS)
tests_bench_bench_unpack_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_formats
bench_programs += tests/bench/bench_formats
tests_bench_bench_formats_LDADD = $(PROTOCOLS_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_text
bench_programs += tests/bench/bench_text
tests_bench_bench_text_LDADD = $(PROTOCOLS_LIBS) $(BROTLI_ENC_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_mqtt_load
bench_programs += tests/bench/bench_mqtt_load
tests_bench_bench_mqtt_load_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_bench_bench_mqtt_load_LDADD = $(PROTOCOLS_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_kafka_loop
bench_programs += tests/bench/bench_kafka_loop
tests_bench_bench_kafka_loop_CPPFLAGS = $(AM_CPPFLAGS) $(RDKAFKA_CFLAGS)
tests_bench_bench_kafka_loop_LDADD = $(RDKAFKA_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_scan
bench_programs += tests/bench/bench_scan
tests_bench_bench_scan_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_bench_bench_scan_LDADD = $(SIGNATURES_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_judge
bench_programs += tests/bench/bench_judge
tests_bench_bench_judge_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(HS_CFLAGS)
tests_bench_bench_judge_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS)

# Detection: recall and false positives on the corpora; needs no peers.
EXTRA_DIST += tests/bench/detect tests/corpus
.PHONY: detect
detect: all
	EW_SRCDIR='$(abs_srcdir)' EW_BUILDDIR='$(abs_builddir)' $(PYTHON) $(srcdir)/tests/bench/detect $(TABLES)

# Inputs that are slow for their size; needs no peers.
EXTRA_PROGRAMS += tests/bench/slow
noinst_HEADERS += tests/bench/slow_recipe.h
tests_bench_slow_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_slow_LDADD = $(SIGNATURES_LIBS) $(PROTOCOLS_LIBS) -lm
.PHONY: slow
slow: tests/bench/slow
	mkdir -p cache
	EW_BENCH_CACHE=cache tests/bench/slow $(SLOW) \
		`ls $(srcdir)/tests/corpus/*/*.txt $(srcdir)/tests/corpus/attack/*/*.txt | sed 's/^/-c /'` $(srcdir)/signatures/sets/*.json
