/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What librdkafka alone can do: consume in batches, produce the consumed payload without a copy, nothing
 * in between.  The yardstick for the Kafka route of the gateway; run on the same cluster, in the same run,
 * with the gateway's settings.
 *
 *     bench_kafka_loop BROKERS IN OUT GROUP COUNT
 *
 * prints the rate of deliveries between the first tenth and the last, and the CPU of a record.  It commits
 * what it has read five times a second, delivered or not: less than the gateway promises, and the least
 * that a consumer does. */

#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define BATCH 1000

static long delivered, failed, count;
static double tenth, nine_tenths;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	(void)rk;
	(void)opaque;
	if (m->err)
		failed++;
	else
		delivered++;
	if (delivered == count / 10)
		tenth = seconds();
	else if (delivered == count - count / 10)
		nine_tenths = seconds();
	rd_kafka_message_destroy(m->_private); /* the record whose payload it was */
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char text[256];

	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
		fprintf(stderr, "bench_kafka_loop: %s\n", text);
}

static rd_kafka_t *open_client(rd_kafka_type_t type, const char *brokers, const char *group)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256];

	set(conf, "bootstrap.servers", brokers);
	if (type == RD_KAFKA_CONSUMER) {
		set(conf, "group.id", group);
		set(conf, "auto.offset.reset", "earliest");
		set(conf, "isolation.level", "read_committed");
		set(conf, "check.crcs", "true");
		set(conf, "enable.auto.commit", "true");
		set(conf, "auto.commit.interval.ms", "200");
	} else {
		set(conf, "acks", "all");
		set(conf, "enable.idempotence", "true");
		set(conf, "queue.buffering.max.messages", "1000000");
		set(conf, "socket.nagle.disable", "true");
		rd_kafka_conf_set_dr_msg_cb(conf, on_report);
	}
	rd_kafka_t *rk = rd_kafka_new(type, conf, text, sizeof(text));
	if (!rk)
		fprintf(stderr, "bench_kafka_loop: %s\n", text);
	return rk;
}

/* True if the record is on its way; the producer's queue being full is a matter of waiting. */
static bool pass_on(rd_kafka_t *producer, rd_kafka_topic_t *out, rd_kafka_message_t *m)
{
	for (;;) {
		if (rd_kafka_produce(out, RD_KAFKA_PARTITION_UA, 0, m->payload, m->len, m->key, m->key_len, m) == 0)
			return true;
		if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			return false;
		rd_kafka_poll(producer, 10);
	}
}

int main(int argc, char **argv)
{
	static rd_kafka_message_t *batch[BATCH];
	long seen = 0;
	double cpu = 0, limit = seconds() + 120;

	if (argc != 6 || sscanf(argv[5], "%ld", &count) != 1) {
		fputs("usage: bench_kafka_loop BROKERS IN OUT GROUP COUNT\n", stderr);
		return 64;
	}
	rd_kafka_t *consumer = open_client(RD_KAFKA_CONSUMER, argv[1], argv[4]);
	rd_kafka_t *producer = open_client(RD_KAFKA_PRODUCER, argv[1], NULL);
	if (!consumer || !producer)
		return 1;
	rd_kafka_topic_t *out = rd_kafka_topic_new(producer, argv[3], NULL);
	rd_kafka_topic_partition_list_t *in = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(in, argv[2], RD_KAFKA_PARTITION_UA);
	rd_kafka_poll_set_consumer(consumer);
	if (rd_kafka_subscribe(consumer, in) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return 1;
	rd_kafka_topic_partition_list_destroy(in);
	rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);

	while (delivered + failed < count && seconds() < limit) {
		ssize_t n = seen < count ? rd_kafka_consume_batch_queue(queue, 5, batch, BATCH) : 0;
		for (ssize_t i = 0; i < n; i++) {
			if (batch[i]->err || !pass_on(producer, out, batch[i])) {
				rd_kafka_message_destroy(batch[i]);
				continue;
			}
			if (seen++ == 0)
				cpu = cpu_seconds();
		}
		rd_kafka_poll(producer, seen < count ? 0 : 10);
	}
	printf("%ld records: %.0f msg/s, %.2f us of CPU each\n", delivered,
	       (double)(count - count / 10 * 2) / (nine_tenths - tenth),
	       (cpu_seconds() - cpu) * 1e6 / (double)count);
	rd_kafka_queue_destroy(queue);
	rd_kafka_consumer_close(consumer);
	rd_kafka_topic_destroy(out);
	rd_kafka_destroy(producer);
	rd_kafka_destroy(consumer);
	return failed || delivered < count;
}
