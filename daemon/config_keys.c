/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* config.def as an array, and the words of its enums.  Causes of exceptions come from status.def. */

#include "daemon/config_keys.h"

#include <string.h>

/* The struct that a section's keys are stored in. */
#define HOLDER_TOP ew_config
#define HOLDER_ADMIN ew_config
#define HOLDER_LOG ew_config
#define HOLDER_HTTP ew_config
#define HOLDER_DRAIN ew_config
#define HOLDER_FUNCTION ew_function_config
#define HOLDER_FUNCTION_HTTP ew_function_config
#define HOLDER_FUNCTION_MQTT ew_function_config
#define HOLDER_FUNCTION_KAFKA ew_function_config
#define HOLDER_ROUTE ew_route_config
#define HOLDER_SOURCE ew_route_config
#define HOLDER_SOURCE_HTTP ew_route_config
#define HOLDER_SOURCE_MQTT ew_route_config
#define HOLDER_SOURCE_KAFKA ew_route_config
#define HOLDER_SOURCE_MQTT_PROXY ew_route_config
#define HOLDER_LIMITS ew_route_config
#define HOLDER_EXCEPTION ew_route_config
#define HOLDER_OVERRIDE ew_override
#define HOLDER_EXCLUSION ew_exclusion
#define HOLDER_SECLANG ew_seclang_config

const struct ew_key ew_keys[] = {
#define EW_KEY(sec, key, kind, field, json, low, high, what)                                       \
	{ .section = EW_SECTION_##sec, .name = key, .type = EW_TYPE_##kind,                        \
	  .at = offsetof(struct HOLDER_##sec, field), .preset = json, .least = low, .most = high,  \
	  .text = what },
#define EW_BLOCK(sec, key, kind, inside, what)                                                     \
	{ .section = EW_SECTION_##sec, .name = key, .type = EW_TYPE_##kind,                        \
	  .below = EW_SECTION_##inside, .text = what },
#define EW_MIXED(sec, key, field, inside, json, low, high, what)                                   \
	{ .section = EW_SECTION_##sec, .name = key, .type = EW_TYPE_SETS,                          \
	  .below = EW_SECTION_##inside, .at = offsetof(struct HOLDER_##sec, field),                \
	  .preset = json, .least = low, .most = high, .text = what },
#define EW_ITEMS(sec, key, field, inside, what)                                                    \
	{ .section = EW_SECTION_##sec, .name = key, .type = EW_TYPE_ITEMS,                         \
	  .below = EW_SECTION_##inside, .at = offsetof(struct HOLDER_##sec, field), .text = what },
#define EW_CHOICE(sec, key, inside, which, what)                                                   \
	{ .section = EW_SECTION_##sec, .name = key, .type = EW_TYPE_CHOICE,                        \
	  .below = EW_SECTION_##inside, .at = offsetof(struct HOLDER_##sec, type),                 \
	  .transport = EW_TRANSPORT_##which, .text = what },
#include "daemon/config.def"
#define CAUSE_false(id, key, what)
#define CAUSE_true(id, key, what)                                                                  \
	{ .section = EW_SECTION_EXCEPTION, .name = key, .type = EW_TYPE_ACTION,                    \
	  .at = offsetof(struct ew_route_config, on_exception[EW_##id]), .preset = "",             \
	  .text = what },
#define EW_STATUS_ROW(id, key, cause, what) CAUSE_##cause(id, key, what)
#include "eventwall/status.def"
#undef EW_STATUS_ROW
};

const size_t ew_key_count = sizeof(ew_keys) / sizeof(*ew_keys);

static const struct {
	const char *name, *path;
	size_t size; /* of those of which there are many */
} sections[EW_SECTION_COUNT] = {
	[EW_SECTION_TOP] = { "the configuration", "", 0 },
	[EW_SECTION_ADMIN] = { "admin", "admin", 0 },
	[EW_SECTION_LOG] = { "log", "log", 0 },
	[EW_SECTION_HTTP] = { "http", "http", 0 },
	[EW_SECTION_DRAIN] = { "drain", "drain", 0 },
	[EW_SECTION_FUNCTION] = { "functions", "functions.NAME", 0 },
	[EW_SECTION_FUNCTION_HTTP] = { "http", "functions.NAME.http", 0 },
	[EW_SECTION_FUNCTION_MQTT] = { "mqtt", "functions.NAME.mqtt", 0 },
	[EW_SECTION_FUNCTION_KAFKA] = { "kafka", "functions.NAME.kafka", 0 },
	[EW_SECTION_ROUTE] = { "routes", "routes[]", 0 },
	[EW_SECTION_SOURCE] = { "source", "routes[].source", 0 },
	[EW_SECTION_SOURCE_HTTP] = { "http", "routes[].source.http", 0 },
	[EW_SECTION_SOURCE_MQTT] = { "mqtt", "routes[].source.mqtt", 0 },
	[EW_SECTION_SOURCE_KAFKA] = { "kafka", "routes[].source.kafka", 0 },
	[EW_SECTION_SOURCE_MQTT_PROXY] = { "mqtt_proxy", "routes[].source.mqtt_proxy", 0 },
	[EW_SECTION_LIMITS] = { "limits", "routes[].limits", 0 },
	[EW_SECTION_EXCEPTION] = { "on_exception", "routes[].on_exception", 0 },
	[EW_SECTION_OVERRIDE] = { "overrides", "routes[].overrides[]", sizeof(struct ew_override) },
	[EW_SECTION_EXCLUSION] = { "exclusions", "routes[].exclusions[]", sizeof(struct ew_exclusion) },
	[EW_SECTION_SECLANG] = { "signatures", "routes[].signatures[]", sizeof(struct ew_seclang_config) },
};

size_t ew_section_size(enum ew_section s)
{
	return sections[s].size;
}

const char *ew_section_name(enum ew_section s)
{
	return sections[s].name;
}

const char *ew_section_path(enum ew_section s)
{
	return sections[s].path;
}

const struct ew_key *ew_key_next(enum ew_section s, const struct ew_key *k)
{
	for (k = k ? k + 1 : ew_keys; k < ew_keys + ew_key_count; k++) {
		if (k->section == s)
			return k;
	}
	return NULL;
}

const char *const *ew_key_words(enum ew_key_type t)
{
	static const char *const mode[] = { "off", "detect", "shadow", "block", NULL };
	static const char *const format[] = { "plain", "binary", "structured", "invoke", NULL };
	static const char *const on_failure[] = { "hold", "quarantine", NULL };
	static const char *const excerpt[] = { "off", "hash", "redacted", "full", NULL };
	static const char *const action[] = { "drop", "pass", NULL };
	static const char *const decision[] = { "as_written", "score", "drop", NULL };
	static const char *const inspect[] = { "publish", "both", NULL };
	static const char *const on_drop[] = { "answer", "disconnect", NULL };
	static const char *const on_will[] = { "refuse", "strip", NULL };
	static const char *const on_rate[] = { "drop", "hold", NULL };

	switch (t) {
	case EW_TYPE_INSPECT:
		return inspect;
	case EW_TYPE_ON_DROP:
		return on_drop;
	case EW_TYPE_ON_WILL:
		return on_will;
	case EW_TYPE_ON_RATE:
		return on_rate;
	case EW_TYPE_MODE:
		return mode;
	case EW_TYPE_FORMAT:
		return format;
	case EW_TYPE_ON_FAILURE:
		return on_failure;
	case EW_TYPE_EXCERPT:
		return excerpt;
	case EW_TYPE_ACTION:
		return action;
	case EW_TYPE_DECISION:
		return decision;
	default:
		return NULL;
	}
}

const char *ew_mode_name(enum ew_mode m)
{
	return ew_key_words(EW_TYPE_MODE)[m];
}

const char *ew_transport_name(enum ew_transport t)
{
	static const char *const names[] = { "http", "mqtt", "kafka" };

	return t < EW_TRANSPORT_COUNT ? names[t] : "?";
}
