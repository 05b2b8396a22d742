/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_URL_HOST_H
#define EVENTWALL_SIGNATURES_ANALYSERS_URL_HOST_H

/* Where the host of a URL leads, however it is spelt. */

#include "eventwall/bytes.h"

enum ew_host_place {
	EW_HOST_ELSEWHERE,
	EW_HOST_PRIVATE,    /* RFC 1918 and its kin, names of the inside */
	EW_HOST_LOOPBACK,   /* the machine itself */
	EW_HOST_LINK_LOCAL, /* the link: metadata services live there */
	EW_HOST_METADATA,   /* the metadata service of a cloud */
};

/* By what name or address it goes, where that says more. */
enum ew_host_as {
	EW_HOST_AS_ANY,
	EW_HOST_AS_ALL,     /* 0.0.0.0, [::] */
	EW_HOST_AS_OTHER,   /* the machine itself, but neither 127.0.0.1 nor a name of everyday */
	EW_HOST_AS_V6,      /* [::1] */
	EW_HOST_AS_CLUSTER, /* the interface of the cluster */
};

struct ew_host {
	enum ew_host_place place;
	bool odd; /* spelt as nobody does who has nothing to hide */
	enum ew_host_as as;
};

/* `host` has no user and no port; an IPv6 address may have its brackets. */
struct ew_host ew_host_look(struct ew_bytes host);

/* Four parts of decimal digits, or the like: no name. */
bool ew_host_is_address(struct ew_bytes host);

/* A name of ASCII that leads anywhere but elsewhere: a glance, in place of the long look. */
bool ew_host_known(struct ew_bytes name);

#endif
