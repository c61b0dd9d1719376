# SPDX-License-Identifier: GPL-2.0
#
# vsyscalls: module, user space and tests.  `make help` lists the targets.

KDIR ?= /lib/modules/$(shell uname -r)/build
KVER = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
BUILD ?= $(CURDIR)/build
OUT = $(BUILD)/$(KVER)
PREFIX ?= /usr/local
TREE = .
include scripts/genswitch.mk

all: module user

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

#: make            build the module for the running kernel, and user space
#: make module     the module only; KDIR=DIR builds it for another kernel
# Kernel objects of different kernels do not mix: each kernel has its copy.
module:
	@test -n "$(KVER)" || { \
		echo "no kernel headers in $(KDIR): install linux-headers-$$(uname -r), or set KDIR" >&2; \
		exit 1; }
	@mkdir -p $(OUT)
	@rm -rf $(OUT)/prototypes $(OUT)/scripts
	@cp -pRu Kbuild kmod uapi prototypes scripts $(OUT)/
	@$(call genswitch,check)
	$(MAKE) -C $(KDIR) M=$(OUT) $(KFLAGS) modules
	@cp $(OUT)/vsyscalls.ko $(BUILD)/vsyscalls.ko

#: make user       libvsyscalls, vsysread
user:
	$(MAKE) -C userspace O=$(BUILD)/user

#: make numbers    list the number of each call, by numbering: | grep windows_7_x64
numbers:
	@$(call genswitch,numbers)

#: make demo       boot a host, trace a real guest in it, show the stream
demo:
	selftests/demo

#: make check      all tests, on both emulated hosts; KERNELS="6.1 6.12 7.3"
check:
	selftests/check

#: make check-quick  some of them, in 3 minutes: before each commit
check-quick:
	selftests/check --quick

#: make check-debug  tests on a kernel, built here, that looks for mistakes
check-debug:
	selftests/check --debug

#: make matrix     a table: kernels, vendors, guests; WRITE=1 puts it into docs/kernels.md
matrix:
	selftests/check --matrix $(if $(WRITE),--write)

#: make bench      cost of a traced call, and of reading it; WRITE=1 writes docs/performance.md
bench:
	selftests/bench $(if $(WRITE),--write)
	selftests/bench-reader

#: make fuzz       10 minutes for each thing that parses
fuzz:
	$(MAKE) -C selftests/fuzz fuzz

#: make install    module for the running kernel, tools, man pages
install: all
	install -D -m 644 $(BUILD)/vsyscalls.ko \
		$(DESTDIR)/lib/modules/$(KVER)/extra/vsyscalls.ko
	$(MAKE) -C userspace O=$(BUILD)/user PREFIX=$(PREFIX) install

#: make deb        Debian packages, into build/deb
deb:
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb/source
	tar -c --exclude=./build --exclude=./.git --exclude='./selftests/*' . | \
		tar -x -C $(BUILD)/deb/source
	cd $(BUILD)/deb/source && dpkg-buildpackage -us -uc -b
	rm -r $(BUILD)/deb/source

#: make clean      remove what was built
clean:
	rm -rf $(BUILD)

.PHONY: all help module user numbers demo check check-quick check-debug matrix bench fuzz install deb clean
