# EW_SANITIZER: --with-sanitizer=LIST and --with-fuzzer, and nothing else about instrumentation.
AC_DEFUN([EW_SANITIZER], [
AC_ARG_WITH([sanitizer],
	[AS_HELP_STRING([--with-sanitizer=LIST], [build with -fsanitize=LIST: "address,undefined" or "thread"])],
	[ew_sanitizer=$withval], [ew_sanitizer=no])
AC_ARG_WITH([fuzzer],
	[AS_HELP_STRING([--with-fuzzer], [build the fuzz drivers on libFuzzer (clang); else they replay their corpora])],
	[ew_fuzzer=$withval], [ew_fuzzer=no])
EW_SAN_CFLAGS=
EW_SAN_LDFLAGS=
AS_IF([test "x$ew_sanitizer" = xyes], [ew_sanitizer=address,undefined])
AS_IF([test "x$ew_sanitizer" != xno], [
	EW_SAN_CFLAGS="-fsanitize=$ew_sanitizer -fno-omit-frame-pointer -fno-sanitize-recover=all -g"
	EW_SAN_LDFLAGS="-fsanitize=$ew_sanitizer"
	AS_CASE([$ew_sanitizer], [*address*], [EW_SAN_CFLAGS="$EW_SAN_CFLAGS -DEW_ARENA_EMULATE"])
])
AS_IF([test "x$ew_fuzzer" != xno], [
	EW_SAN_CFLAGS="$EW_SAN_CFLAGS -fsanitize=fuzzer-no-link"
	EW_FUZZ_LDFLAGS="-fsanitize=fuzzer"
], [EW_FUZZ_LDFLAGS=])
AM_CONDITIONAL([WITH_FUZZER], [test "x$ew_fuzzer" != xno])
AC_SUBST([EW_SAN_CFLAGS])
AC_SUBST([EW_SAN_LDFLAGS])
AC_SUBST([EW_FUZZ_LDFLAGS])
])
