/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_ANOMALY_H
#define EVENTWALL_ANOMALY_H

/* Names for places where parsers disagree.  A message carries them as a set of bits. */

#include "eventwall/bytes.h"

enum ew_anomaly {
#define EW_ANOMALY_ROW(id, name, text) EW_ANOMALY_##id,
#include "eventwall/anomaly.def"
#undef EW_ANOMALY_ROW
	EW_ANOMALY_COUNT
};

const char *ew_anomaly_name(enum ew_anomaly a);
const char *ew_anomaly_text(enum ew_anomaly a);

/* False if there is no anomaly of that name. */
EW_MUSTCHECK bool ew_anomaly_parse(struct ew_bytes name, enum ew_anomaly *anomaly_r);

#endif
