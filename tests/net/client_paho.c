/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a program of paho (C) sees of a broker, as one JSON object; test_mqtt_clients.py has what it is to see.
 *
 *     client-paho PORT tcp|websockets 3|4|5 PREFIX */

#include <MQTTClient.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define INBOX_MOST 64
#define PATIENCE_S 20

static int version;
static char url[64], prefix[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;

struct client {
	MQTTClient c;
	MQTTClient_message *inbox[INBOX_MOST];
	int got, taken;
	int code, present;
	bool assigned;
};

static void fail(const char *what, int rc)
{
	fprintf(stderr, "client-paho: %s: %d\n", what, rc);
	exit(1);
}

static char *topic_of(const char *name)
{
	static char room[8][160];
	static unsigned next;
	char *t = room[next++ % 8];

	snprintf(t, sizeof(room[0]), "%s/%s", prefix, name);
	return t;
}

static int on_message(void *arg, char *topic, int len, MQTTClient_message *m)
{
	struct client *c = arg;

	(void)len;
	pthread_mutex_lock(&lock);
	if (c->got == INBOX_MOST)
		fail("too many messages", c->got);
	c->inbox[c->got++] = m;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
	MQTTClient_free(topic);
	return 1;
}

static void join(struct client *c, const char *name, bool clean, const char *will)
{
	MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
	MQTTClient_connectOptions o = MQTTClient_connectOptions_initializer;
	MQTTClient_connectOptions o5 = MQTTClient_connectOptions_initializer5;
	MQTTClient_willOptions w = MQTTClient_willOptions_initializer;
	MQTTProperties props = MQTTProperties_initializer;
	MQTTProperty expiry = { .identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL };
	char id[128] = "";
	int rc;

	*c = (struct client){ 0 };
	if (name)
		snprintf(id, sizeof(id), "%s%s", prefix, name);
	create.MQTTVersion = version;
	rc = MQTTClient_createWithOptions(&c->c, url, id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &create);
	if (rc != 0)
		fail("create", rc);
	if (MQTTClient_setCallbacks(c->c, c, NULL, on_message, NULL) != 0)
		fail("callbacks", 0);
	if (version == 5)
		o = o5;
	o.MQTTVersion = version;
	o.keepAliveInterval = 30;
	if (version == 5)
		o.cleanstart = clean;
	else
		o.cleansession = clean;
	if (will) {
		w.topicName = will;
		w.message = "gone";
		w.qos = 1;
		o.will = &w;
	}
	if (version == 5) {
		expiry.value.integer4 = clean ? 0 : 300;
		MQTTProperties_add(&props, &expiry);
		MQTTResponse r = MQTTClient_connect5(c->c, &o, &props, NULL);
		c->code = (int)r.reasonCode;
		c->assigned = r.properties && MQTTProperties_hasProperty(
			r.properties, MQTTPROPERTY_CODE_ASSIGNED_CLIENT_IDENTIFER);
		MQTTResponse_free(r);
		MQTTProperties_free(&props);
	} else {
		c->code = MQTTClient_connect(c->c, &o);
	}
	if (c->code != 0)
		fail("connect", c->code);
	c->present = o.returned.sessionPresent;
}

static int subscribe(struct client *c, const char *topic, int qos)
{
	if (version < 5) {
		int rc = MQTTClient_subscribe(c->c, topic, qos);
		if (rc != 0)
			fail("subscribe", rc);
		return qos; /* a lower one would be told as an error */
	}
	MQTTResponse r = MQTTClient_subscribe5(c->c, topic, qos, NULL, NULL);
	int granted = (int)r.reasonCode;
	MQTTResponse_free(r);
	return granted;
}

static void unsubscribe(struct client *c, const char *topic)
{
	if (version < 5) {
		if (MQTTClient_unsubscribe(c->c, topic) != 0)
			fail("unsubscribe", 0);
		return;
	}
	MQTTResponse r = MQTTClient_unsubscribe5(c->c, topic, NULL);
	if (r.reasonCode != 0)
		fail("unsubscribe", (int)r.reasonCode);
	MQTTResponse_free(r);
}

static void publish(struct client *c, const char *topic, const char *payload, int qos, int retain,
                    MQTTProperties *props)
{
	MQTTClient_message m = MQTTClient_message_initializer;
	MQTTClient_deliveryToken token;
	int rc;

	m.payload = (void *)(size_t)payload;
	m.payloadlen = (int)strlen(payload);
	m.qos = qos;
	m.retained = retain;
	if (version < 5) {
		rc = MQTTClient_publishMessage(c->c, topic, &m, &token);
	} else {
		if (props)
			m.properties = *props;
		MQTTResponse r = MQTTClient_publishMessage5(c->c, topic, &m, &token);
		rc = (int)r.reasonCode;
		MQTTResponse_free(r);
	}
	if (rc == 0)
		rc = MQTTClient_waitForCompletion(c->c, token, PATIENCE_S * 1000UL);
	if (rc != 0)
		fail("publish", rc);
}

/* The next message; the client's until the end. */
static const MQTTClient_message *take(struct client *c)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&lock);
	while (c->taken == c->got)
		if (pthread_cond_timedwait(&more, &lock, &end) != 0)
			fail("nothing comes", c->got);
	const MQTTClient_message *m = c->inbox[c->taken++];
	pthread_mutex_unlock(&lock);
	return m;
}

static bool is(const MQTTClient_message *m, const char *text)
{
	return (size_t)m->payloadlen == strlen(text) && memcmp(m->payload, text, strlen(text)) == 0;
}

/* The payloads of `n` messages as a list. */
static void print_texts(struct client *c, int n)
{
	for (int i = 0; i < n; i++) {
		const MQTTClient_message *m = take(c);
		printf("%s\"%.*s\"", i ? ", " : "[", m->payloadlen, (const char *)m->payload);
	}
	printf("]");
}

static void leave(struct client *c)
{
	if (MQTTClient_disconnect(c->c, 10000) != 0)
		fail("disconnect", 0);
	MQTTClient_destroy(&c->c);
}

/* A client that dies without DISCONNECT once the pipe is closed: a process, begun before there are threads. */
static int begin_mortal(void)
{
	int ends[2];
	char c = 0;

	if (pipe(ends) != 0)
		fail("pipe", 0);
	if (fork() == 0) {
		struct client w;
		close(ends[1]);
		join(&w, "w", true, topic_of("will"));
		if (read(ends[0], &c, 1) >= 0)
			_exit(0);
		_exit(1);
	}
	close(ends[0]);
	return ends[1];
}

static void try_qualities(struct client *a, struct client *b)
{
	for (int qos = 0; qos < 3; qos++) {
		char name[4], text[4], qualities[64] = "", topic[160];
		snprintf(name, sizeof(name), "q%d", qos);
		snprintf(topic, sizeof(topic), "%s", topic_of(name));
		printf(", \"qos%d\": [[%d], ", qos, subscribe(b, topic, qos));
		for (int i = 0; i < 10; i++) {
			snprintf(text, sizeof(text), "m%d", i);
			publish(a, topic, text, qos, 0, NULL);
		}
		int from = b->taken;
		for (int i = 0; i < 10; i++) {
			char one[8];
			snprintf(one, sizeof(one), "%s%d", i ? ", " : "", take(b)->qos);
			strncat(qualities, one, sizeof(qualities) - strlen(qualities) - 1);
		}
		b->taken = from;
		printf("[%s], ", qualities);
		print_texts(b, 10);
		printf("]");
	}
}

static void try_retained(struct client *a, struct client *b)
{
	const char *kept = topic_of("kept");

	publish(a, kept, "kept", 1, 1, NULL);
	subscribe(b, kept, 1);
	const MQTTClient_message *m = take(b);
	printf(", \"retained\": [[\"%.*s\", %d], ", m->payloadlen, (const char *)m->payload, m->retained);
	publish(a, kept, "end", 1, 0, NULL);
	m = take(b);
	printf("[\"%.*s\", %d]]", m->payloadlen, (const char *)m->payload, m->retained);
	unsubscribe(b, kept);
	publish(a, kept, "", 1, 1, NULL);
	subscribe(b, kept, 1);
	publish(a, kept, "end", 1, 0, NULL);
	printf(", \"retained deleted\": ");
	print_texts(b, 1);
}

static void try_session(struct client *a)
{
	const char *topic = topic_of("session");
	struct client s;
	char text[4];

	join(&s, "s", false, NULL);
	subscribe(&s, topic, 1);
	leave(&s);
	for (int i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "m%d", i);
		publish(a, topic, text, 1, 0, NULL);
	}
	join(&s, "s", false, NULL);
	printf(", \"session\": [%d, ", s.present);
	print_texts(&s, 5);
	printf("]");
	leave(&s);
}

static void try_shared(struct client *a)
{
	struct client group[2];
	char filter[200], text[4];
	int seen[20] = { 0 }, n = 0, number;

	snprintf(filter, sizeof(filter), "$share/g/%s/shared", prefix);
	for (int i = 0; i < 2; i++) {
		join(&group[i], i ? "g1" : "g0", true, NULL);
		subscribe(&group[i], filter, 1);
	}
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "%02d", i);
		publish(a, topic_of("shared"), text, 1, 0, NULL);
	}
	pthread_mutex_lock(&lock);
	struct timespec end;
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_S;
	while (group[0].got + group[1].got < 20)
		if (pthread_cond_timedwait(&more, &lock, &end) != 0)
			fail("some never came", group[0].got + group[1].got);
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < group[k].got; i++)
			if (sscanf(group[k].inbox[i]->payload, "%2d", &number) == 1 && number >= 0 && number < 20)
				seen[number]++;
	pthread_mutex_unlock(&lock);
	printf(", \"shared\": [");
	for (int i = 0; i < 20; i++)
		for (int k = 0; k < seen[i]; k++)
			printf("%s\"%02d\"", n++ ? ", " : "", i);
	printf("]");
	leave(&group[0]);
	leave(&group[1]);
}

static void add_text(MQTTProperties *p, enum MQTTPropertyCodes id, const char *name, const char *value)
{
	MQTTProperty one = { .identifier = id };

	one.value.data = (MQTTLenString){ (int)strlen(name), (char *)(size_t)name };
	if (value)
		one.value.value = (MQTTLenString){ (int)strlen(value), (char *)(size_t)value };
	if (MQTTProperties_add(p, &one) != 0)
		fail("property", (int)id);
}

static void print_text(MQTTProperties *p, enum MQTTPropertyCodes id, size_t skip)
{
	MQTTProperty *one = MQTTProperties_getProperty(p, id);

	if (!one || (size_t)one->value.data.len < skip)
		fail("no property", (int)id);
	printf(", \"%.*s\"", one->value.data.len - (int)skip, one->value.data.data + skip);
}

static void try_properties(struct client *a, struct client *b)
{
	const char *topic = topic_of("properties"), *answer = topic_of("answer");
	MQTTProperties props = MQTTProperties_initializer, alias = MQTTProperties_initializer;
	MQTTProperty correlation = { .identifier = MQTTPROPERTY_CODE_CORRELATION_DATA },
		     format = { .identifier = MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR },
		     expiry = { .identifier = MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL },
		     number = { .identifier = MQTTPROPERTY_CODE_TOPIC_ALIAS };
	char bytes[2] = { 0, (char)0xff };
	struct client nameless;

	subscribe(b, topic, 1);
	add_text(&props, MQTTPROPERTY_CODE_USER_PROPERTY, "a", "1");
	add_text(&props, MQTTPROPERTY_CODE_USER_PROPERTY, "b", "2");
	add_text(&props, MQTTPROPERTY_CODE_USER_PROPERTY, "a", "3");
	add_text(&props, MQTTPROPERTY_CODE_CONTENT_TYPE, "text/plain", NULL);
	add_text(&props, MQTTPROPERTY_CODE_RESPONSE_TOPIC, answer, NULL);
	correlation.value.data = (MQTTLenString){ 2, bytes };
	format.value.byte = 1;
	expiry.value.integer4 = 300;
	number.value.integer2 = 1;
	if (MQTTProperties_add(&props, &correlation) != 0 || MQTTProperties_add(&props, &format) != 0 ||
	    MQTTProperties_add(&props, &expiry) != 0 || MQTTProperties_add(&alias, &number) != 0)
		fail("properties", 0);
	publish(a, topic, "with all", 1, 0, &props);
	MQTTProperties p = take(b)->properties;
	printf(", \"properties\": [[");
	for (int i = 0; i < MQTTProperties_propertyCount(&p, MQTTPROPERTY_CODE_USER_PROPERTY); i++) {
		MQTTProperty *u = MQTTProperties_getPropertyAt(&p, MQTTPROPERTY_CODE_USER_PROPERTY, i);
		printf("%s[\"%.*s\", \"%.*s\"]", i ? ", " : "", u->value.data.len, u->value.data.data,
		       u->value.value.len, u->value.value.data);
	}
	printf("]");
	print_text(&p, MQTTPROPERTY_CODE_CONTENT_TYPE, 0);
	print_text(&p, MQTTPROPERTY_CODE_RESPONSE_TOPIC, strlen(prefix));
	MQTTProperty *c = MQTTProperties_getProperty(&p, MQTTPROPERTY_CODE_CORRELATION_DATA);
	printf(", \"");
	for (int i = 0; c && i < c->value.data.len; i++)
		printf("%02x", (unsigned char)c->value.data.data[i]);
	int left = MQTTProperties_getNumericValue(&p, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL);
	printf("\", %d, %s]", MQTTProperties_getNumericValue(&p, MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR),
	       left > 290 && left <= 300 ? "true" : "false");
	join(&nameless, NULL, true, NULL);
	printf(", \"assigned\": %s", nameless.assigned ? "true" : "false");
	leave(&nameless);
	publish(a, topic, "first", 1, 0, &alias);
	publish(a, "", "by alias", 1, 0, &alias);
	printf(", \"alias\": ");
	print_texts(b, 2);
	MQTTProperties_free(&props);
	MQTTProperties_free(&alias);
}

int main(int argc, char **argv)
{
	static char big[200001];
	struct client a, b;

	if (argc != 5)
		fail("PORT tcp|websockets 3|4|5 PREFIX", argc);
	bool ws = !strcmp(argv[2], "websockets");
	snprintf(url, sizeof(url), "%s://127.0.0.1:%s%s", ws ? "ws" : "tcp", argv[1], ws ? "/mqtt" : "");
	version = argv[3][0] - '0';
	snprintf(prefix, sizeof(prefix), "%s", argv[4]);
	int mortal = begin_mortal();
	join(&a, "a", true, NULL);
	join(&b, "b", true, NULL);
	printf("{\"connect\": [%d, %d]", b.code, b.present);
	try_qualities(&a, &b);
	memset(big, 'x', 200000);
	subscribe(&b, topic_of("big"), 1);
	publish(&a, topic_of("big"), big, 1, 0, NULL);
	printf(", \"big\": %d", take(&b)->payloadlen);
	unsubscribe(&b, topic_of("big"));
	publish(&a, topic_of("big"), "unheard", 1, 0, NULL);
	publish(&a, topic_of("q1"), "end", 1, 0, NULL);
	printf(", \"unsubscribe\": ");
	print_texts(&b, 1);
	try_retained(&a, &b);
	subscribe(&b, topic_of("will"), 1);
	close(mortal);
	printf(", \"will\": ");
	print_texts(&b, 1);
	try_session(&a);
	try_shared(&a);
	if (version == 5)
		try_properties(&a, &b);
	printf("}\n");
	if (!is(b.inbox[0], "m0"))
		fail("the first message has changed", 0);
	leave(&a);
	leave(&b);
	return 0;
}
