/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* msgpack.c: every type, lengths that lie, guesses right and wrong, floods. */

#include "binary.h"

static char msgpack[] = "application/msgpack";

static void values(void)
{
	static const struct binary_row rows[] = {
		{ "numbers", BINARY("\x98\x7f\xff\xcc\x80\xcd\x01\x00\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xd0\x80"
		  "\xd1\xff\x7f\xd3\x80"
		                    "\0\0\0\0\0\0\0"),
		  "b|msgpack[0]=127; b|msgpack[1]=-1; b|msgpack[2]=128; b|msgpack[3]=256; "
		  "b|msgpack[4]=18446744073709551615; b|msgpack[5]=-128; b|msgpack[6]=-129; "
		  "b|msgpack[7]=-9223372036854775808" },
		{ "reals", BINARY("\x92\xca\x41\xbb\x33\x33\xcb\xbf\xf8\0\0\0\0\0\0"),
		  "b|msgpack[0]=23.4; b|msgpack[1]=-1.5" },
		{ "constants", BINARY("\x93\xc0\xc2\xc3"),
		  "b|msgpack[0]=null; b|msgpack[1]=false; b|msgpack[2]=true" },
		{ "texts", BINARY("\x94\xa1""a\xd9\x01""b\xda\0\x01""c\xdb\0\0\0\x01""d"),
		  "b|msgpack[0]=a; b|msgpack[1]=b; b|msgpack[2]=c; b|msgpack[3]=d" },
		{ "bytes", BINARY("\x93\xc4\x01\x00\xc5\0\x01""b\xc6\0\0\0\x00"),
		  "b|msgpack[0]=\\00; b|msgpack[1]=b; b|msgpack[2]=" },
		{ "extensions", BINARY("\x94\xd4\x05""e\xd5\x05""ef\xc7\x03\x05""efg\xc9\0\0\0\x01\x05""h"),
		  "b|msgpack[0]=e; b|msgpack[1]=ef; b|msgpack[2]=efg; b|msgpack[3]=h" },
		{ "times", BINARY("\x93\xd6\xff\x5a\x4a\xf6\xa5\xd7\xff\0\0\0\x04\0\0\0\x01\xc7\x0c\xff\0\0\0\x02"
		                  "\xff\xff\xff\xff\xff\xff\xff\xff"),
		  "b|msgpack[0]=1514862245; b|msgpack[1]=1.000000001; b|msgpack[2]=-1.000000002" },
		{ "a map", BINARY("\x83\xa1""a\x01\x02\xa1""b\xc0\x80"),
		  "b|msgpack.a=1; b|msgpack.2=b; b|msgpack.null=\\80" },
		{ "wide containers", BINARY("\xde\0\x01\xa1""k\xdc\0\x01\xdf\0\0\0\x01\xa1""l\xdd\0\0\0\x01\x07"),
		  "b|msgpack.k[0].l[0]=7" },
		{ "gzip in bytes", BINARY("\x81\xa1""d\xc4\x18\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0\xc2"
		  "\x41\x24\x35\x03\0\0\0!"),
		  "b|msgpack.d|gzip=abc; b|msgpack.d|gzip=! <trailing_data>" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), msgpack);
	binary_rows(rows, 2, "application/vnd.msgpack");
}

static void oddities(void)
{
	static const struct binary_row rows[] = {
		{ "a key that stands twice", BINARY("\x82\xa1""a\x01\xa1""a\x02"),
		  "b|msgpack.a=1; b|msgpack.a=2 <dup_key>" },
		{ "text that is none", BINARY("\x91\xa2\xff\xfe"), "b|msgpack[0]=\\ff\\fe <invalid_utf8>" },
		{ "more nanoseconds than a second has", BINARY("\xd7\xff\xff\xff\xff\xff\0\0\0\0"),
		  "b|msgpack=12884901888.1073741823 <binary_odd>" },
		{ "text that is none of it", BINARY("%41"),
		  "b|msgpack=37; b|msgpack=52; b|msgpack=49; b|percent=A <trailing_data>" },
		{ "a second document", BINARY("\x01\x02"), "b|msgpack=1; b|msgpack=2 <trailing_data>" },
		{ "the type that is never used", BINARY("\x92\x01\xc1"), "b|msgpack[0]=1 <malformed>" },
		{ "a length of 2^32 - 1", BINARY("\x92\x01\xdb\xff\xff\xff\xff""abc"),
		  "b|msgpack[0]=1 <truncated>" },
		{ "an extension of 2^31", BINARY("\x92\x01\xc9\x80\0\0\0\x05""abc"), "b|msgpack[0]=1 <truncated>" },
		{ "a count of 2^32 - 1", BINARY("\xdf\xff\xff\xff\xff\xa1""a\x01"), "b|msgpack.a=1 <truncated>" },
		{ "an array of 2^31", BINARY("\xdd\x80\0\0\0\x01"), "b|msgpack[0]=1 <truncated>" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), msgpack);
}

static void guesses(void)
{
	static const struct binary_row rows[] = {
		{ "a map with text", BINARY("\x81\xa4name\xa3""b c"), "b|msgpack.name=b c" },
		{ "a row of maps", BINARY("\x81\xa1""a\x01\x81\xa1""b\x02"),
		  "b|msgpack.a=1; b|msgpack.b=2 <trailing_data>" },
		{ "no text in it", BINARY("\x93\x01\x02\x03"), "" },
		{ "random bytes in it", BINARY("\x91\xc4\x04\x00\x9c\x01\xfe"), "" },
		{ "one byte too few", BINARY("\x81\xa1""a\xa3""b "), "" },
		{ "one byte too many", BINARY("\x81\xa1""a\xa3""b c\x00"), "" },
		{ "text and not a container", BINARY("\xa3""abc"), "" },
		{ "a count that the rest cannot hold", BINARY("\x92\xdd\0\0\0\x04\xa1""a\xa1""b"), "" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), NULL);
}

/* One value that both read: neither settles it. */
static void both(void)
{
	static const struct binary_row rows[] = {
		{ "CBOR as well", BINARY("\x81\xa1""a\xa3""b c"),
		  "b|cbor[0][\"\\u00a3\"]= c; b|msgpack.a=b c" },
	};

	binary_rows(rows, sizeof(rows) / sizeof(*rows), NULL);
}

static void floods(void)
{
	binary_flood("MessagePack, small numbers", EW_LIT("\xdd\x03\xff\xff\xfb"), EW_LIT("\x01"), msgpack);
	binary_flood("MessagePack, longer numbers", EW_LIT("\xdd\x01\xff\xff\xfd"), EW_LIT("\xcc\x18"), msgpack);
	binary_flood("MessagePack, arrays", EW_LIT("\x91"), EW_LIT("\x91"), msgpack);
	binary_flood("MessagePack, maps of two", EW_LIT("\x82"), EW_LIT("\x82"), msgpack);
	binary_flood("MessagePack, short texts", EW_LIT("\xdd\x01\xff\xff\xfd"), EW_LIT("\xa1x"), msgpack);
	binary_flood("MessagePack, doubles", EW_LIT("\xdd\x00\x71\xc7\x1b"),
	             EW_LIT("\xcb\x3f\xb9\x12\x99\x99\x99\x99\x9a"),
	             msgpack);
}

int main(void)
{
	static const struct ew_bytes whole = BINARY("\xde\0\x04\xa1""a\x92\xd9\x02""bc\xc4\x01""d\xa1""e\xcb\x3f"
	  "\xf0\0\0\0\0\0\0"
	                                            "\xa1""f\xd6\xff\x5a\x4a\xf6\xa5\x05\xdb\0\0\0\x01""z");

	values();
	oddities();
	guesses();
	both();
	binary_prefixes(whole, msgpack);
	floods();
	return done();
}
