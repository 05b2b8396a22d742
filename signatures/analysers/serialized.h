/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_SERIALIZED_H
#define EVENTWALL_SIGNATURES_SERIALIZED_H

#include "signatures/analyser.h"

/* True: the text is the name of a class that runs code when a reader builds it, or names one where readers
 * look for classes ("@type":"...", class="...", <...>). */
bool ew_serialized_class(struct ew_bytes text, struct ew_finding *f_r);

/* True: a pickle of Python that calls what it names. */
bool ew_serialized_pickle(struct ew_bytes text, struct ew_finding *f_r);

/* True: a tag of YAML, or a mark of a JavaScript reader, that builds objects. */
bool ew_serialized_tag(struct ew_bytes text, struct ew_finding *f_r);

/* Looks (analyser.h) at byte `i` for what each of them finds and no rare word tells: at a quote or <; at the
 * start or the end of a line; at an exclamation mark. */
bool ew_serialized_class_may(struct ew_bytes text, size_t i);
bool ew_serialized_pickle_may(struct ew_bytes text, size_t i);
bool ew_serialized_tag_may(struct ew_bytes text, size_t i);

#endif
