/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Topic patterns and token buckets.  A pattern is never expanded: its levels are compared with those of a topic
 * piece by piece, so that no client id, however long, needs memory. */

#include "daemon/mqtt_rules.h"

static bool is_one_level(struct ew_bytes name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '/' || name.p[i] == '+' || name.p[i] == '#')
			return false;
	}
	return name.n > 0 && name.p[0] != '$';
}

/* Up to the next slash; `*rest` stands behind it.  `last_r`: there was none. */
static struct ew_bytes next_level(struct ew_bytes *rest, bool *last_r)
{
	const uint8_t *at = rest->n ? memchr(rest->p, '/', rest->n) : NULL;
	struct ew_bytes level = ew_bytes(rest->p, at ? (size_t)(at - rest->p) : rest->n);

	*last_r = !at;
	*rest = ew_bytes_from(*rest, at ? level.n + 1 : level.n);
	return level;
}

/* A level of a pattern, without wildcards, against one of a topic. */
static bool level_fits(struct ew_bytes pattern, const struct ew_mqtt_who *who, struct ew_bytes level)
{
	while (pattern.n) {
		struct ew_bytes piece = ew_bytes(pattern.p, 1);
		size_t used = 1;
		if (pattern.n > 1 && pattern.p[0] == '%' && (pattern.p[1] == 'c' || pattern.p[1] == 'u')) {
			piece = pattern.p[1] == 'c' ? who->client_id : who->user;
			used = 2;
			if (!is_one_level(piece))
				return false;
		}
		if (!ew_bytes_starts(level, piece))
			return false;
		level = ew_bytes_from(level, piece.n);
		pattern = ew_bytes_from(pattern, used);
	}
	return level.n == 0;
}

bool ew_mqtt_pattern_covers(struct ew_bytes pattern, const struct ew_mqtt_who *who, struct ew_bytes topic)
{
	bool pattern_ends, topic_ends;

	if (topic.n == 0 || pattern.n == 0)
		return false;
	if (topic.p[0] == '$' && (pattern.p[0] == '+' || pattern.p[0] == '#'))
		return false;
	for (;;) {
		struct ew_bytes p = next_level(&pattern, &pattern_ends);
		if (ew_bytes_eq(p, EW_LIT("#")))
			return true;
		struct ew_bytes t = next_level(&topic, &topic_ends);
		if (ew_bytes_eq(t, EW_LIT("#")))
			return false;
		if (!ew_bytes_eq(p, EW_LIT("+")) && (ew_bytes_eq(t, EW_LIT("+")) || !level_fits(p, who, t)))
			return false;
		if (topic_ends) /* the parent level is selected by "parent/#" */
			return pattern_ends || ew_bytes_eq(pattern, EW_LIT("#"));
		if (pattern_ends)
			return false;
	}
}

bool ew_mqtt_pattern_check(struct ew_bytes pattern)
{
	return !ew_bytes_starts(pattern, EW_LIT("$share/")) && !ew_mqtt_filter_check(pattern);
}

bool ew_mqtt_patterns_cover(char *const *v, size_t n, const struct ew_mqtt_who *who, struct ew_bytes topic)
{
	for (size_t i = 0; i < n; i++) {
		if (ew_mqtt_pattern_covers(ew_bytes_str(v[i]), who, topic))
			return true;
	}
	return n == 0;
}

uint64_t ew_mqtt_bucket_wait(uint64_t bucket, uint64_t now_ns, uint32_t rate, uint32_t burst)
{
	uint64_t each = 1000000000u / rate, room = each * (burst - 1u);

	return bucket > now_ns && bucket - now_ns > room ? bucket - now_ns - room : 0;
}

bool ew_mqtt_bucket_take(uint64_t *bucket, uint64_t now_ns, uint32_t rate, uint32_t burst)
{
	if (ew_mqtt_bucket_wait(*bucket, now_ns, rate, burst))
		return false;
	*bucket = (*bucket > now_ns ? *bucket : now_ns) + 1000000000u / rate;
	return true;
}
