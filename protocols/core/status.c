/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Names of statuses and anomalies, from their tables. */

#include "eventwall/anomaly.h"
#include "eventwall/status.h"

static const struct {
	const char *name, *text;
	bool cause;
} statuses[] = {
#define EW_STATUS_ROW(id, name, cause, text) { name, text, cause },
#include "eventwall/status.def"
#undef EW_STATUS_ROW
};

static const struct {
	const char *name, *text;
} anomalies[] = {
#define EW_ANOMALY_ROW(id, name, text) { name, text },
#include "eventwall/anomaly.def"
#undef EW_ANOMALY_ROW
};

_Static_assert(EW_ANOMALY_COUNT <= 64, "a message keeps its anomalies in 64 bits");

const char *ew_status_name(enum ew_status s)
{
	return statuses[s].name;
}

const char *ew_status_text(enum ew_status s)
{
	return statuses[s].text;
}

bool ew_status_is_cause(enum ew_status s)
{
	return statuses[s].cause;
}

const char *ew_anomaly_name(enum ew_anomaly a)
{
	return anomalies[a].name;
}

const char *ew_anomaly_text(enum ew_anomaly a)
{
	return anomalies[a].text;
}

bool ew_anomaly_parse(struct ew_bytes name, enum ew_anomaly *anomaly_r)
{
	for (int i = 0; i < EW_ANOMALY_COUNT; i++) {
		if (ew_bytes_eq(name, ew_bytes_str(anomalies[i].name))) {
			*anomaly_r = (enum ew_anomaly)i;
			return true;
		}
	}
	return false;
}
