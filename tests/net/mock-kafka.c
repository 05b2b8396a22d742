/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A Kafka cluster in a small process: librdkafka's mock broker, served on loopback for other processes.
 * The quickstart uses it so that nobody waits for a JVM, the tests to make brokers fail on command.
 *
 *     mock-kafka [-b BROKERS] [-k] TOPIC[:PARTITIONS]...
 *
 * prints its bootstrap servers as the first line and ends with its standard input (-k: keeps on until a
 * signal).  Lines on standard input are orders, each answered with "ok" or "what?":
 *
 *     error API CODE COUNT     the next COUNT requests of that api key are answered with CODE
 *     topic NAME CODE          each metadata request for the topic has that error; 0 heals it
 *     down BROKER | up BROKER | rtt BROKER MILLISECONDS
 *
 * The trap: it keeps 5 MiB a partition and forgets the rest silently, and its transactions are not
 * real.  Exactly-once can be shown on a real broker only. */

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool obey(rd_kafka_mock_cluster_t *c, const char *line)
{
	int a, b, n;
	char name[250];

	if (sscanf(line, "error %d %d %d", &a, &b, &n) == 3 && n > 0 && n <= 1000) {
		for (int i = 0; i < n; i++)
			rd_kafka_mock_push_request_errors(c, (int16_t)a, 1, (rd_kafka_resp_err_t)b);
		return true;
	}
	if (sscanf(line, "topic %249s %d", name, &a) == 2) {
		rd_kafka_mock_topic_set_error(c, name, (rd_kafka_resp_err_t)a);
		return true;
	}
	if (sscanf(line, "down %d", &a) == 1)
		return rd_kafka_mock_broker_set_down(c, a) == RD_KAFKA_RESP_ERR_NO_ERROR;
	if (sscanf(line, "up %d", &a) == 1)
		return rd_kafka_mock_broker_set_up(c, a) == RD_KAFKA_RESP_ERR_NO_ERROR;
	if (sscanf(line, "rtt %d %d", &a, &b) == 2)
		return rd_kafka_mock_broker_set_rtt(c, a, b) == RD_KAFKA_RESP_ERR_NO_ERROR;
	return false;
}

static int number(const char *text)
{
	int n;

	return sscanf(text, "%d", &n) == 1 ? n : 0;
}

static bool make_topic(rd_kafka_mock_cluster_t *c, char *spec)
{
	char *colon = strchr(spec, ':');
	int partitions = colon ? number(colon + 1) : 4;

	if (colon)
		*colon = 0;
	return partitions > 0 &&
	       rd_kafka_mock_topic_create(c, spec, partitions, 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

int main(int argc, char **argv)
{
	char text[512], line[512];
	int brokers = 1, opt;
	bool keep = false;
	sigset_t ends;

	while ((opt = getopt(argc, argv, "b:k")) != -1) {
		if (opt == 'b') {
			brokers = number(optarg);
		} else if (opt == 'k') {
			keep = true;
		} else {
			fputs("usage: mock-kafka [-b BROKERS] [-k] TOPIC[:PARTITIONS]...\n", stderr);
			return 64;
		}
	}
	/* Blocked before librdkafka starts its threads, so that they inherit it and sigwait() gets them. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	if (keep)
		sigprocmask(SIG_BLOCK, &ends, NULL);

	rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof(text));
	rd_kafka_mock_cluster_t *c = rk ? rd_kafka_mock_cluster_new(rk, brokers) : NULL;
	if (!c) {
		fprintf(stderr, "mock-kafka: no cluster: %s\n", rk ? "brokers must be 1 or more" : text);
		return 1;
	}
	for (int i = optind; i < argc; i++) {
		if (!make_topic(c, argv[i])) {
			fprintf(stderr, "mock-kafka: cannot make topic %s\n", argv[i]);
			return 1;
		}
	}
	puts(rd_kafka_mock_cluster_bootstraps(c));
	fflush(stdout);
	if (keep) {
		int got;
		sigwait(&ends, &got);
	} else {
		while (fgets(line, sizeof(line), stdin)) {
			puts(obey(c, line) ? "ok" : "what?");
			fflush(stdout);
		}
	}
	rd_kafka_mock_cluster_destroy(c);
	rd_kafka_destroy(rk);
	return 0;
}
