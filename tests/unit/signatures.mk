# Unit tests of signatures/: link libsignatures and libcore.
