/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* jwt.c: header and claims of a token. */

#include "opened.h"
#include "tap.h"

/* {"alg":"none","kid":"../../x"} . {"sub":"' or 1=1"} */
#define HEAD "eyJhbGciOiJub25lIiwia2lkIjoiLi4vLi4veCJ9"
#define BODY "eyJzdWIiOiInIG9yIDE9MSJ9"

static bool opens(const char *value)
{
	struct ew_bytes g = guard_put(ew_bytes_str(value));
	struct ew_message *m = opened(g);
	bool good = m->status == EW_OK && has(m, "v|jwt.header", "{\"alg\":\"none\",\"kid\":\"../../x\"}") &&
	            has(m, "v|jwt.claims", "{\"sub\":\"' or 1=1\"}");

	ew_message_free(&m);
	guard_drop(g);
	return good;
}

/* The parts are split at the dots before what does not belong is passed over. */
static void stray_bytes(void)
{
	static const char *const tokens[] = {
		"eyJhbGciOiJIUzI1NiJ9.eyJzd!WIiOi!InIG9!yIDE9!MSJ9.c2ln",
		"eyJhbGciOiJIUzUxMiIsImEiOjF9.eyJzd!WIiOi!InIG9!yIDE9!MSJ9.c2ln",
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXIn0.eyJzd!WIiOi!InIG9!yIDE9!MSJ9.c2ln",
		"DQogeyJhbGciOiJIUzI1NiJ9.eyJzd!WIiOi!InIG9!yIDE9!MSJ9.c2ln",
		"CXsiYWxnIjoiSFMyNTYiLCJiIjoyfQ.eyJzd!WIiOi!InIG9!yIDE9!MSJ9.c2ln",
		"eyJhb!GciOiJIUzI1NiJ9.eyJzdWIiOiInIG9yIDE9MSJ9.c2ln",
		"eyJhbGciOiJIUzI1NiJ9.eyJ*zdWIiOiInIG9yIDE9MSJ9.x.y.z",
	};

	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(tokens[i]));
		struct ew_message *m = opened(g);
		ok(has(m, "v|jwt.claims|json.sub", "' or 1=1") && ew_message_has(m, EW_ANOMALY_MIXED_ENCODING),
		   "stray bytes, %s", tokens[i]);
		ew_message_free(&m);
		guard_drop(g);
	}
}

int main(void)
{
	stray_bytes();
	ok(opens(HEAD "." BODY ".c2ln"), "three parts");
	ok(opens(HEAD "." BODY "."), "no signature");
	ok(opens("Bearer " HEAD "." BODY ".c2ln") && opens("bearer  " HEAD "." BODY ".c2ln"),
	   "behind its scheme");
	struct ew_message *m = opened(EW_LIT(HEAD ".AAAA.BBBB.CCCC.DDDD"));
	ok(m->status == EW_OK && field_at(m, "v|jwt.header", ew_bytes(NULL, 0)) &&
	   !field_at(m, "v|jwt.claims", ew_bytes(NULL, 0)), "an encrypted one shows its header");
	ew_message_free(&m);
	m = opened(EW_LIT(HEAD "..c2ln"));
	ok(m->status == EW_OK && has(m, "v|jwt.header|json.alg", "none") &&
	   has(m, "v|jwt.header|json.kid", "../../x"), "claims that are sent apart");
	ew_message_free(&m);
	m = opened(EW_LIT("jwt=" HEAD "." BODY ".c2ln; path=/"));
	ok(has(m, "v|base64|json.kid", "../../x") && has(m, "v|base64|json.sub", "' or 1=1"), "in a text");
	ew_message_free(&m);
	m = opened(EW_LIT(HEAD "." BODY ".x.y.z"));
	ok(has(m, "v|base64|json.sub", "' or 1=1"), "one that only looks encrypted");
	ew_message_free(&m);
	static const char *const not_tokens[] = { "eyewitness.example.com", "eyJhbGci", "ewok.starwars.com",
		                                  "ey.ey.ey.ey", "eyJ.eyJ.sig", "Bearer token.of.sorts" };
	bool shut = true;
	for (size_t i = 0; i < sizeof(not_tokens) / sizeof(*not_tokens); i++) {
		m = opened(ew_bytes_str(not_tokens[i]));
		shut &= m->status == EW_OK && !field_at(m, "v|jwt", ew_bytes(NULL, 0));
		ew_message_free(&m);
	}
	ok(shut, "what is no token stays closed");
	ok(each_prefix(EW_LIT("Bearer " HEAD "." BODY ".c2ln"), opens_safely, NULL), "each prefix");
	return done();
}
