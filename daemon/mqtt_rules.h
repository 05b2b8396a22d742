/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_RULES_H
#define EVENTWALL_DAEMON_MQTT_RULES_H

/* Which topics a client may use, and how often.  Pure: who calls knows the time.
 *
 * A pattern is a topic filter in which %c stands for the client id and %u for the user name, as in the patterns of
 * mosquitto's access lists: "devices/%c/#".  A name that holds a character which means something in a
 * filter (/ + #), or begins with $, fits no pattern that asks for it: it would widen the pattern. */

#include "eventwall/mqtt.h"

struct ew_mqtt_who {
	struct ew_bytes client_id, user; /* empty user: none */
};

/* Is this a pattern? */
bool ew_mqtt_pattern_check(struct ew_bytes pattern);

/* Does the topic name, or every topic that the (unshared) filter selects, fit the pattern for this client? */
bool ew_mqtt_pattern_covers(struct ew_bytes pattern, const struct ew_mqtt_who *who, struct ew_bytes topic);

/* The same for a list, of which one has to fit; an empty list fits everything. */
bool ew_mqtt_patterns_cover(char *const *v, size_t n, const struct ew_mqtt_who *who, struct ew_bytes topic);

/* A bucket of `burst` tokens that fills with `rate` of them a second (both at least 1): take one.  The bucket is
 * the time at which it will be full again; 0: full. */
bool ew_mqtt_bucket_take(uint64_t *bucket, uint64_t now_ns, uint32_t rate, uint32_t burst);

/* How long until the next token, in nanoseconds; 0: there is one. */
uint64_t ew_mqtt_bucket_wait(uint64_t bucket, uint64_t now_ns, uint32_t rate, uint32_t burst);

#endif
