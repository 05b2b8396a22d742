/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_VIEW_H
#define EVENTWALL_SIGNATURES_VIEW_H

/* Normal forms of a text, beside the text itself: what is left to spell an attack in when all encodings are
 * undone, which decoding does and keeps in the tree.  A view is never longer than the text. */

#include "eventwall/ruleset.h"

#define EW_VIEW_BIT(v) (1u << (v))
#define EW_VIEWS_ALL (EW_VIEW_BIT(EW_VIEW_COUNT) - 1)

/* "folded", "squeezed", ...; NULL at the end. */
extern const char *const ew_view_names[EW_VIEW_COUNT + 1];

/* Which of the views `wanted` (bits) can differ from `text`, and the folded one if any of them has to be made of
 * it.  Cheap: most texts of most events have none. */
unsigned ew_view_may_differ(struct ew_bytes text, unsigned wanted);

/* Write the view `v` of `text` to `out`, which has room for text.n bytes and does not overlap it; all but
 * EW_VIEW_FOLDED are made of a text that is folded already.  Returns its length. */
size_t ew_view_make(enum ew_view v, struct ew_bytes text, uint8_t *out);

#endif
