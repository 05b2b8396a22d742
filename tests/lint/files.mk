# Lint: layers, headers alone, banned calls, tables and documents that must agree.
