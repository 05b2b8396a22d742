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

struct ew_host {
	enum ew_host_place place;
	bool odd; /* spelt as nobody does who has nothing to hide */
};

/* `host` has no user and no port; an IPv6 address may have its brackets. */
struct ew_host ew_host_look(struct ew_bytes host);

/* A name of ASCII that leads anywhere but elsewhere: a glance, in place of the long look. */
bool ew_host_known(struct ew_bytes name);

#endif
