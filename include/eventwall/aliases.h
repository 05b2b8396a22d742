/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_ALIASES_H
#define EVENTWALL_ALIASES_H

/* Names that one message announces and later ones refer to by number, as births of Sparkplug B do.
 *
 * Names stand at a place, whose levels are joined by slashes: "group/node" or "group/node/device".  Senders choose
 * all of it, so memory has a bound that nothing passes: the places that were longest not asked for go first, and
 * those of one node, its devices included, have no more than a quarter of it.  Belongs to one thread. */

#include "eventwall/bytes.h"

struct ew_aliases;
struct ew_alias_place;
struct ew_message;

struct ew_alias {
	uint64_t number;
	struct ew_bytes name;
};

#define EW_ALIAS_LEVELS 2   /* of a place that is a node */
#define EW_ALIAS_PLACE 1024 /* bytes of a place; a longer one is not kept */
#define EW_ALIAS_NAME 1024  /* bytes of a name, likewise */

/* Of at most so many bytes; NULL: no memory. */
struct ew_aliases *ew_aliases_new(size_t most);
void ew_aliases_free(struct ew_aliases **a);

/* From now on `place` has these names and no others; of two with one number the last.  `birth` is a number of the
 * sender's that tells this set from the one before.  What there is no room for is not kept. */
void ew_aliases_set(struct ew_aliases *a, struct ew_bytes place, uint64_t birth, const struct ew_alias *all,
                    size_t n);

/* `place` has no names any more, nor has anything below it. */
void ew_aliases_forget(struct ew_aliases *a, struct ew_bytes place);

/* The place, which is younger than all others then; NULL: no names are known there.  It is good until something is
 * set or forgotten. */
const struct ew_alias_place *ew_aliases_at(struct ew_aliases *a, struct ew_bytes place);
uint64_t ew_alias_birth(const struct ew_alias_place *p);

/* {NULL, 0}: not announced. */
struct ew_bytes ew_alias_name(const struct ew_alias_place *p, uint64_t number);

/* Bytes in use. */
size_t ew_aliases_used(const struct ew_aliases *a);

/* `m`, a publish that was let through, is a birth or a death of Sparkplug: learn what it says.  Else nothing. */
void ew_aliases_learn(struct ew_aliases *a, struct ew_message *m);

#endif
