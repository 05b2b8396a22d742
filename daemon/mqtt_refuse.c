/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Answers to what is refused.  The trap: a code is legal in some packets only (MQTT 5, 2.4), and a client library
 * ends a connection over one in the wrong place. */

#include "daemon/mqtt_refuse.h"

enum ew_mqtt_why ew_mqtt_why(bool by_signature, enum ew_status s)
{
	if (by_signature)
		return EW_MQTT_WHY_SIGNATURE;
	switch (s) {
	case EW_OK:
		return EW_MQTT_WHY_SIGNATURE;
	case EW_LIMIT:
	case EW_ENGINE:
	case EW_OVERLOAD:
		return EW_MQTT_WHY_UNREAD;
	default:
		return EW_MQTT_WHY_UNREADABLE;
	}
}

uint8_t ew_mqtt_refuse_code(enum ew_mqtt_why why, uint8_t signature)
{
	switch (why) {
	case EW_MQTT_WHY_SIGNATURE:
		return signature;
	case EW_MQTT_WHY_UNREADABLE:
		return EW_MQTT_REASON_PAYLOAD_FORMAT;
	case EW_MQTT_WHY_UNREAD:
		return EW_MQTT_REASON_IMPLEMENTATION;
	case EW_MQTT_WHY_RATE:
		return EW_MQTT_REASON_QUOTA;
	default:
		return EW_MQTT_REASON_NOT_AUTHORIZED;
	}
}

/* 0x87 is no code of a client's DISCONNECT but one of a server's; all of ours are legal there. */
struct ew_mqtt_answer ew_mqtt_refuse_publish(uint8_t version, uint8_t qos, uint8_t reason,
                                             enum ew_on_drop policy)
{
	struct ew_mqtt_answer a = { .reason = reason };

	if (!ew_mqtt_reason_valid(reason, EW_MQTT_PUBACK, EW_MQTT_SERVER))
		a.reason = EW_MQTT_REASON_UNSPECIFIED;
	if (policy == EW_ON_DROP_DISCONNECT) {
		a.disconnect = true;
		if (!ew_mqtt_reason_valid(a.reason, EW_MQTT_DISCONNECT, EW_MQTT_SERVER))
			a.reason = EW_MQTT_REASON_ADMINISTRATIVE;
		return a;
	}
	if (qos)
		a.type = qos == 2 ? EW_MQTT_PUBREC : EW_MQTT_PUBACK;
	if (version < EW_MQTT_5) {
		a.reason = 0;
		a.remember = qos == 2;
	}
	return a;
}

uint8_t ew_mqtt_refuse_connect(uint8_t version, uint8_t reason)
{
	uint8_t old = ew_mqtt_return_code(reason);

	if (version < EW_MQTT_5)
		return old ? old : ew_mqtt_return_code(EW_MQTT_REASON_NOT_AUTHORIZED);
	return ew_mqtt_reason_valid(reason, EW_MQTT_CONNACK, EW_MQTT_SERVER) ? reason
	                                                                      : EW_MQTT_REASON_NOT_AUTHORIZED;
}

uint8_t ew_mqtt_refuse_filter(uint8_t version, uint8_t reason)
{
	if (version == EW_MQTT_31)
		return 0;
	if (version == EW_MQTT_311)
		return 0x80;
	return ew_mqtt_reason_valid(reason, EW_MQTT_SUBACK, EW_MQTT_SERVER) ? reason
	                                                                     : EW_MQTT_REASON_NOT_AUTHORIZED;
}
