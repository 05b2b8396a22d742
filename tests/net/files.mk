# The whole program against real peers on loopback.
EXTRA_DIST += tests/net/harness.py
