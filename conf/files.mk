# Example configurations, the schema, units and the quickstart.
EXTRA_DIST += \
	conf/container/Containerfile \
	conf/kubernetes/sidecar.yaml \
	conf/quickstart/events.py \
	conf/quickstart/play.py \
	conf/quickstart/run \
	conf/systemd/eventwall.service
