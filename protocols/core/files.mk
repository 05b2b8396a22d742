# The bodies of the vocabulary: libc only.
noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	protocols/core/address.c \
	protocols/core/aliases.c \
	protocols/core/arena.c \
	protocols/core/base64_look.c \
	protocols/core/bytes.c \
	protocols/core/checksum.c \
	protocols/core/codec.c \
	protocols/core/deflate_look.c \
	protocols/core/error.c \
	protocols/core/field.c \
	protocols/core/json_locate.c \
	protocols/core/message.c \
	protocols/core/nearest.c \
	protocols/core/siphash.c \
	protocols/core/plausible.c \
	protocols/core/status.c
