/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_CONFIG_H
#define EVENTWALL_DAEMON_CONFIG_H

/* The configuration as data.  Immutable once loaded; a generation owns one.
 *
 * The shape of the JSON file:
 *
 *     {
 *       "functions": { "orders": { "http": { "url": "http://127.0.0.1:9000/" }, "retries": 5 },
 *                      "dead":   { "kafka": { "brokers": "...", "topic": "dead" } } },
 *       "routes": [ { "name": "api", "source": { "http": { "listen": "127.0.0.1:8000" } },
 *                     "signatures": ["sqli", "shell"], "mode": "block",
 *                     "function": "orders", "quarantine": "dead" } ]
 *     }
 *
 * Every key stands in config.def, from which defaults, bounds, reference and schema come. */

#include "eventwall/address.h"
#include "eventwall/bytes.h"
#include "eventwall/error.h"
#include "eventwall/limits.h"
#include "eventwall/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ew_transport { EW_TRANSPORT_HTTP, EW_TRANSPORT_MQTT, EW_TRANSPORT_KAFKA, EW_TRANSPORT_COUNT };
enum ew_mode { EW_MODE_OFF, EW_MODE_DETECT, EW_MODE_SHADOW, EW_MODE_BLOCK };
enum ew_format {
	EW_FORMAT_PLAIN,      /* the event's bytes as they are, its headers beside them */
	EW_FORMAT_BINARY,     /* CloudEvents binary: ce-* headers, bytes as they are */
	EW_FORMAT_STRUCTURED, /* CloudEvents structured: one JSON document, data or data_base64 inside */
	EW_FORMAT_INVOKE,     /* Lambda-style: {"source","subject","headers","body","isBase64Encoded"} */
};
enum ew_on_exception { EW_EXCEPTION_DROP, EW_EXCEPTION_PASS };
enum ew_decision { EW_DECISION_AS_WRITTEN, EW_DECISION_SCORE, EW_DECISION_DROP };
enum ew_inspect { EW_INSPECT_PUBLISH, EW_INSPECT_BOTH };
enum ew_on_drop { EW_ON_DROP_ANSWER, EW_ON_DROP_DISCONNECT };
enum ew_on_will { EW_ON_WILL_REFUSE, EW_ON_WILL_STRIP };
enum ew_on_rate { EW_ON_RATE_DROP, EW_ON_RATE_HOLD };
enum ew_on_failure { EW_FAILURE_HOLD, EW_FAILURE_QUARANTINE };
enum ew_excerpt { EW_EXCERPT_OFF, EW_EXCERPT_HASH, EW_EXCERPT_REDACTED, EW_EXCERPT_FULL };

/* A list of strings. */
struct ew_strings {
	char **v;
	size_t n;
};

/* A list of addresses and of ranges of them. */
struct ew_networks {
	struct ew_network *v;
	size_t n;
};

/* A list of structs of one section. */
struct ew_items {
	void *v;
	size_t n;
};

/* librdkafka properties given through. */
struct ew_properties {
	struct {
		char *name, *value;
	} *v;
	size_t n;
};

struct ew_http_function {
	char *url;  /* as written */
	char *host; /* split from url */
	char *path; /* base path, "/" at least */
	uint16_t port;
	enum ew_format format;
	uint32_t connect_timeout_ms, timeout_ms, idle_timeout_ms;
	uint32_t idle_connections;
};

struct ew_mqtt_function {
	char *broker; /* host:port */
	char *host;
	uint16_t port;
	char *topic; /* "${topic}" in it is the event's own topic or path */
	uint32_t qos;
	uint32_t version; /* 4: 3.1.1, 5: 5.0 */
	char *client_id;  /* "" : made up per process and worker */
	char *username, *password;
	uint32_t keepalive_s;
	bool retain;
};

struct ew_kafka_function {
	char *brokers;
	char *topic;
	struct ew_properties properties;
};

struct ew_function_config {
	char *name;
	enum ew_transport type;
	struct ew_http_function http;
	struct ew_mqtt_function mqtt;
	struct ew_kafka_function kafka;
	uint32_t max_in_flight; /* per worker; past it the sources that feed it pause */
	uint32_t retries;       /* after the first attempt, for sources that cannot hear a failure */
	uint32_t backoff_ms, backoff_max_ms;
	uint32_t breaker_failures; /* consecutive failures that open the circuit; 0: never */
	uint32_t breaker_open_ms;
	char *identity; /* canonical text of all settings: equal text = keep the open sink at reload */
};

struct ew_http_source {
	char *listen; /* host:port; routes that name the same address share the listener */
	char *host;   /* "" any; "*.example.com" a suffix */
	char *path;   /* prefix on segment borders */
	struct ew_strings methods; /* empty: all */
};

struct ew_mqtt_source {
	char *broker, *host;
	uint16_t port;
	struct ew_strings topics; /* filters */
	char *share;              /* "" or a shared subscription's group name */
	uint32_t qos, version;
	char *client_id, *username, *password;
	bool clean_start;
	uint32_t session_expiry_s, keepalive_s, receive_maximum;
	uint32_t aliases_kb; /* per worker */
};

/* A listener in front of a broker. */
struct ew_mqtt_proxy {
	char *listen; /* NULL: the route's source is another one */
	char *broker, *host;
	uint16_t port;
	enum ew_inspect inspect;
	enum ew_on_drop on_drop;
	enum ew_on_will on_will;
	enum ew_on_rate on_rate;
	bool publish_will, reason_string;
	bool websocket;
	char *websocket_path;                /* "" any */
	struct ew_strings websocket_origins; /* empty: any */
	struct ew_networks forwarders;       /* their X-Forwarded-For is believed */
	struct ew_networks balancers;        /* their connections begin with a PROXY header */
	uint32_t proxy_protocol;             /* version of the one to the broker; 0: none */
	uint32_t signature_code;
	struct ew_strings publish, subscribe, retain, retain_delete; /* patterns; empty: all */
	uint32_t client_rate, client_burst, topic_rate, topic_burst; /* a rate of 0: any */
	uint32_t user_properties_max;
	uint32_t connections_max, buffers_mb; /* per worker */
	uint32_t connect_timeout_ms, packet_timeout_ms;
};

struct ew_kafka_source {
	char *brokers, *group;
	struct ew_strings topics;
	struct ew_properties properties;
	bool transactions; /* function and quarantine are Kafka topics on the same brokers */
	uint32_t max_in_flight;
};

#define EW_SCORE_AS_WRITTEN UINT32_MAX

/* What a route makes of signatures. */
struct ew_override {
	struct ew_strings signatures; /* ids and classes */
	enum ew_mode mode;
	enum ew_decision action;
	uint32_t score; /* EW_SCORE_AS_WRITTEN: not said */
	uint32_t reason_code; /* of MQTT 5; 0: the source's */
	uint32_t line;  /* in the file */
};

/* Where signatures do not count. */
struct ew_exclusion {
	struct ew_strings signatures, paths;
	char *reason, *owner;
	char *expires;     /* "YYYY-MM-DD", "" never */
	int64_t expires_s; /* first second of Unix time when it does not hold any more; INT64_MAX never */
	uint32_t line;
};

/* Rule files of ModSecurity. */
struct ew_seclang_config {
	struct ew_strings files;      /* none: there are no rule files */
	uint32_t paranoia, threshold; /* UINT32_MAX: as the files say */
	uint32_t work_mb;
};

struct ew_route_config {
	char *name;
	enum ew_transport type;
	struct ew_http_source http;
	struct ew_mqtt_source mqtt;
	struct ew_mqtt_proxy proxy;
	struct ew_kafka_source kafka;
	struct ew_strings signatures; /* resolved paths of set files */
	struct ew_seclang_config seclang;
	enum ew_mode mode;
	uint32_t threshold;
	char *function;                              /* "" a proxy, which has its broker */
	const struct ew_function_config *to;         /* resolved */
	char *quarantine;                            /* "" none */
	const struct ew_function_config *quarantine_to;
	enum ew_on_failure on_failure;
	char *descriptor_set, *message;
	struct ew_proto_schema *protobuf; /* made of them, NULL: none; what `limits` refers to */
	char *avro_schema;
	struct ew_avro_known *avro; /* made of it, likewise */
	struct ew_http_function registry; /* url, host, port and path; "" none */
	uint32_t schema_wait_ms;
	struct ew_limits limits;
	enum ew_on_exception on_exception[EW_STATUS_COUNT]; /* by cause; others are DROP */
	struct ew_strings anomalies;
	uint64_t refused_anomalies; /* the same: bits by enum ew_anomaly */
	struct ew_items overrides, exclusions;
	bool allow_empty; /* no signatures: forward what decodes */
	bool log_forwarded;
	char *identity; /* canonical text of the source's settings */
};

struct ew_config {
	char *file;
	uint32_t workers; /* 0 in the file: one a core */
	char *signature_dir, *cache_dir;
	uint32_t signature_ns_per_kb, signature_database_kb; /* budget of one signature; 0: any */
	struct {
		char *listen; /* host:port of metrics and probes; "" none */
		char *socket; /* path of the control socket; "" none */
	} admin;
	struct {
		char *file; /* "-" stdout, "" none */
		enum ew_excerpt excerpt;
		uint32_t ring_kb; /* per worker */
	} log;
	struct {
		uint32_t line_max, head_max, headers_max, ranges_max, requests_max, connections_max;
		uint32_t connections_per_address; /* 0: any number */
		uint32_t head_timeout_ms, body_timeout_ms, body_rate_min, idle_timeout_ms, write_timeout_ms;
		bool trust_forwarded; /* keep inbound X-Forwarded-*, Forwarded */
		struct ew_networks balancers; /* their connections begin with a PROXY header */
		uint32_t body_pool_mb; /* all bodies in flight, all workers together */
	} http;
	struct {
		uint32_t delay_ms, timeout_ms;
	} drain;
	struct ew_function_config *functions;
	size_t function_count;
	struct ew_route_config *routes;
	size_t route_count;
};

/* Read and check a file.  NULL: `e` names file, line, and what to write instead. */
struct ew_config *ew_config_load(const char *file, struct ew_error *e);
void ew_config_free(struct ew_config **c);

/* The same, telling every mistake and every doubt (legal, perhaps not meant), not only the first
 * mistake. */
typedef void (*ew_config_report_fn)(void *arg, bool doubt, const struct ew_error *e);
struct ew_config *ew_config_examine(const char *file, ew_config_report_fn report, void *arg);

/* From text; relative paths in it start at the folder of `name`, which need not exist. */
struct ew_config *ew_config_read(const char *name, struct ew_bytes text, ew_config_report_fn report,
                                 void *arg);

/* Is its source a listener in front of a broker, and no subscriber? */
static inline bool ew_route_is_proxy(const struct ew_route_config *c)
{
	return c->proxy.listen != NULL;
}

const char *ew_transport_name(enum ew_transport t);
const char *ew_mode_name(enum ew_mode m);

#endif
