# Fields to a verdict: loaders, scanner, the sets that ship.
noinst_LIBRARIES += libsignatures.a
noinst_HEADERS += \
	signatures/analyser.h \
	signatures/analysers/code_shapes.h \
	signatures/analysers/html_code.h \
	signatures/analysers/html_lexer.h \
	signatures/analysers/html_look.h \
	signatures/analysers/html_script.h \
	signatures/analysers/html_tags.h \
	signatures/analysers/html_words.h \
	signatures/analysers/nosqli_script.h \
	signatures/analysers/prompt_words.def \
	signatures/analysers/serialized.h \
	signatures/analysers/shell_commands.def \
	signatures/analysers/shell_known.h \
	signatures/analysers/shell_lexer.h \
	signatures/analysers/shell_look.h \
	signatures/analysers/shell_weight.h \
	signatures/analysers/shell_word.h \
	signatures/analysers/sql_calls.def \
	signatures/analysers/sql_catalogues.def \
	signatures/analysers/sql_lexer.h \
	signatures/analysers/sql_look.h \
	signatures/analysers/sql_shape.h \
	signatures/analysers/sql_statement.h \
	signatures/analysers/sql_walk.h \
	signatures/analysers/sql_words.def \
	signatures/analysers/template_expression.h \
	signatures/analysers/template_lookup.h \
	signatures/analysers/template_words.h \
	signatures/analysers/url_host.h \
	signatures/anchor.h \
	signatures/fold.h \
	signatures/found.h \
	signatures/gather.h \
	signatures/look.h \
	signatures/marks.h \
	signatures/ordinary.h \
	signatures/path.h \
	signatures/pattern.h \
	signatures/plain.h \
	signatures/rule.h \
	signatures/signs.h \
	signatures/token.h \
	signatures/view.h \
	signatures/words.h
libsignatures_a_CPPFLAGS = $(AM_CPPFLAGS) $(HS_CFLAGS) $(JANSSON_CFLAGS)
libsignatures_a_SOURCES = \
	signatures/analyser.c \
	signatures/analysers/code.c \
	signatures/analysers/graphql.c \
	signatures/analysers/html.c \
	signatures/analysers/html_code.c \
	signatures/analysers/html_lexer.c \
	signatures/analysers/html_look.c \
	signatures/analysers/html_probe.c \
	signatures/analysers/html_scheme.c \
	signatures/analysers/html_script.c \
	signatures/analysers/html_tags.c \
	signatures/analysers/ldap.c \
	signatures/analysers/nosqli.c \
	signatures/analysers/nosqli_look.c \
	signatures/analysers/nosqli_script.c \
	signatures/analysers/path.c \
	signatures/analysers/prompt.c \
	signatures/analysers/serialized.c \
	signatures/analysers/serialized_class.c \
	signatures/analysers/serialized_pickle.c \
	signatures/analysers/serialized_tag.c \
	signatures/analysers/shell.c \
	signatures/analysers/shell_argument.c \
	signatures/analysers/shell_known.c \
	signatures/analysers/shell_lexer.c \
	signatures/analysers/shell_look.c \
	signatures/analysers/shell_weight.c \
	signatures/analysers/sql_decide.c \
	signatures/analysers/sql_lexer.c \
	signatures/analysers/sql_look.c \
	signatures/analysers/sql_shape.c \
	signatures/analysers/sql_statement.c \
	signatures/analysers/sqli.c \
	signatures/analysers/template.c \
	signatures/analysers/template_begins.c \
	signatures/analysers/template_lookup.c \
	signatures/analysers/template_rules.c \
	signatures/analysers/url.c \
	signatures/analysers/url_host.c \
	signatures/analysers/xpath.c \
	signatures/anchor.c \
	signatures/cache.c \
	signatures/compile.c \
	signatures/fold.c \
	signatures/found.c \
	signatures/gather.c \
	signatures/load_native.c \
	signatures/locate.c \
	signatures/measure.c \
	signatures/ordinary.c \
	signatures/path.c \
	signatures/pattern.c \
	signatures/plain.c \
	signatures/ruleset.c \
	signatures/scan.c \
	signatures/token.c \
	signatures/view.c \
	signatures/words.c
SIGNATURES_LIBS = libsignatures.a libcore.a $(HS_LIBS) $(JANSSON_LIBS)

setsdir = $(pkgdatadir)/sets
dist_sets_DATA = \
	signatures/sets/deserialization.json \
	signatures/sets/lookup.json \
	signatures/sets/nosqli.json \
	signatures/sets/optional-errors.json \
	signatures/sets/optional-secrets.json \
	signatures/sets/patches.json \
	signatures/sets/prototype.json \
	signatures/sets/shell.json \
	signatures/sets/sqli.json \
	signatures/sets/ssrf.json \
	signatures/sets/template.json \
	signatures/sets/tokens.json \
	signatures/sets/traversal.json \
	signatures/sets/xss.json \
	signatures/sets/xxe.json
