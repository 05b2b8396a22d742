/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_MQTT_H
#define EVENTWALL_MQTT_H

/* MQTT 3.1, 3.1.1 and 5: every control packet, both directions, bytes to a struct of views and back.
 *
 * Strict on purpose: one length, one reading.  Each refusal has a stable reason ("mqtt.property-twice",
 * see mqtt_fault.def) and the reason code to answer with.  What parses is written back to the very same
 * bytes by ew_mqtt_write().
 *
 * What it does not do: sessions.  Packet id bookkeeping, topic aliases, receive maximum and keep-alive
 * belong to whoever owns the connection. */

#include "eventwall/protocol.h"

enum ew_mqtt_type {
	EW_MQTT_CONNECT = 1,
	EW_MQTT_CONNACK,
	EW_MQTT_PUBLISH,
	EW_MQTT_PUBACK,
	EW_MQTT_PUBREC,
	EW_MQTT_PUBREL,
	EW_MQTT_PUBCOMP,
	EW_MQTT_SUBSCRIBE,
	EW_MQTT_SUBACK,
	EW_MQTT_UNSUBSCRIBE,
	EW_MQTT_UNSUBACK,
	EW_MQTT_PINGREQ,
	EW_MQTT_PINGRESP,
	EW_MQTT_DISCONNECT,
	EW_MQTT_AUTH,
	EW_MQTT_WILL = 0 /* not a packet: the place of a will's properties in the tables */
};

enum ew_mqtt_version { EW_MQTT_31 = 3, EW_MQTT_311 = 4, EW_MQTT_5 = 5 };

enum ew_mqtt_side { EW_MQTT_CLIENT, EW_MQTT_SERVER };

enum ew_mqtt_property_id {
#define EW_MQTT_PROPERTY_ROW(suffix, id, ...) EW_MQTT_PROPERTY_##suffix = id,
#include "eventwall/mqtt_property.def"
#undef EW_MQTT_PROPERTY_ROW
};

enum ew_mqtt_reason {
#define EW_MQTT_REASON_ROW(suffix, code, ...) EW_MQTT_REASON_##suffix = code,
#include "eventwall/mqtt_reason.def"
#undef EW_MQTT_REASON_ROW
};

enum ew_mqtt_fault {
	EW_MQTT_FAULT_NONE,
#define EW_MQTT_FAULT_ROW(suffix, ...) EW_MQTT_FAULT_##suffix,
#include "eventwall/mqtt_fault.def"
#undef EW_MQTT_FAULT_ROW
	EW_MQTT_FAULT_COUNT
};

#define EW_MQTT_LENGTH_MOST 268435455u /* of the remaining length and any variable byte integer */
#define EW_MQTT_HEAD_MOST 5            /* bytes of a fixed header */

/* One direction of one connection.  The owner zeroes it and sets the first three. */
struct ew_mqtt_stream {
	uint8_t from;    /* enum ew_mqtt_side: who sends these packets */
	uint8_t version; /* client stream: 0, set by its CONNECT; server stream: that of the CONNECT */
	size_t max;      /* largest packet taken, fixed header included; 0: whatever MQTT can say */
	bool open;       /* CONNECT or CONNACK was read */
};

/* The fixed header. */
struct ew_mqtt_head {
	uint8_t type, flags;
	uint8_t size;    /* bytes of the fixed header */
	uint32_t length; /* remaining length: bytes after it */
};

/* How much of an MQTT 5 acknowledgement, DISCONNECT or AUTH is spelt out; all three say the same. */
enum ew_mqtt_form {
	EW_MQTT_FORM_SHORTEST, /* leave out what may be left out */
	EW_MQTT_FORM_REASON,   /* reason code, though it is 0; no property length */
	EW_MQTT_FORM_FULL      /* reason code and property length, though both are 0 */
};

struct ew_mqtt_will {
	uint8_t qos;
	bool retain;
	struct ew_bytes topic, payload, properties;
};

struct ew_mqtt_connect {
	bool bridge; /* level with the high bit set, as mosquitto's bridges do */
	bool clean;
	bool has_will, has_user, has_password;
	uint16_t keep_alive;
	struct ew_bytes client_id, user, password;
	struct ew_mqtt_will will;
};

/* A packet as views into the caller's bytes.  Only the members that the type has are set. */
struct ew_mqtt_packet {
	uint8_t type;    /* enum ew_mqtt_type */
	uint8_t version; /* enum ew_mqtt_version */
	uint8_t form;    /* enum ew_mqtt_form */
	uint8_t reason;  /* reason code (5) or return code of a CONNACK (3.x) */
	uint16_t id;     /* 0: none */

	/* PUBLISH; dup also on PUBREL, SUBSCRIBE and UNSUBSCRIBE of 3.1 */
	bool dup, retain;
	uint8_t qos;
	struct ew_bytes topic, payload;

	bool session_present; /* CONNACK */
	struct ew_mqtt_connect connect;

	/* SUBSCRIBE and UNSUBSCRIBE: entries for ew_mqtt_filter_next(); SUBACK and UNSUBACK of 5: a code
	 * a byte */
	struct ew_bytes list;

	struct ew_bytes properties; /* for ew_mqtt_property_next(); without the length in front */

	/* On refusal, see mqtt_fault.def. */
	uint8_t fault;  /* enum ew_mqtt_fault */
	uint8_t refuse; /* the reason code to answer with */
};

struct ew_mqtt_property {
	uint8_t id;           /* enum ew_mqtt_property_id */
	uint32_t number;      /* numeric kinds */
	struct ew_bytes name; /* user property only */
	struct ew_bytes text; /* text and binary kinds, value of a user property */
};

struct ew_mqtt_filter {
	struct ew_bytes filter; /* as it stands, `$share/...` included */
	uint8_t qos;            /* rest: SUBSCRIBE only */
	bool no_local, retain_as_published; /* 5 */
	uint8_t retain_handling;            /* 5 */
};

/* Read the fixed header at the start of `in`.  EW_OK: `consumed` is its size and the whole packet may
 * still be on its way.  EW_OVERSIZE: head_r is complete, so the owner can skip `head_r->size +
 * head_r->length` bytes.  What the first byte gives away (type, flags, direction, order) is refused
 * before a length is waited for.  `refuse_r` may be NULL. */
struct ew_parse ew_mqtt_frame(const struct ew_mqtt_stream *s, struct ew_bytes in,
                              struct ew_mqtt_head *head_r, uint8_t *refuse_r);

/* Read one packet at the start of `in`; on EW_MORE `want` is the size of the whole packet as soon as
 * the fixed header is there.  Moves `s` on (version, open) only on EW_OK. */
struct ew_parse ew_mqtt_parse(struct ew_mqtt_stream *s, struct ew_bytes in, struct ew_mqtt_packet *p);

/* Topic and packet id of a PUBLISH of which only the first bytes are there, for a packet that is too
 * large to take: `in` starts behind the fixed header.  EW_OK fills topic, id, qos, dup, retain. */
struct ew_parse ew_mqtt_publish_peek(const struct ew_mqtt_head *head, struct ew_bytes in,
                                     struct ew_mqtt_packet *p);

/* Write a packet into `out`.  Answers its size, or 0 if `cap` is too small or it cannot be said in MQTT
 * (a string past 65535 bytes, a packet past 256 MiB); nothing else is checked. */
EW_MUSTCHECK size_t ew_mqtt_write(uint8_t *out, size_t cap, const struct ew_mqtt_packet *p);

/* The same without the payload of a PUBLISH, for writing both with one writev(). */
EW_MUSTCHECK size_t ew_mqtt_write_head(uint8_t *out, size_t cap, const struct ew_mqtt_packet *p);

/* Size that ew_mqtt_write() will answer; 0 if it cannot be said. */
size_t ew_mqtt_size(const struct ew_mqtt_packet *p);

/* Take the first property off `*rest`.  False at the end, and at damage, which a section that came out
 * of ew_mqtt_parse() does not have. */
bool ew_mqtt_property_next(struct ew_bytes *rest, struct ew_mqtt_property *prop_r);

/* First property with that id. */
bool ew_mqtt_property_find(struct ew_bytes properties, enum ew_mqtt_property_id id,
                           struct ew_mqtt_property *prop_r);

/* Append one property.  Answers its size, 0 if it does not fit or cannot be said. */
EW_MUSTCHECK size_t ew_mqtt_property_put(uint8_t *out, size_t cap, const struct ew_mqtt_property *prop);

/* Check a section against the table, for a packet of type `place` sent by `from`. */
enum ew_mqtt_fault ew_mqtt_property_check(struct ew_bytes properties, enum ew_mqtt_type place,
                                          enum ew_mqtt_side from);

/* NULL if there is no such property. */
const char *ew_mqtt_property_name(unsigned id);

/* Take the first entry off `*rest`, the list of a SUBSCRIBE (or UNSUBSCRIBE) of that type. */
bool ew_mqtt_filter_next(struct ew_bytes *rest, enum ew_mqtt_type type, struct ew_mqtt_filter *f_r);

/* Append one entry for a packet of `type`.  Answers its size, 0 if it does not fit. */
EW_MUSTCHECK size_t ew_mqtt_filter_put(uint8_t *out, size_t cap, enum ew_mqtt_type type,
                                       const struct ew_mqtt_filter *f);

/* May this be a topic name, a topic filter (`$share/...` included)? */
enum ew_mqtt_fault ew_mqtt_topic_check(struct ew_bytes topic);
enum ew_mqtt_fault ew_mqtt_filter_check(struct ew_bytes filter);

/* The filter inside `$share/GROUP/FILTER`, or `filter` itself; group_r (may be NULL) gets the group. */
struct ew_bytes ew_mqtt_filter_inner(struct ew_bytes filter, struct ew_bytes *group_r);

/* Does the valid, unshared filter select the topic?  Wildcards never match a first level with `$`. */
bool ew_mqtt_filter_matches(struct ew_bytes filter, struct ew_bytes topic);

const char *ew_mqtt_type_name(unsigned type);     /* "PUBLISH" */
const char *ew_mqtt_reason_text(unsigned code);   /* "not authorized"; "unknown reason" */
const char *ew_mqtt_fault_reason(enum ew_mqtt_fault f); /* "mqtt.dup" */
const char *ew_mqtt_fault_text(enum ew_mqtt_fault f);
enum ew_status ew_mqtt_fault_status(enum ew_mqtt_fault f);
uint8_t ew_mqtt_fault_code(enum ew_mqtt_fault f);

/* May a `type` packet sent by `from` carry this reason code (5)? */
bool ew_mqtt_reason_valid(unsigned code, enum ew_mqtt_type type, enum ew_mqtt_side from);

/* The CONNACK return code of 3.1 and 3.1.1 that says the same as a reason code of 5; 0 if none does and
 * the connection is just closed. */
uint8_t ew_mqtt_return_code(unsigned reason);

#endif
