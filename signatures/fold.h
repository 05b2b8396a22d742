/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_FOLD_H
#define EVENTWALL_SIGNATURES_FOLD_H

/* Characters that some consumer takes for ASCII, as that. */

#include "eventwall/bytes.h"

/* Fold `text` to `out`, which has room for as many bytes and does not overlap it.  Full-width and other
 * compatibility forms (Unicode, UAX 15, NFKC), best-fit punctuation, overlong UTF-8 and, within words that have
 * ASCII letters too, look-alikes (UTS 39) become ASCII; NUL and what is invisible is dropped.  Text in tags
 * (U+E0020 to U+E007E) is dropped where it stands and comes in ASCII on a line behind all.  All other bytes,
 * ill-formed ones too, stay.  Returns the length. */
size_t ew_fold(struct ew_bytes text, uint8_t *out);

#endif
