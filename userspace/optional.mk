# SPDX-License-Identifier: GPL-2.0
#
# Libraries that some sinks of vsysread need, and that may be absent.  Sets OPTIONAL_CFLAGS,
# OPTIONAL_LIBS and MISSING, the sinks to leave out.  Static programs are for the emulated
# hosts, and have none of them.

# found HEADER: is it there?
found = $(if $(STATIC),,$(shell echo '\#include <$(1)>' | $(CC) -E -x c - >/dev/null 2>&1 && echo y))

# optional HEADER,NAME,LIBRARY,SINKS: a library, and the sinks that need it
define optional
ifeq ($$(call found,$(1)),y)
OPTIONAL_CFLAGS += -DHAVE_$(2)
OPTIONAL_LIBS += -l$(3)
else
MISSING += $(4)
endif
endef

$(eval $(call optional,sqlite3.h,SQLITE,sqlite3,sqlite))
$(eval $(call optional,nats/nats.h,NATS,nats,nats_send nats_url))
$(eval $(call optional,curl/curl.h,CURL,curl,otlp_send))
$(eval $(call optional,zlib.h,ZLIB,z,otlp_send))
$(eval $(call optional,librdkafka/rdkafka.h,KAFKA,rdkafka,kafka_send))

# A library that came or went since the last build: sink.c and sender.c know of them.
.DEFAULT_GOAL := all
$(O)/tool/sink.o $(O)/tool/sinks/sender.o: $(O)/optional
$(O)/optional: FORCE
	@mkdir -p $(@D)
	@echo '$(OPTIONAL_CFLAGS)' | cmp -s - $@ || echo '$(OPTIONAL_CFLAGS)' > $@

FORCE:
.PHONY: FORCE
