# ModSecurity rule files: read, understood, evaluated.
noinst_HEADERS += \
	signatures/seclang/action.def \
	signatures/seclang/directive.def \
	signatures/seclang/names.h \
	signatures/seclang/operator.def \
	signatures/seclang/syntax.h \
	signatures/seclang/transform.def \
	signatures/seclang/transform.h \
	signatures/seclang/variable.def
libsignatures_a_SOURCES += \
	signatures/seclang/include.c \
	signatures/seclang/names.c \
	signatures/seclang/parse.c \
	signatures/seclang/parse_rule.c \
	signatures/seclang/transform.c \
	signatures/seclang/transform_escape.c \
	signatures/seclang/transform_text.c
