/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The canonical text of a function's or a source's settings: equal texts mean that a reload keeps the open
 * connection.  It holds secrets, so it is compared and never shown. */

#include "daemon/config_keys.h"

#include <jansson.h>
#include <string.h>

static json_t *properties_as_json(const struct ew_properties *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->n; i++)
		json_object_set_new(o, p->v[i].name, json_string(p->v[i].value));
	return o;
}

static json_t *strings_as_json(const struct ew_strings *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(a, json_string(s->v[i]));
	return a;
}

static json_t *networks_as_json(const struct ew_networks *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n; i++) {
		char address[EW_ADDRESS_TEXT];
		ew_address_write(s->v[i].address, address);
		json_array_append_new(a, json_pack("[s, i]", address, s->v[i].bits));
	}
	return a;
}

static json_t *value_as_json(const struct ew_key *k, const void *at)
{
	uint32_t word;

	switch (k->type) {
	case EW_TYPE_STRING:
	case EW_TYPE_TEMPLATE:
	case EW_TYPE_SECRET:
		return json_string(*(char *const *)at);
	case EW_TYPE_UINT:
		return json_integer(*(const uint32_t *)at);
	case EW_TYPE_SIZE:
		return json_integer((json_int_t)*(const size_t *)at);
	case EW_TYPE_BOOL:
		return json_boolean(*(const bool *)at);
	case EW_TYPE_STRINGS:
		return strings_as_json(at);
	case EW_TYPE_NETWORKS:
		return networks_as_json(at);
	case EW_TYPE_PROPERTIES:
		return properties_as_json(at);
	default:
		memcpy(&word, at, sizeof(word));
		return json_integer(word);
	}
}

/* Of two choices of one transport: the first key of each must be written. */
static bool is_written(const struct ew_key *choice, const void *base)
{
	const struct ew_key *first = ew_key_next(choice->below, NULL);

	return *(char *const *)((const char *)base + first->at) != NULL;
}

char *ew_config_identity(enum ew_section s, const void *base, enum ew_transport t, const char *name)
{
	json_t *o = json_object();
	const struct ew_key *k = NULL, *inside;

	json_object_set_new(o, "name", json_string(name));
	while ((k = ew_key_next(s, k))) {
		if (k->type != EW_TYPE_CHOICE) {
			json_object_set_new(o, k->name, value_as_json(k, (const char *)base + k->at));
		} else if (k->transport == t && is_written(k, base)) {
			json_t *below = json_object();
			for (inside = NULL; (inside = ew_key_next(k->below, inside));)
				json_object_set_new(below, inside->name,
				                    value_as_json(inside, (const char *)base + inside->at));
			json_object_set_new(o, k->name, below);
		}
	}
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(o);
	return text;
}
