/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Overrides and exclusions of a route, as far as they can be judged without its signatures; policy.c does the
 * rest. */

#include "daemon/config_keys.h"
#include "eventwall/json_locate.h"
#include "eventwall/mqtt.h"
#include "eventwall/ruleset.h"

#include <time.h>

/* Days since 1970-01-01 of a date of the Gregorian calendar (Hinnant's days_from_civil). */
static int64_t days_from(int64_t y, int64_t m, int64_t d)
{
	y -= m <= 2;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "YYYY-MM-DD" to the first second after that day, UTC. */
static bool end_of_day(const char *s, int64_t *second_r)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int n[3] = { 0, 0, 0 };

	for (int i = 0, part = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			part++;
			if (s[i] != '-')
				return false;
		} else if (s[i] < '0' || s[i] > '9') {
			return false;
		} else {
			n[part] = n[part] * 10 + s[i] - '0';
		}
	}
	bool leap = (n[0] % 4 == 0 && n[0] % 100 != 0) || n[0] % 400 == 0;
	if (s[10] || n[0] < 1970 || n[1] < 1 || n[1] > 12 || n[2] < 1 ||
	    n[2] > days[n[1] - 1] + (n[1] == 2 && leap))
		return false;
	*second_r = (days_from(n[0], n[1], n[2]) + 1) * 86400;
	return true;
}

static void resolve_exclusion(struct ew_config_reader *r, struct ew_exclusion *x)
{
	x->expires_s = INT64_MAX;
	x->line = ew_json_line(r->text, r->path);
	for (size_t i = 0; i < x->paths.n; i++) {
		const char *why;
		size_t was = ew_config_enter(r, ".paths[%zu]", i);
		if (!ew_path_check(ew_bytes_str(x->paths.v[i]), &why))
			ew_config_fault(r, "\"%.128s\" is no path: %s", x->paths.v[i], why);
		ew_config_leave(r, was);
	}
	if (!x->expires || !*x->expires)
		return;
	size_t was = ew_config_enter(r, ".expires");
	if (!end_of_day(x->expires, &x->expires_s))
		ew_config_fault(r, "\"%.32s\" is no day; write YYYY-MM-DD", x->expires);
	else if (x->expires_s <= (int64_t)time(NULL))
		ew_config_doubt(r, "the exclusion ended on %s and does not hold any more; delete it or give it "
		                   "another day", x->expires);
	ew_config_leave(r, was);
}

void ew_config_check_reason_code(struct ew_config_reader *r, const char *key, uint32_t code)
{
	size_t was = ew_config_enter(r, "%s", key);

	if (code < 0x80 || !ew_mqtt_reason_valid(code, EW_MQTT_PUBACK, EW_MQTT_SERVER))
		ew_config_fault(r, "%u is no reason code that a PUBACK may carry; write 128, 131, 135, 144, 145, "
		                   "151 or 153", code);
	ew_config_leave(r, was);
}

void ew_config_resolve_policy(struct ew_config_reader *r, struct ew_route_config *t)
{
	struct ew_exclusion *exclusions = t->exclusions.v;
	struct ew_override *overrides = t->overrides.v;

	for (size_t i = 0; i < t->exclusions.n; i++) {
		size_t was = ew_config_enter(r, ".exclusions[%zu]", i);
		resolve_exclusion(r, &exclusions[i]);
		ew_config_leave(r, was);
	}
	for (size_t i = 0; i < t->overrides.n; i++) {
		size_t was = ew_config_enter(r, ".overrides[%zu]", i);
		overrides[i].line = ew_json_line(r->text, r->path);
		if (overrides[i].reason_code && !ew_route_is_proxy(t))
			ew_config_fault(r, "\"reason_code\" is what clients of \"mqtt_proxy\" are told; delete it");
		else if (overrides[i].reason_code)
			ew_config_check_reason_code(r, ".reason_code", overrides[i].reason_code);
		ew_config_leave(r, was);
	}
}
