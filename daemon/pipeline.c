/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The way of one event.  Take an MQTT publish that a broker sent to a worker:
 *
 *   source_mqtt.c   reads bytes, frames one PUBLISH, makes an event (ew_event_new), names its parts
 *                   (ew_mqtt_event) and submits it.  From here on the event is ours.
 *   registry.c      where the route asks one: a record whose schema is not known yet waits here
 *   judge           opens every leaf (ew_decode), matches every field (ew_scan), and decides:
 *                     an exception (unreadable, over budget)  -> the route's policy for its cause
 *                     a signature that decides, or the score  -> drop
 *                     mode detect or shadow                   -> forward, but say what would have been
 *   learn           what is not dropped may announce names for those that come after it (aliases.h)
 *   deliver         forward: delivery.c brings it to the function's sink, with retries
 *                   drop: into quarantine, if the route has one
 *   finish          count, write the log line, tell the source: PUBACK.  The event is gone.
 *
 * Between submit and finish nothing of the event has left the process: decide before you forward. */

#include "daemon/pipeline.h"

#include "daemon/delivery.h"
#include "daemon/registry.h"
#include "daemon/source.h"
#include "daemon/worker.h"
#include "eventwall/aliases.h"
#include "eventwall/protocol.h"

#define FIELDS_KEPT 8192u /* bytes of them that may wait with their message */

/* The hit that explains a verdict, of those that stand so: one that decides alone, or else the heaviest. */
static const struct ew_hit *heaviest(const struct ew_message *m, enum ew_standing standing)
{
	const struct ew_hit *best = NULL;

	for (const struct ew_hit *h = m->hits; h; h = h->next) {
		if (h->standing != standing)
			continue;
		if (!best || h->drop > best->drop || (h->drop == best->drop && h->score > best->score))
			best = h;
	}
	return best;
}

/* The first exception that the route does not let pass; EW_OK: there is none.  All count: what a tolerated
 * one began may end in one that is not. */
static enum ew_status refused_for(const struct ew_message *m, const struct ew_route_config *c)
{
	if (m->status != EW_OK && c->on_exception[m->status] == EW_EXCEPTION_DROP)
		return m->status;
	for (uint32_t left = m->faults; left; left &= left - 1) {
		enum ew_status s = (enum ew_status)__builtin_ctz(left);
		if (c->on_exception[s] == EW_EXCEPTION_DROP)
			return s;
	}
	return EW_OK;
}

static const char *first_anomaly(uint64_t bits)
{
	return ew_anomaly_name((enum ew_anomaly)__builtin_ctzll(bits));
}

void ew_pipeline_judge(struct ew_message *m, const struct ew_route *route, struct ew_scanner *scanner,
                       enum ew_verdict *verdict_r, const struct ew_hit **deciding_r, bool *passed_r)
{
	const struct ew_route_config *c = route->config;
	const struct ew_hit *best = NULL, *shadow = NULL;
	bool drop = false, would_drop = false;

	if (c->mode != EW_MODE_OFF) {
		/* What was read is opened and matched even if it could not be read whole: a policy may let
		 * it pass. */
		(void)ew_decode(m);
		if (m->anomalies & c->refused_anomalies)
			ew_message_fault(m, EW_AMBIGUOUS, first_anomaly(m->anomalies & c->refused_anomalies), NULL);
		if (route->rules)
			(void)ew_scan(scanner, route->rules, m);
		if (route->policy)
			ew_policy_apply(route->policy, m);
		best = heaviest(m, EW_STANDING_COUNTS);
		drop = best && (best->drop || m->score >= c->threshold);
		shadow = heaviest(m, EW_STANDING_SHADOW);
		would_drop = shadow && (shadow->drop || m->shadow_score >= c->threshold);
	}
	enum ew_status refused = refused_for(m, c);
	if (refused != EW_OK) {
		drop = true;
		if (m->status != refused) {
			m->status = refused; /* where it arose is not known any more */
			m->reason = "beside one that may pass";
			m->culprit = NULL;
		}
	}
	for (int s = EW_STANDING_SHADOW; !best && s <= EW_STANDING_EXCLUDED; s++)
		best = heaviest(m, (enum ew_standing)s);
	*deciding_r = would_drop && !drop ? shadow : best;
	if ((!drop && !would_drop) || c->mode == EW_MODE_DETECT)
		*verdict_r = EW_VERDICT_FORWARD;
	else
		*verdict_r = !drop || c->mode == EW_MODE_SHADOW ? EW_VERDICT_SHADOW : EW_VERDICT_DROP;
	*passed_r = m->status != EW_OK && *verdict_r != EW_VERDICT_DROP;
}

static void count_judged(struct ew_event *ev)
{
	struct ew_stats *s = &ev->worker->stats;
	const struct ew_message *m = ev->m;

	ew_stats_inspected(s, ev->judged_ns - ev->born_ns);
	ew_add(&s->counter[EW_COUNT_SIGNATURE_HITS], m->hit_count);
	ew_add(&s->counter[EW_COUNT_UNJUDGED], m->unjudged);
	ew_add(&s->counter[EW_COUNT_DECODED_BYTES], m->used_output);
	ew_add(&s->counter[EW_COUNT_FIELDS], m->used_fields);
	for (uint64_t left = m->anomalies; left; left &= left - 1)
		ew_add(&s->anomaly[__builtin_ctzll(left)], 1);
	if (m->status != EW_OK) {
		ew_add(&s->cause[m->status], 1);
		ew_add(&s->counter[ev->exception_passed ? EW_COUNT_EXCEPTIONS_PASSED
		                                        : EW_COUNT_EXCEPTIONS_DROPPED], 1);
	}
	ew_add(&s->route[ev->route->slot][ev->transport].messages[ev->verdict], 1);
	ew_add(&s->route[ev->route->slot][ev->transport].bytes, ev->envelope.body.n);
}

/* The field tree of a message is many times its size and is of no use once there is nothing to tell of it:
 * what waits for the function then is the message alone, and the next tree grows where this one was.  Where
 * the arena holds more than fields, a small tree is not worth it. */
static void forget_fields(const struct ew_event *ev, const struct ew_arena_mark *mark)
{
	struct ew_message *m = ev->m;

	if (m->hits || m->status != EW_OK)
		return;
	if (ev->bare || ew_arena_used(m->arena) - mark->used >= FIELDS_KEPT)
		ew_message_forget_fields(m, mark);
}

void ew_pipeline_submit(struct ew_event *ev)
{
	ev->source->in_flight++;
	if (!ev->route->config->limits.registry || ev->route->config->mode == EW_MODE_OFF || ev->incomplete ||
	    !ew_registry_hold(ev))
		ew_pipeline_go_on(ev);
}

void ew_pipeline_go_on(struct ew_event *ev)
{
	static const struct ew_arena_mark start;
	struct ew_arena_mark mark = ev->bare ? start : ew_arena_mark(ev->m->arena);

	ew_pipeline_judge(ev->m, ev->route, ev->worker->scanner, &ev->verdict, &ev->deciding,
	                  &ev->exception_passed);
	if (ev->incomplete) {
		ev->verdict = EW_VERDICT_DROP;
		ev->exception_passed = false;
	}
	/* Without a judge it took no time, and asking what time it is costs more than the rest of this. */
	ev->judged_ns = ev->route->config->mode == EW_MODE_OFF ? ev->born_ns : ew_now_ns();
	if (ev->worker->turn_ns)
		ev->worker->turn_ns = ev->judged_ns;
	count_judged(ev);
	if (ev->source->aliases && ev->verdict != EW_VERDICT_DROP)
		ew_aliases_learn(ev->source->aliases, ev->m);
	forget_fields(ev, &mark);
	if (ev->verdict != EW_VERDICT_DROP && ev->source->ops->forward)
		ew_pipeline_finish(ev, ev->source->ops->forward(ev->source, ev));
	else if (ev->verdict != EW_VERDICT_DROP)
		ew_delivery_forward(ev);
	else if (ev->route->config->quarantine_to && !ev->incomplete && !ev->bodiless)
		ew_delivery_quarantine(ev, EW_DROPPED);
	else
		ew_pipeline_finish(ev, EW_DROPPED);
}

void ew_pipeline_finish(struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_worker *w = ev->worker;
	struct ew_source *s = ev->source;

	if (outcome == EW_FAILED)
		ew_count_one(w, UNDELIVERED);
	if (ev->verdict != EW_VERDICT_FORWARD || ev->m->hits || ev->m->status != EW_OK ||
	    outcome != EW_FORWARDED || ev->route->config->log_forwarded)
		ew_eventlog_event(w->log, ev, outcome);
	s->in_flight--;
	s->ops->finish(s, ev, outcome);
	ew_event_discard(&ev);
}
