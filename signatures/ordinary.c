/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What most events are made of: ids, times, names, addresses, links, short notes. */

#include "ordinary.h"

static const char *const values[] = {
	"8f14e45f-ceea-467f-9b3e-1c2d7a0b5e11", "2024-03-18T09:26:53.589Z",
	"arn:aws:sqs:eu-west-1:123456789012:orders",
	"order.created", "4711", "149.90", "true", "null", "EUR", "Jane O'Neil", "jane.oneil@example.com",
	"https://shop.example.com/products/4711?ref=newsletter&utm_source=mail", "+49 30 901820",
	"Please leave the parcel with the neighbours (no. 5) & ring twice; thanks!", "application/json",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
	"ObjectCreated:Put", "uploads/2024/03/18/invoice-000123.pdf", "d41d8cd98f00b204e9800998ecf8427e",
	"sensor-17",
	"21.5", "-0.0031", "Berlin", "Unter den Linden 77, 10117 Berlin", "SUCCEEDED",
	"The customer asked whether the invoice could be sent again, since the first one went missing.",
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "192.0.2.44", "eu-west-1", "v1.24.3", "refs/heads/main",
	"Merge pull request #42 from example/fix-rounding\n\nRound half to even, as the tax office wants it.",
};

const char *ew_ordinary_value(size_t i)
{
	return values[i * 7 % (sizeof(values) / sizeof(*values))];
}
