/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_UNPACKERS_H
#define EVENTWALL_UNPACKERS_H

/* What decompressors and the reader of XML keep from one message to the next.
 *
 * Making a context may cost ten times what opening a small message with it does.  Whoever opens one message
 * after another has one of these, zeroed, and hangs it from each message; a context is made when it is first
 * needed.  They hold no content that matters, take no part in any verdict, and belong to one thread.  A
 * message without is opened as well, from its arena alone. */

struct ew_unpackers {
	struct ZSTD_DCtx_s *zstd;
	struct libdeflate_decompressor *deflate;
	struct XML_ParserStruct *xml;
	unsigned long salt; /* of hash tables, which nobody may guess; 0: made up anew for each document */
};

/* Free what was made; it may be used again.  The salt stays. */
void ew_unpackers_fini(struct ew_unpackers *u);

#endif
