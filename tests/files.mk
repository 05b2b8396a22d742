# Proof.  Each test links only the layer it is about: a wrong dependency does not link.
AM_TESTS_ENVIRONMENT = EW_SRCDIR='$(abs_srcdir)' EW_BUILDDIR='$(abs_builddir)'; export EW_SRCDIR EW_BUILDDIR;
TEST_EXTENSIONS = .sh .py
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
PY_LOG_COMPILER = $(PYTHON)

dist_noinst_SCRIPTS += tests/install-packages tests/run tests/fuzz/run
noinst_HEADERS += tests/unit/tap.h tests/unit/guard.h tests/unit/declared.h tests/unit/decoded.h tests/unit/opened.h \
	tests/unit/binary.h tests/unit/analysed.h
noinst_HEADERS += tests/unit/http1_rebuild.h

include $(srcdir)/tests/unit/core.mk
include $(srcdir)/tests/unit/protocols.mk
include $(srcdir)/tests/unit/signatures.mk
include $(srcdir)/tests/unit/daemon.mk
include $(srcdir)/tests/cases/files.mk
include $(srcdir)/tests/fuzz/files.mk
include $(srcdir)/tests/net/files.mk
include $(srcdir)/tests/lint/files.mk
include $(srcdir)/tests/bench/files.mk
include $(srcdir)/tests/conf/files.mk
