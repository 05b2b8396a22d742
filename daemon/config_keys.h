/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_CONFIG_KEYS_H
#define EVENTWALL_DAEMON_CONFIG_KEYS_H

/* config.def as data, shared by what reads configurations and what prints about them. */

#include "daemon/config.h"
#include "eventwall/bytes.h"

#include <stdio.h>

/* A section is a JSON object of a fixed shape.  Those between two lines live in the same struct. */
enum ew_section {
	EW_SECTION_TOP,
	EW_SECTION_ADMIN,
	EW_SECTION_LOG,
	EW_SECTION_HTTP,
	EW_SECTION_DRAIN,

	EW_SECTION_FUNCTION,
	EW_SECTION_FUNCTION_HTTP,
	EW_SECTION_FUNCTION_MQTT,
	EW_SECTION_FUNCTION_KAFKA,

	EW_SECTION_ROUTE,
	EW_SECTION_SOURCE,
	EW_SECTION_SOURCE_HTTP,
	EW_SECTION_SOURCE_MQTT,
	EW_SECTION_SOURCE_KAFKA,
	EW_SECTION_SOURCE_MQTT_PROXY,
	EW_SECTION_LIMITS,
	EW_SECTION_EXCEPTION,

	EW_SECTION_OVERRIDE,

	EW_SECTION_EXCLUSION,

	EW_SECTION_SECLANG,
	EW_SECTION_COUNT
};

enum ew_key_type {
	EW_TYPE_IGNORED,    /* any string, not kept */
	EW_TYPE_STRING,     /* char * */
	EW_TYPE_TEMPLATE,   /* char *, in which ${topic} stays as it is */
	EW_TYPE_SECRET,     /* char *, or {"file": path} */
	EW_TYPE_UINT,       /* uint32_t */
	EW_TYPE_SIZE,       /* size_t */
	EW_TYPE_BOOL,       /* bool */
	EW_TYPE_STRINGS,    /* struct ew_strings */
	EW_TYPE_FILES,      /* the same, of which one may be written without a list */
	EW_TYPE_SETS,       /* the same, and what is an object goes to the route's `seclang` */
	EW_TYPE_NETWORKS,   /* struct ew_networks */
	EW_TYPE_PROPERTIES, /* struct ew_properties */
	EW_TYPE_MODE,       /* enums, from here on to DECISION */
	EW_TYPE_FORMAT,
	EW_TYPE_ON_FAILURE,
	EW_TYPE_EXCERPT,
	EW_TYPE_ACTION,
	EW_TYPE_INSPECT,
	EW_TYPE_ON_DROP,
	EW_TYPE_ON_WILL,
	EW_TYPE_ON_RATE,
	EW_TYPE_DECISION,
	EW_TYPE_OBJECT, /* a section in the same struct */
	EW_TYPE_CHOSEN, /* the same, must be written: one of its choices */
	EW_TYPE_CHOICE, /* a section in the same struct, of which one is written */
	EW_TYPE_CAUSES, /* a section in the same struct; what is not written is as its `default` */
	EW_TYPE_MAP,    /* a struct for each member, may be left out */
	EW_TYPE_LIST,   /* a struct for each element */
	EW_TYPE_ITEMS,  /* struct ew_items of such structs, may be left out */
};

struct ew_key {
	enum ew_section section;
	const char *name;
	enum ew_key_type type;
	size_t at; /* offset in the section's struct */
	enum ew_section below;
	enum ew_transport transport; /* of a choice */
	const char *preset;          /* JSON text; NULL: must be written */
	uint64_t least, most;
	const char *text;
};

extern const struct ew_key ew_keys[];
extern const size_t ew_key_count;

/* Bytes of the struct that the keys of a section are stored in. */
size_t ew_section_size(enum ew_section s);

/* The name a section goes by in messages: the key it is written under. */
const char *ew_section_name(enum ew_section s);

/* The path a section goes by in documents, such as `functions.NAME.http`. */
const char *ew_section_path(enum ew_section s);

/* Next key of a section after `k` (NULL: the first); NULL at the end. */
const struct ew_key *ew_key_next(enum ew_section s, const struct ew_key *k);

/* Words of an enum type in the order of their values, NULL at the end; NULL for other types. */
const char *const *ew_key_words(enum ew_key_type t);

void ew_config_print_schema(FILE *out);
void ew_config_print_reference(FILE *out);
void ew_config_print_manual(FILE *out);

/* For the parts of the loader.  Paths are those of ew_json_line(). */
struct ew_config_reader {
	const char *file;      /* as given */
	char folder[4096];     /* of the file, for relative paths */
	struct ew_bytes text;
	char path[1024];       /* where in the text we are */
	ew_config_report_fn report;
	void *arg;
	unsigned errors;
};

/* A mistake, or a doubt (the setting is legal and perhaps not meant), at r->path. */
void ew_config_fault(struct ew_config_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void ew_config_doubt(struct ew_config_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Go down in r->path; ew_config_leave() with the answer comes back. */
size_t ew_config_enter(struct ew_config_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void ew_config_leave(struct ew_config_reader *r, size_t was);

/* Free what a list of strings holds. */
void ew_strings_fini(struct ew_strings *s);

/* `${NAME}` and `${NAME:-default}` from the environment, `$${` for a literal `${`.  Heap; NULL after
 * ew_config_fault().  `topic`: `${topic}` stays. */
char *ew_config_expand(struct ew_config_reader *r, const char *s, bool topic);

/* The whole of a small regular file without its last line end; same answers. */
char *ew_config_secret(struct ew_config_reader *r, const char *path);

/* `path`, or the same below the configuration's folder when it is relative.  Heap. */
char *ew_config_path(const struct ew_config_reader *r, const char *path);

/* ", did you mean ..." or nothing, in static storage of the caller. */
const char *ew_config_hint(char *out, size_t cap, const char *word, const char *const *known, size_t n);

/* Read one section, and all below it, into the struct at `base`. */
struct json_t;
void ew_config_take(struct ew_config_reader *r, enum ew_section s, struct json_t *from, void *base);

/* Split, look up, compare: everything that needs more than one key. */
void ew_config_resolve(struct ew_config_reader *r, struct ew_config *c);

/* Read the set of descriptors that a route names and choose its message. */
void ew_config_descriptors(struct ew_config_reader *r, struct ew_route_config *t);

/* Read the schema of Avro that a route names. */
void ew_config_avro(struct ew_config_reader *r, struct ew_route_config *t);

/* Do two routes get in each other's way?  `a` stands before `b`, where r->path is. */
void ew_config_compare(struct ew_config_reader *r, const struct ew_route_config *a,
                       const struct ew_route_config *b);

/* The address that a route's source listens on; NULL: none. */
const char *ew_config_listen(const struct ew_route_config *t);

/* Names of anomalies to bits. */
void ew_config_resolve_policy(struct ew_config_reader *r, struct ew_route_config *t);
/* May a client be told so when its message is dropped? */
void ew_config_check_reason_code(struct ew_config_reader *r, const char *key, uint32_t code);
void ew_config_resolve_anomalies(struct ew_config_reader *r, struct ew_route_config *t);

/* What is legal in a route and perhaps not meant. */
void ew_config_doubts(struct ew_config_reader *r, const struct ew_route_config *t);

/* A section of a struct as canonical JSON text.  Heap. */
char *ew_config_identity(enum ew_section s, const void *base, enum ew_transport t, const char *name);

#endif
