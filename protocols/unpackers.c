/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The end of what inflate_whole.c, zstd.c and xml.c have made. */

#include "eventwall/unpackers.h"

#include <expat.h>
#include <libdeflate.h>
#include <zstd.h>

void ew_unpackers_fini(struct ew_unpackers *u)
{
	if (u->deflate)
		libdeflate_free_decompressor(u->deflate);
	(void)ZSTD_freeDCtx(u->zstd);
	if (u->xml)
		XML_ParserFree(u->xml);
	*u = (struct ew_unpackers){ .salt = u->salt };
}
