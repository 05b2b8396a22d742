# Manual pages and the guide.
dist_man_MANS += docs/eventwall.8 docs/eventwall.conf.5
EXTRA_DIST += \
	docs/analysers/code.md \
	docs/analysers/graphql.md \
	docs/analysers/html.md \
	docs/analysers/ldap.md \
	docs/analysers/nosqli.md \
	docs/analysers/path.md \
	docs/analysers/prompt.md \
	docs/analysers/serialized.md \
	docs/analysers/shell.md \
	docs/analysers/sqli.md \
	docs/analysers/template.md \
	docs/analysers/url.md \
	docs/analysers/xpath.md \
	docs/analysers/xxe.md \
	docs/configuration.md \
	docs/envelopes.md \
	docs/eventlog.md \
	docs/eventlog.schema.json \
	docs/guide.md \
	docs/metrics.md \
	docs/mqtt-proxy.md \
	docs/seclang.md \
	docs/signatures.md
