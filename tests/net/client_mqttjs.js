// eventwall - the event firewall
// Copyright (c) 2026 the eventwall authors
// SPDX-License-Identifier: Apache-2.0

// What a program of mqtt.js sees of a broker, as one JSON object; test_mqtt_clients.py has what it is to see.
//
//     node client_mqttjs.js PORT tcp|websockets 3|4|5 PREFIX

"use strict";
const mqtt = require("mqtt");
const [port, transport, version, prefix] =
	[process.argv[2], process.argv[3], Number(process.argv[4]), process.argv[5]];
const url = transport === "tcp" ? `mqtt://127.0.0.1:${port}` : `ws://127.0.0.1:${port}/mqtt`;

class Client {
	// Connected; what comes is in `inbox`.
	static async make(name, more = {}) {
		const c = new Client();
		c.inbox = [];
		c.waiting = null;
		c.mqtt = mqtt.connect(url, Object.assign({
			clientId: name === null ? "" : prefix + name, clean: true, reconnectPeriod: 0,
			protocolVersion: version, protocolId: version === 3 ? "MQIsdp" : "MQTT",
		}, more));
		c.mqtt.on("message", (topic, payload, packet) => {
			c.inbox.push(packet);
			if (c.waiting)
				c.waiting();
		});
		c.connack = await new Promise((done, failed) => {
			c.mqtt.on("connect", done);
			c.mqtt.on("error", failed);
		});
		return c;
	}

	async subscribe(topic, qos) {
		return (await this.mqtt.subscribeAsync(topic, { qos })).map((g) => g.qos);
	}

	async publish(topic, payload, qos = 1, more = {}) {
		await this.mqtt.publishAsync(topic, payload, Object.assign({ qos }, more));
	}

	async take(n) {
		while (this.inbox.length < n)
			await new Promise((done) => { this.waiting = done; });
		return this.inbox.splice(0, n);
	}

	async until(last) {
		const got = [];
		do
			got.push(...await this.take(1));
		while (got[got.length - 1].payload.toString() !== last);
		return got;
	}
}

const text = (messages) => messages.map((m) => m.payload.toString());

async function main() {
	const out = {};
	const a = await Client.make("a"), b = await Client.make("b");
	const code = (c) => version === 5 ? c.connack.reasonCode : c.connack.returnCode;
	out["connect"] = [code(b), Number(b.connack.sessionPresent)];
	for (const qos of [0, 1, 2]) {
		const topic = `${prefix}/q${qos}`, granted = await b.subscribe(topic, qos);
		for (let i = 0; i < 10; i++)
			await a.publish(topic, `m${i}`, qos);
		const got = await b.take(10);
		out[`qos${qos}`] = [granted, got.map((m) => m.qos), text(got)];
	}
	const big = prefix + "/big";
	await b.subscribe(big, 1);
	await a.publish(big, "x".repeat(200000));
	out["big"] = (await b.take(1))[0].payload.length;
	await b.mqtt.unsubscribeAsync(big);
	await a.publish(big, "unheard");
	await a.publish(prefix + "/q1", "end");
	out["unsubscribe"] = text(await b.take(1));

	const kept = prefix + "/kept";
	await a.publish(kept, "kept", 1, { retain: true });
	await b.subscribe(kept, 1);
	const first = await b.take(1);
	await a.publish(kept, "end");
	out["retained"] = first.concat(await b.until("end")).map((m) => [m.payload.toString(), Number(m.retain)]);
	await b.mqtt.unsubscribeAsync(kept);
	await a.publish(kept, "", 1, { retain: true });
	await b.subscribe(kept, 1);
	await a.publish(kept, "end");
	out["retained deleted"] = text(await b.until("end"));

	await b.subscribe(prefix + "/will", 1);
	const w = await Client.make("w", { will: { topic: prefix + "/will", payload: "gone", qos: 1 } });
	w.mqtt.stream.destroy();
	out["will"] = text(await b.take(1));

	const lasting = version === 5 ? { clean: false, properties: { sessionExpiryInterval: 300 } } : { clean: false };
	let s = await Client.make("s", lasting);
	await s.subscribe(prefix + "/session", 1);
	await s.mqtt.endAsync();
	for (let i = 0; i < 5; i++)
		await a.publish(prefix + "/session", `m${i}`);
	s = await Client.make("s", lasting);
	out["session"] = [Number(s.connack.sessionPresent), text(await s.take(5))];
	await s.mqtt.endAsync();

	const group = [await Client.make("g0"), await Client.make("g1")];
	for (const g of group)
		await g.subscribe(`$share/g/${prefix}/shared`, 1);
	for (let i = 0; i < 20; i++)
		await a.publish(prefix + "/shared", String(i).padStart(2, "0"));
	while (group[0].inbox.length + group[1].inbox.length < 20)
		await new Promise((done) => setTimeout(done, 50));
	out["shared"] = text(group[0].inbox.concat(group[1].inbox)).sort();

	if (version === 5) {
		const topic = prefix + "/properties";
		await b.subscribe(topic, 1);
		await a.publish(topic, "with all", 1, { properties: {
			userProperties: { a: ["1", "3"], b: "2" }, contentType: "text/plain", responseTopic: prefix + "/answer",
			correlationData: Buffer.from([0, 255]), payloadFormatIndicator: true, messageExpiryInterval: 300 } });
		const p = (await b.take(1))[0].properties;
		out["properties"] = [[["a", p.userProperties.a[0]], ["a", p.userProperties.a[1]], ["b", p.userProperties.b]],
			p.contentType, p.responseTopic.slice(prefix.length), p.correlationData.toString("hex"),
			Number(p.payloadFormatIndicator), p.messageExpiryInterval > 290 && p.messageExpiryInterval <= 300];
		const nameless = await Client.make(null);
		out["assigned"] = nameless.connack.properties.assignedClientIdentifier.length > 0;
		await nameless.mqtt.endAsync();
		const c = await Client.make("c");
		await c.publish(topic, "first", 1, { properties: { topicAlias: 1 } });
		await c.publish("", "by alias", 1, { properties: { topicAlias: 1 } });
		out["alias"] = text(await b.take(2));
		await c.mqtt.endAsync();
	}
	for (const c of [a, b, ...group])
		await c.mqtt.endAsync();
	console.log(JSON.stringify(out));
}

main().catch((e) => {
	console.error(e);
	process.exit(1);
});
