# make help lists the targets.
VERSION  := $(shell cat VERSION)
PREFIX   ?= /usr/local
BUILD    ?= build

CFLAGS   ?= -O2 -g
WARNINGS  = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wwrite-strings -Wcast-align -Wpointer-arith -Wundef -Wvla -Wformat=2 \
            -Wswitch-enum -Wnull-dereference
# -ffp-contract=off: answers must not depend on whether the CPU has fused multiply-add.
ALL_CFLAGS = -std=c11 -fPIC -fvisibility=hidden -ffp-contract=off $(WARNINGS) $(CFLAGS)

objects   = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
SKETCHES  = $(call objects,sketches)
EXT       = $(call objects,ext)
LOADER    = $(call objects,loader)
SUITES    = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
UNIT_HELP = $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))

LOADER_PACKAGES = libcurl jansson libxml-2.0 sqlite3
LOADER_CFLAGS  := $(shell pkg-config --cflags $(LOADER_PACKAGES) 2>/dev/null)
LOADER_LIBS    := $(shell pkg-config --libs $(LOADER_PACKAGES) 2>/dev/null) -lunistring -lz

all: $(BUILD)/sketches.so $(BUILD)/libsketches.a $(BUILD)/mastodon-loader ## build the extension, its archive and the loader

$(BUILD)/sketches.so: $(EXT) $(BUILD)/libsketches.a
	$(CC) -shared $(LDFLAGS) -Wl,-z,defs -o $@ $^ -lm

$(BUILD)/libsketches.a: $(SKETCHES)
	rm -f $@ && $(AR) rcsD $@ $^

$(BUILD)/mastodon-loader: $(LOADER)
	$(CC) $(LDFLAGS) -o $@ $^ $(LOADER_LIBS) -lm

# Each folder is compiled seeing only what it may use.
$(EXT): INCLUDES = -Isketches
$(EXT): DEFINES = -DSKETCHES_VERSION='"$(VERSION)"'
$(LOADER): INCLUDES = $(LOADER_CFLAGS)
$(LOADER): DEFINES = -D_GNU_SOURCE -DLOADER_VERSION='"$(VERSION)"'
$(BUILD)/tests/%.o: INCLUDES = -Isketches -Iloader $(LOADER_CFLAGS)

$(BUILD)/%.o: %.c VERSION
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(INCLUDES) $(DEFINES) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(UNIT_HELP) $(BUILD)/libsketches.a
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka -lm

unit: $(SUITES) ## run the unit tests and the laws of every family
	@set -e; for suite in $(SUITES); do echo "== $$suite"; $$suite; done

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all unit clean help
.SECONDARY:
