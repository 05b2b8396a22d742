# Fields to a verdict: loaders, scanner, the sets that ship.
SIGNATURES_LIBS = libcore.a $(HS_LIBS) $(JANSSON_LIBS)
