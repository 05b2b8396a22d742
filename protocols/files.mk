# Bytes to fields: framers and decoders.
noinst_LIBRARIES += libprotocols.a
libprotocols_a_CPPFLAGS = $(AM_CPPFLAGS) $(EXPAT_CFLAGS) $(UNPACK_CFLAGS)
libprotocols_a_SOURCES = \
	protocols/avro.c \
	protocols/avro_datum.c \
	protocols/avro_schema.c \
	protocols/base64.c \
	protocols/base64_stray.c \
	protocols/brotli.c \
	protocols/data_url.c \
	protocols/bson.c \
	protocols/cbor.c \
	protocols/declare.c \
	protocols/decode.c \
	protocols/deflate_guess.c \
	protocols/envelope.c \
	protocols/envelope_connect.c \
	protocols/envelope_table.c \
	protocols/entity.c \
	protocols/escape.c \
	protocols/eword.c \
	protocols/exi.c \
	protocols/form.c \
	protocols/event.c \
	protocols/graphql.c \
	protocols/grpc.c \
	protocols/gzip.c \
	protocols/hex.c \
	protocols/mqtt_frame.c \
	protocols/mqtt_parse.c \
	protocols/mqtt_property.c \
	protocols/mqtt_topic.c \
	protocols/mqtt_write.c \
	protocols/http1.c \
	protocols/http1_chunked.c \
	protocols/http1_fields.c \
	protocols/http1_path.c \
	protocols/json.c \
	protocols/json_read.c \
	protocols/json_text.c \
	protocols/kpl.c \
	protocols/ndjson.c \
	protocols/inflate.c \
	protocols/inflate_whole.c \
	protocols/items.c \
	protocols/jwt.c \
	protocols/lz4.c \
	protocols/mail.c \
	protocols/mime.c \
	protocols/msgpack.c \
	protocols/multipart.c \
	protocols/octets.c \
	protocols/part.c \
	protocols/names.c \
	protocols/nest.c \
	protocols/percent.c \
	protocols/protobuf.c \
	protocols/protobuf_read.c \
	protocols/protobuf_schema.c \
	protocols/pieces.c \
	protocols/qp.c \
	protocols/registry.c \
	protocols/schema.c \
	protocols/seek.c \
	protocols/senml.c \
	protocols/snappy.c \
	protocols/smile.c \
	protocols/sniff.c \
	protocols/sparkplug.c \
	protocols/spell.c \
	protocols/utf16.c \
	protocols/unpack.c \
	protocols/unpackers.c \
	protocols/utf7.c \
	protocols/uu.c \
	protocols/xml.c \
	protocols/xml_prolog.c \
	protocols/zlib.c \
	protocols/zstd.c
noinst_HEADERS += \
	protocols/avro.h \
	protocols/decoders.h \
	protocols/envelope.h \
	protocols/envelope_key.def \
	protocols/octets.h \
	protocols/seek.h \
	protocols/senml.h \
	protocols/escape.h \
	protocols/mqtt.h \
	protocols/http1.def \
	protocols/http1_fields.h \
	protocols/items.h \
	protocols/json.h \
	protocols/names.h \
	protocols/nest.h \
	protocols/sniff.h \
	protocols/spell.h \
	protocols/utf16.h \
	protocols/inflate.h \
	protocols/mime.h \
	protocols/protobuf.h \
	protocols/part.h \
	protocols/unpack.h \
	protocols/xml.h
UNPACK_CFLAGS = $(ZLIB_CFLAGS) $(ZSTD_CFLAGS) $(BROTLI_CFLAGS) $(LZ4_CFLAGS) $(SNAPPY_CFLAGS) $(DEFLATE_CFLAGS)
UNPACK_LIBS = $(ZLIB_LIBS) $(ZSTD_LIBS) $(BROTLI_LIBS) $(LZ4_LIBS) $(SNAPPY_LIBS) $(DEFLATE_LIBS)
PROTOCOLS_LIBS = libprotocols.a libcore.a $(EXPAT_LIBS) $(UNPACK_LIBS)
