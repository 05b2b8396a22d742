# Fuzz drivers.  With --with-fuzzer they are libFuzzer programs; without, main.c replays the corpus
# folder tests/fuzz/corpus/<name>/ and so every driver is a plain test, too.
noinst_HEADERS += tests/fuzz/fuzz.h
EXTRA_DIST += tests/fuzz/corpus
