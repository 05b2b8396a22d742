# Unit tests of protocols/: link libprotocols and libcore.
