#!/bin/sh
# Who may include whom, and which library header may show up where.
. "${EW_SRCDIR:-.}/tests/lint/tap.sh"

# wrong_includes FOLDER ALLOWED_REGEX: quoted includes of FOLDER that are not allowed.
wrong_includes() {
	grep -nHE '^#include "' $1 2>/dev/null | grep -vE "#include \"($2)" || true
}

report_empty "include/ uses itself" "$(wrong_includes 'include/eventwall/*.h' 'eventwall/')"
report_empty "protocols/core uses include/" "$(wrong_includes 'protocols/core/*.c protocols/core/*.h' 'eventwall/|protocols/core/')"
report_empty "protocols uses include/ and itself" "$(wrong_includes 'protocols/*.c protocols/*.h' 'eventwall/|protocols/|[a-z0-9_]+\.(h|def)"')"
report_empty "signatures uses include/ and itself" "$(wrong_includes 'signatures/*.[ch] signatures/*/*.[ch]' 'eventwall/|signatures/|(\.\./)?[a-z0-9_]+\.(h|def)"')"
report_empty "daemon uses include/ and itself" "$(wrong_includes 'daemon/*.c daemon/*.h' 'eventwall/|daemon/|build\.h"')"

# library HEADER_REGEX ALLOWED_FOLDERS_REGEX
library() {
	report_empty "$1 only in $2" "$(grep -rnE "#include <($1)" --include='*.c' --include='*.h' \
		include protocols signatures daemon | grep -vE "^($2)" || true)"
}

library 'event2/' 'daemon/'
library 'librdkafka/' 'daemon/'
library 'jansson' 'signatures/load|daemon/'
library 'hs/|hs\.h' 'signatures/'
library 'pcre2' 'signatures/regex\.c'
library 'openssl/' 'signatures/seclang/transform\.c|daemon/websocket_handshake'
library 'zlib' 'protocols/inflate|protocols/gzip|protocols/zlib|daemon/wrap'
library 'wslay/' 'daemon/websocket'
library 'expat' 'protocols/xml|protocols/unpackers'
library 'zstd' 'protocols/zstd|protocols/unpackers'
library 'libdeflate' 'protocols/inflate_whole|protocols/unpackers'
library 'brotli/' 'protocols/brotli'
library 'lz4' 'protocols/lz4'
library 'snappy' 'protocols/snappy'
library 'pthread|threads\.h|sys/socket|netinet|sys/epoll|time\.h|poll\.h' 'daemon/'

finish
