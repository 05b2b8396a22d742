/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MQTT topic names and filters: what may be one, and which filter selects which name.
 *
 * MQTT 3.1.1 and 5 section 4.7, MQTT 5 section 4.8.2.  Shared subscriptions ($share/GROUP/FILTER) are
 * read in every version, as brokers do.  The trap: "sport/#" also selects "sport", and a wildcard in
 * the first place never selects "$SYS/...". */

#include "mqtt.h"

enum ew_mqtt_fault ew_mqtt_text_check(struct ew_bytes text)
{
	if (text.n && memchr(text.p, 0, text.n))
		return EW_MQTT_FAULT_NUL;
	return ew_utf8_valid(text) ? EW_MQTT_FAULT_NONE : EW_MQTT_FAULT_UTF8;
}

enum ew_mqtt_fault ew_mqtt_topic_levels(struct ew_bytes topic)
{
	if (topic.n == 0)
		return EW_MQTT_FAULT_TOPIC_EMPTY;
	if (memchr(topic.p, '+', topic.n) || memchr(topic.p, '#', topic.n))
		return EW_MQTT_FAULT_TOPIC_WILDCARD;
	return EW_MQTT_FAULT_NONE;
}

static enum ew_mqtt_fault check_wildcards(struct ew_bytes filter)
{
	if (filter.n == 0)
		return EW_MQTT_FAULT_FILTER;
	for (size_t i = 0; i < filter.n; i++) {
		uint8_t c = filter.p[i];
		if (c != '+' && c != '#')
			continue;
		bool first = i == 0 || filter.p[i - 1] == '/';
		bool last = i + 1 == filter.n || (c == '+' && filter.p[i + 1] == '/');
		if (!first || !last)
			return EW_MQTT_FAULT_FILTER;
	}
	return EW_MQTT_FAULT_NONE;
}

static bool is_shared(struct ew_bytes filter)
{
	return ew_bytes_starts(filter, EW_LIT("$share/")) || ew_bytes_eq(filter, EW_LIT("$share"));
}

struct ew_bytes ew_mqtt_filter_inner(struct ew_bytes filter, struct ew_bytes *group_r)
{
	struct ew_bytes rest = filter, group = { filter.p, 0 };

	if (is_shared(filter)) {
		rest = ew_bytes_from(filter, sizeof("$share/") - 1);
		size_t slash = ew_bytes_find(rest, 0, EW_LIT("/"));
		group = ew_bytes(rest.p, slash < rest.n ? slash : rest.n);
		rest = ew_bytes_from(rest, group.n + 1);
	}
	if (group_r)
		*group_r = group;
	return rest;
}

enum ew_mqtt_fault ew_mqtt_filter_levels(struct ew_bytes filter)
{
	struct ew_bytes group, inner = ew_mqtt_filter_inner(filter, &group);

	if (!is_shared(filter))
		return check_wildcards(filter);
	/* The group is a name, and `$share/group` without a filter behind it selects nothing. */
	if (ew_mqtt_topic_levels(group) || inner.n == 0)
		return EW_MQTT_FAULT_SHARE;
	return check_wildcards(inner);
}

enum ew_mqtt_fault ew_mqtt_topic_check(struct ew_bytes topic)
{
	enum ew_mqtt_fault f = ew_mqtt_text_check(topic);

	if (topic.n > UINT16_MAX)
		return EW_MQTT_FAULT_TOO_LARGE;
	return f ? f : ew_mqtt_topic_levels(topic);
}

enum ew_mqtt_fault ew_mqtt_filter_check(struct ew_bytes filter)
{
	enum ew_mqtt_fault f = ew_mqtt_text_check(filter);

	if (filter.n > UINT16_MAX)
		return EW_MQTT_FAULT_TOO_LARGE;
	return f ? f : ew_mqtt_filter_levels(filter);
}

static size_t level_end(struct ew_bytes b, size_t from)
{
	while (from < b.n && b.p[from] != '/')
		from++;
	return from;
}

bool ew_mqtt_filter_matches(struct ew_bytes filter, struct ew_bytes topic)
{
	size_t f = 0, t = 0;

	if (filter.n == 0 || topic.n == 0)
		return false;
	if (topic.p[0] == '$' && (filter.p[0] == '+' || filter.p[0] == '#'))
		return false;
	for (;;) {
		size_t fe = level_end(filter, f), te = level_end(topic, t);
		struct ew_bytes level = { filter.p + f, fe - f };

		if (ew_bytes_eq(level, EW_LIT("#")))
			return true;
		if (!ew_bytes_eq(level, EW_LIT("+")) &&
		    !ew_bytes_eq(level, ew_bytes(topic.p + t, te - t)))
			return false;
		if (te == topic.n) /* the parent level is selected by "parent/#" */
			return fe == filter.n ||
			       ew_bytes_eq(ew_bytes_from(filter, fe), EW_LIT("/#"));
		if (fe == filter.n)
			return false;
		f = fe + 1;
		t = te + 1;
	}
}
