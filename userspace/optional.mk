# SPDX-License-Identifier: GPL-2.0
#
# Libraries that some sinks of vsysread need, and that may be absent.  Sets OPTIONAL_CFLAGS,
# OPTIONAL_LIBS and MISSING, the sinks to leave out.  Static programs are for the emulated
# hosts, and have none of them.

# found HEADER: is it there?
found = $(if $(STATIC),,$(shell echo '\#include <$(1)>' | $(CC) -E -x c - >/dev/null 2>&1 && echo y))

ifeq ($(call found,sqlite3.h),y)
OPTIONAL_CFLAGS += -DHAVE_SQLITE
OPTIONAL_LIBS += -lsqlite3
else
MISSING += sqlite
endif

ifeq ($(call found,nats/nats.h),y)
OPTIONAL_CFLAGS += -DHAVE_NATS
OPTIONAL_LIBS += -lnats
else
MISSING += nats_send nats_url
endif

ifeq ($(call found,curl/curl.h),y)
OPTIONAL_CFLAGS += -DHAVE_CURL
OPTIONAL_LIBS += -lcurl
else
MISSING += otlp_send
endif

ifeq ($(call found,librdkafka/rdkafka.h),y)
OPTIONAL_CFLAGS += -DHAVE_KAFKA
OPTIONAL_LIBS += -lrdkafka
else
MISSING += kafka_send
endif

# A library that came or went since the last build: sink.c and sender.c know of them.
.DEFAULT_GOAL := all
$(O)/tool/sink.o $(O)/tool/sinks/sender.o: $(O)/optional
$(O)/optional: FORCE
	@mkdir -p $(@D)
	@echo '$(OPTIONAL_CFLAGS)' | cmp -s - $@ || echo '$(OPTIONAL_CFLAGS)' > $@

FORCE:
.PHONY: FORCE
