# Example configurations, the schema, units and the quickstart.
dist_pkgdata_DATA += conf/eventwall.schema.json
EXTRA_DIST += \
	conf/README.md \
	conf/container/Containerfile \
	conf/eventwall.json \
	conf/examples/core-rule-set.json \
	conf/examples/gateway.json \
	conf/examples/http-sidecar.json \
	conf/examples/kafka-to-kafka.json \
	conf/examples/mqtt-proxy.json \
	conf/examples/mqtt-to-http.json \
	conf/examples/mqtt-websocket.json \
	conf/kubernetes/sidecar.yaml \
	conf/quickstart/events.py \
	conf/quickstart/play.py \
	conf/quickstart/run \
	conf/rules.conf \
	conf/systemd/eventwall.service
