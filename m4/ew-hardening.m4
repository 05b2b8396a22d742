# EW_HARDENING: the flags a network daemon should be built with, where the compiler knows them.
AC_DEFUN([EW_HARDENING], [
AC_ARG_ENABLE([hardening],
	[AS_HELP_STRING([--disable-hardening], [build without stack protector, FORTIFY, PIE, full RELRO])],
	[ew_hardening=$enableval], [ew_hardening=yes])
EW_HARD_CFLAGS=
EW_HARD_LDFLAGS=
AS_IF([test "x$ew_hardening" = xyes], [
	ew_save_CFLAGS=$CFLAGS
	for flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE; do
		CFLAGS="$ew_save_CFLAGS -Werror $flag"
		AC_MSG_CHECKING([whether $CC takes $flag])
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AC_MSG_RESULT([yes]); EW_HARD_CFLAGS="$EW_HARD_CFLAGS $flag"], [AC_MSG_RESULT([no])])
	done
	CFLAGS=$ew_save_CFLAGS
	# FORTIFY and the sanitizers replace the same functions: one of them at a time.
	AS_IF([test "x$ew_sanitizer" = xno], [EW_HARD_CFLAGS="$EW_HARD_CFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
	EW_HARD_LDFLAGS="-pie -Wl,-z,relro,-z,now,-z,noexecstack"
])
AC_SUBST([EW_HARD_CFLAGS])
AC_SUBST([EW_HARD_LDFLAGS])
])
