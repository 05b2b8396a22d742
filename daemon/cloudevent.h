/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_CLOUDEVENT_H
#define EVENTWALL_DAEMON_CLOUDEVENT_H

/* The outer envelope of an event that reaches a function in another shape than it came: CloudEvents 1.0
 * over HTTP, binary and structured, and a Lambda-style document.  The payload goes inside untouched. */

#include "daemon/buffer.h"
#include "daemon/event.h"

/* The ce-* fields, one line each. */
void ew_cloudevent_fields(struct ew_buffer *out, const struct ew_event *ev);

/* The structured document: `data` when the payload is one valid JSON value, `data_base64` otherwise. */
void ew_cloudevent_document(struct ew_buffer *out, const struct ew_event *ev);

/* {"id", "source", "subject", ..., "headers", "body", "isBase64Encoded"}: `body` is text when the
 * payload is UTF-8. */
void ew_invoke_document(struct ew_buffer *out, const struct ew_event *ev);

/* A field value that may hold anything: percent-encoded as the CloudEvents HTTP binding says. */
void ew_put_encoded(struct ew_buffer *out, struct ew_bytes value);

/* True if the whole view is one JSON value by RFC 8259, nested no deeper than 256, without a BOM. */
bool ew_json_is_value(struct ew_bytes text);

#endif
