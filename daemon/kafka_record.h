/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_RECORD_H
#define EVENTWALL_DAEMON_KAFKA_RECORD_H

/* A record as an event; an event of any transport as a record; what librdkafka's answers mean for delivery. */

#include "daemon/kafka_client.h"

/* Fill ev's envelope and name its parts: views of the record, which has to outlive ev, and of `topic`. */
void ew_kafka_describe(struct ew_event *ev, const char *topic, const rd_kafka_message_t *record);

/* Enqueue ev for `topic` with ev as the record's opaque.  The payload is not copied: ev lives until the
 * delivery report.  Anything but NO_ERROR: nothing was enqueued and no report will come.
 *
 * Key, headers, timestamp and a null value of a Kafka event are kept.  Of an HTTP event the headers
 * content-type, traceparent and tracestate go along, and ce-NAME becomes ce_NAME as the CloudEvents
 * binding for Kafka spells it; of an MQTT event its content type and all user properties.  With
 * ev->as_quarantine come eventwall-reason and its like, after the event's own. */
EW_MUSTCHECK rd_kafka_resp_err_t ew_kafka_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic,
                                                  struct ew_event *ev);

/* NO_ERROR is delivered; few are permanent: this very record will never be taken. */
enum ew_delivery ew_kafka_delivery(rd_kafka_resp_err_t err);

/* An operator has to act: the cluster refuses us, not the record. */
bool ew_kafka_alarm(rd_kafka_resp_err_t err);

#endif
