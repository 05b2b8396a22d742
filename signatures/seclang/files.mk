# ModSecurity rule files: read, understood, evaluated.
noinst_HEADERS += \
	signatures/seclang/action.def \
	signatures/seclang/actions.h \
	signatures/seclang/ctl.def \
	signatures/seclang/directive.def \
	signatures/seclang/evaluate.h \
	signatures/seclang/explain.h \
	signatures/seclang/judge.h \
	signatures/seclang/macro.h \
	signatures/seclang/mapping.def \
	signatures/seclang/model.h \
	signatures/seclang/names.h \
	signatures/seclang/operator.def \
	signatures/seclang/operator.h \
	signatures/seclang/syntax.h \
	signatures/seclang/transaction.h \
	signatures/seclang/transform.def \
	signatures/seclang/transform.h \
	signatures/seclang/variable.def
libsignatures_a_SOURCES += \
	signatures/seclang/actions.c \
	signatures/seclang/evaluate.c \
	signatures/seclang/explain.c \
	signatures/seclang/include.c \
	signatures/seclang/judge.c \
	signatures/seclang/macro.c \
	signatures/seclang/model.c \
	signatures/seclang/names.c \
	signatures/seclang/operator.c \
	signatures/seclang/parse.c \
	signatures/seclang/parse_rule.c \
	signatures/seclang/transaction.c \
	signatures/seclang/transform.c \
	signatures/seclang/transform_escape.c \
	signatures/seclang/transform_text.c
