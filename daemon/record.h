/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_RECORD_H
#define EVENTWALL_DAEMON_RECORD_H

/* Events in a file, a JSON object a line, such as `kcat -J` and `mosquitto_sub -F %j` write:
 *
 *     {"source": "http", "path": "/orders?x=1", "headers": {"content-type": "text/plain"}, "body": "..."}
 *     {"topic": "devices/7", "payload": {"t": 21}}                       MQTT
 *     {"topic": "orders", "partition": 0, "offset": 7, "key": "k", "payload": "...", "headers": ["a", "b"]}
 *
 * The content is `body`, `payload` or `value`: a string, or JSON that stands for its text; or the same with
 * `_base64` behind the name.  `source` may be left out: what has an offset or partition is of Kafka, what has a
 * topic else of MQTT.  `expect` may say "drop" or "forward", and `name` what it is. */

#include "daemon/sample.h"

struct ew_record {
	struct ew_sample sample; /* its strings live as long as the record */
	const char *name, *expect; /* NULL: not said */
	struct json_t *json;
};

/* One line.  False: `why` (of `cap` bytes) says what is wrong.  ew_record_fini() either way. */
EW_MUSTCHECK bool ew_record_read(struct ew_record *r, const char *command, struct ew_bytes line, char *why,
                                 size_t cap);
void ew_record_fini(struct ew_record *r);

#endif
