/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Files that others wrote: Avro containers (apache/avro) and messages of protobuf (protocolbuffers/protoscope),
 * each at a guard page.  The files are no part of the tree: found by EW_SUITES. */

#include "decoded.h"
#include "eventwall/protobuf.h"
#include "opened.h"
#include "suites.h"
#include "tap.h"

#define FILE_MOST (1u << 20)

static uint8_t buf[FILE_MOST];
static char dir[1024];

static struct ew_bytes read_file(const char *name)
{
	char path[1400];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f) {
		n = fread(buf, 1, FILE_MOST, f);
		fclose(f);
	}
	return ew_bytes(buf, n);
}

static const struct {
	const char *name, *as;
	enum ew_status status;
	const char *path, *value; /* of some field */
} rows[] = {
	{ "avro/share/test/data/weather.avro", NULL, EW_OK, "v|avro.block|datum[4].station", "012650-99999" },
	{ "avro/share/test/data/weather-sorted.avro", NULL, EW_OK, "v|avro.block|deflate|datum[0].temp", "111" },
	{ "avro/share/test/data/weather-deflate.avro", NULL, EW_OK, "v|avro.block|deflate|datum[4].temp", "78" },
	{ "avro/share/test/data/weather-zstd.avro", NULL, EW_OK, "v|avro.block|zstd|datum[4].temp", "78" },
	{ "avro/share/test/data/schemas/simple/data.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/data/schemas/withUnion/data.avro", NULL, EW_OK, "v|avro.block|datum[2].data2.d1",
	  "text value" },
	{ "avro/share/test/interop/rpc/hello/world/request.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/interop/rpc/hello/world/response.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/interop/rpc/add/onePlusOne/request.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/interop/rpc/add/onePlusOne/response.avro", NULL, EW_OK, "v|avro.block|datum[0]", "2" },
	{ "avro/share/test/interop/rpc/echo/foo/request.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/interop/rpc/echo/foo/response.avro", NULL, EW_OK, NULL, NULL },
	{ "avro/share/test/data/messageV1/test_message.bin", NULL, EW_OK, "v|avro[0]", "dog_lover" },
	{ "protoscope/testdata/message.pb", "protobuf", EW_OK, "v|protobuf.18.1", "118" },
	{ "protoscope/testdata/maps.pb", "protobuf", EW_OK, NULL, NULL },
	{ "protoscope/testdata/oneof.pb", "protobuf", EW_OK, NULL, NULL },
	{ "protoscope/testdata/packed.pb", "protobuf", EW_OK, NULL, NULL },
	{ "protoscope/testdata/packed-big.pb", "protobuf", EW_OK, NULL, NULL },
	{ "protoscope/testdata/proto3.pb", "protobuf", EW_OK, NULL, NULL },
	{ "protoscope/testdata/groups.pb", "protobuf", EW_MALFORMED, "v|protobuf.1.3", "eieio" },
	{ "protoscope/testdata/unittest.proto.pb", "protobuf", EW_OK, "v|protobuf.1.4.1", "TestAllTypes" },
	{ "protoscope/testdata/unittest.proto.pb", NULL, EW_OK, "v|protobuf.1.4.1", "TestAllTypes" },
};

/* One file of the suite is the schema of another. */
static bool reads_names(void)
{
	const char *why;
	struct ew_proto_schema *s = ew_proto_schema_new(read_file("protoscope/testdata/unittest.proto.pb"), &why);
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct ew_message *m;
	bool good;

	if (!s || !ew_proto_schema_choose(s, EW_LIT("unittest.TestAllTypes")))
		return false;
	lim.protobuf = s;
	m = ew_message_new(&lim);
	(void)open_with(m, read_file("protoscope/testdata/message.pb"), "protobuf", ew_bytes(NULL, 0), true);
	good = m->status == EW_OK && has(m, "v|protobuf.optional_int32", "101") &&
	       has(m, "v|protobuf.optional_double", "112") && has(m, "v|protobuf.optionalgroup.a", "117") &&
	       has(m, "v|protobuf.optional_nested_message.bb", "118");
	if (!good)
		print_tree(m);
	ew_message_free(&m);
	ew_proto_schema_free(&s);
	return good;
}

/* Every cut of a small file ends in a name for what is wrong with it, or is a whole of its own. */
static bool is_cut_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = opened_as(prefix, arg);
	bool good = !tree_broken(m);

	ew_message_free(&m);
	return good;
}

int main(void)
{
	const size_t count = sizeof(rows) / sizeof(*rows);

	suites_path(dir, sizeof(dir), "formats");
	if (!read_file(rows[0].name).n) {
		skip((int)count + 1, "no formats: set EW_SUITES to the folder that holds them");
		return done();
	}
	for (size_t i = 0; i < count; i++) {
		struct ew_bytes g = guard_put(read_file(rows[i].name));
		struct ew_message *m = opened_as(g, rows[i].as);
		bool good = g.n && m->status == rows[i].status && !tree_broken(m) &&
		            (!rows[i].path || has(m, rows[i].path, rows[i].value));
		if (!good)
			printf("# %s, %s\n", ew_status_name(m->status), m->reason ? m->reason : "");
		ew_message_free(&m);
		if (g.n < 1000)
			good &= each_prefix(g, is_cut_safely, (void *)(uintptr_t)rows[i].as);
		guard_drop(g);
		ok(good, "%s%s", rows[i].name, rows[i].as ? ", declared" : "");
	}
	ok(reads_names(), "one file is the schema of another");
	return done();
}
