# make help lists the targets; V=1 shows the commands.
VERSION  := $(shell cat VERSION)
PREFIX   ?= /usr/local
# Not every shell takes the ~ of an argument for the home, and pkg-config takes it nowhere.
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))
override DESTDIR := $(patsubst ~/%,$(HOME)/%,$(DESTDIR))
BINDIR   ?= $(PREFIX)/bin
LIBDIR   ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR   ?= $(PREFIX)/share/man
BUILD    ?= build

CFLAGS   ?= -O3 -g
WARNINGS  = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wwrite-strings -Wcast-align -Wpointer-arith -Wundef -Wvla -Wformat=2 \
            -Wswitch-enum -Wnull-dereference
# -ffp-contract=off: answers must not depend on whether the CPU has fused multiply-add.
# -ffile-prefix-map: nor bytes of the build on the folder it is done in.
SAME_FLAGS = -std=c11 -fPIC -fvisibility=hidden -ffp-contract=off "-ffile-prefix-map=$(CURDIR)=."
CODE_FLAGS = $(SAME_FLAGS) $(CFLAGS)
ALL_CFLAGS = $(WARNINGS) $(CODE_FLAGS)
# Nor may a double be wider than 64 bits, as in i386's own registers.
SSE = $(eval SSE := $(if $(filter 1,$(shell echo __i386__ | $(CC) $(CFLAGS) -E -P -)),-msse2 -mfpmath=sse))$(SSE)
# gcc inlines what it knows to be used nowhere else.
WHOLE = $(if $(PARTS),,$(eval WHOLE := $(shell $(CC) --version | grep -q 'Free Software' && echo -fwhole-program))$(WHOLE))

# A part is a folder of rooms, and may have files of its own beside them.
objects   = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c $(1)/*/*.c))
rooms     = $(patsubst %/,-I%,$(wildcard $(1)/*/))
programs  = $(patsubst %.c,$(BUILD)/%,$(wildcard $(1)))
SKETCHES  = $(call objects,sketches)
CHECKED   = $(SKETCHES:$(BUILD)/%=$(BUILD)/checked/%) # invariants are looked at
EXT       = $(call objects,ext)
LOADER    = $(call objects,loader)
# TEST=NAME is one program, or else all tests with that in their names, or all such programs.
TEST     :=
ONE       = $(wildcard tests/unit/test_$(TEST).c)
HAVE_IT   = $(shell grep -lzE 'cmocka_unit_test[a-z_]*.[[:space:]]*[a-z0-9_]*$(TEST)' tests/unit/test_*.c)
WHOLE_ONE = $(or $(ONE),$(if $(HAVE_IT),,$(wildcard tests/unit/test_*$(TEST)*.c)))
NAMED     = $(if $(WHOLE_ONE),,$(TEST))
CHOSEN    = $(or $(WHOLE_ONE),$(HAVE_IT))
SUITES    = $(call programs,$(if $(TEST),$(CHOSEN),tests/unit/test_*.c))
UNIT_HELP = $(filter-out $(BUILD)/tests/unit/test_%,$(call objects,tests/unit))
SUBJECTS  = $(filter $(BUILD)/tests/unit/subject% $(BUILD)/tests/unit/ration.o,$(UNIT_HELP))
SCRIPTS   = $(wildcard tests/*/run)
RUN       = BUILD=$(BUILD) TEST='$(NAMED)' tests/run
FUZZERS   = $(call programs,tests/fuzz/fuzz_*.c)

# Asked for when needed, not when this file is read: by then set-up has been done.
SQLITE_CFLAGS = $(shell pkg-config --cflags sqlite3 2>/dev/null)
SQLITE_LIBS   = $(shell pkg-config --libs sqlite3)
LOADER_CFLAGS = $(shell pkg-config --cflags libcurl jansson libxml-2.0 sqlite3)
LOADER_LIBS   = $(shell pkg-config --libs libcurl jansson libxml-2.0 sqlite3) \
                -lunistring -lz -pthread

# What set-up has to see to depends on what is asked for.
GOALS   = $(or $(MAKECMDGOALS),all)
PROFILE = $(if $(filter check check-deep fuzz fuzz-corpus run-fuzzers format,$(GOALS)),check,$(if $(filter bench-peers,$(GOALS)),peers,$(if \
            $(filter test unit sql accept demo bench bench-sql bench-call bench-scale bench-keys asan tsan run-tsan debug programs coverage run-covered everything accuracy soak hosts-doc test-%,$(GOALS)),test,$(if \
            $(filter-out dist %.so %.a,$(GOALS)),build,extension))))

say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2) &&) # the line that stands for a command

all: $(BUILD)/sketches.so $(BUILD)/libsketches.a $(BUILD)/mastodon-loader ## build the extension, its archive and the loader

# With PARTS=1 from its parts, for a debugger or a count of lines; else
# from the one file, so that a value goes from SQLite into its sketch without a call: a
# tenth faster than linked objects.  `everything` compiles the parts with all warnings.
$(BUILD)/sketches.so: $(if $(PARTS),$(EXT) $(SKETCHES),$(BUILD)/dist/sketches.c $(BUILD)/flags)
	$(call say,LINK,$@) $(CC) $(CPPFLAGS) $(CODE_FLAGS) $(SSE) $(WHOLE) $(SQLITE_CFLAGS) -shared $(LDFLAGS) -Wl,-z,defs -Wl,-z,relro,-z,now -o $@ $(filter %.c %.o,$^) -lm

# The extension for programs that link it: called by name, it asks SQLite by name.
$(BUILD)/core/sketches.o: $(BUILD)/dist/sketches.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CPPFLAGS) $(CODE_FLAGS) $(SSE) $(WHOLE) $(SQLITE_CFLAGS) -DSQLITE_CORE -c -o $@ $<
$(BUILD)/libsqlite-sketches.a: $(BUILD)/core/sketches.o

$(BUILD)/libsketches.a: $(SKETCHES)
$(BUILD)/checked/libsketches.a: $(CHECKED)
$(BUILD)/libloader.a: $(filter-out %/main.o,$(LOADER))
%.a:
	$(call say,AR,$@) rm -f $@ && $(AR) rcsD $@ $^

$(BUILD)/mastodon-loader: $(BUILD)/loader/main.o $(BUILD)/libloader.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -Wl,-z,relro,-z,now -o $@ $^ $(LOADER_LIBS) -lm

# Files may be larger than 2 GB, also where a long is of 32 bits.
POSIX = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
# Each folder is compiled seeing only what it may use.
$(SKETCHES) $(CHECKED): INCLUDES = $(call rooms,sketches)
$(CHECKED): DEFINES = -DSKETCHES_DEBUG
$(EXT): INCLUDES = -Iext $(call rooms,ext) $(call rooms,sketches) $(SQLITE_CFLAGS)
$(EXT): DEFINES = -DSKETCHES_VERSION='"$(VERSION)"'
$(LOADER): INCLUDES = $(call rooms,loader) $(LOADER_CFLAGS)
$(LOADER): DEFINES = $(POSIX) -DLOADER_VERSION='"$(VERSION)"' \
                     -DLOADER_LIBDIR='"$(LIBDIR)/sqlite3"'
$(BUILD)/tests/%.o: INCLUDES = $(call rooms,sketches) $(call rooms,loader) -Itests/unit $(LOADER_CFLAGS)
$(BUILD)/tests/%.o: DEFINES = $(POSIX) -DTEST_EXTENSION='"$(BUILD)/sketches"'
$(BUILD)/tests/unit/%.o $(BUILD)/tests/fuzz/%.o: DEFINES += -DSKETCHES_DEBUG

define compile
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(SSE) $(INCLUDES) $(DEFINES) -MMD -MP -c -o $@ $<
endef
$(BUILD)/%.o: %.c VERSION $(BUILD)/flags
	$(compile)
$(BUILD)/checked/%.o: %.c VERSION $(BUILD)/flags
	$(compile)

FLAGS = $(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LIBDIR) $(PARTS)
# Comes before all compiling, so set-up is done here; changes when the flags do.
$(BUILD)/flags: FORCE
	@CC='$(CC)' .ci/setup $(PROFILE)
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(UNIT_HELP) $(BUILD)/libloader.a $(BUILD)/checked/libsketches.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ -lcmocka $(LOADER_LIBS) -lm

test: all $(SUITES) ## run all tests: units, laws, SQL, documents, loader
	@$(RUN) $(SCRIPTS) $(SUITES)

unit: $(BUILD)/sketches.so $(SUITES) ## run the unit tests and the laws of every family; TEST=NAME runs some
	@$(RUN) $(SUITES)

sql: $(BUILD)/sketches.so ## run the SQL transcripts
	@$(RUN) tests/sql/run

test-docs: all ## run the examples of the documents
	@$(RUN) tests/docs/run

test-loader: all ## run the loader on streams, and against a server that misbehaves
	@$(RUN) tests/loader/run

test-determinism: dist ## compare checksums of sketches and answers, compiled and run for every platform that can be run here
	@CC='$(CC)' .ci/setup packages
	@BUILD=$(BUILD) tests/determinism/compare

test-often: all ## run them again and again while the machine is kept busy, which takes half an hour
	@BUILD=$(BUILD) tests/loader/often

# These go over data that is kept elsewhere.
test-sqlite: all $(BUILD)/tests/unit/test_sql_memory $(BUILD)/tests/unit/test_frames ## run the SQL on another SQLite: SQLITE=FOLDER, which has its sqlite3.c
	@BUILD=$(BUILD) tests/sql/with-sqlite "$(or $(SQLITE),$(error say SQLITE=FOLDER))" \
	    tests/run $(BUILD)/tests/unit/test_sql_memory $(BUILD)/tests/unit/test_frames tests/sql/run tests/docs/run

VERSIONED = $(BUILD)/sketches.so $(patsubst %,$(BUILD)/tests/unit/test_%,sql_memory host frames sql_semantics)
test-versions: $(VERSIONED) ## run the SQL on every SQLite that matters, built in several ways, and write README's table; TEST=NAME is some of it
	@BUILD=$(BUILD) tests/sql/versions $(if $(TEST),'$(TEST)')

test-corpus: all $(BUILD)/tests/loader/probe ## run the loader over recorded streams: CORPUS=FOLDER
	@BUILD=$(BUILD) tests/loader/corpus "$(or $(CORPUS),$(error say CORPUS=FOLDER))"

soak: all ## kill the loader at 200 moments of a recorded stream: CORPUS=FOLDER
	@BUILD=$(BUILD) tests/loader/survive.py "$(or $(CORPUS),$(error say CORPUS=FOLDER))"

$(BUILD)/tests/loader/%: $(BUILD)/tests/loader/%.o $(BUILD)/libloader.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LOADER_LIBS) -lm

GOLDENS = $(call programs,tests/golden/golden_*.c)
test-golden: $(GOLDENS) ## read images that other libraries have written: GOLDEN=FOLDER
	@[ -n '$(GOLDENS)' ] || { echo 'there is no such test'; exit 1; }
	@for program in $(GOLDENS); do $$program "$(or $(GOLDEN),$(error say GOLDEN=FOLDER))" || exit 1; done

$(BUILD)/tests/golden/golden_%: $(BUILD)/tests/golden/golden_%.o $(BUILD)/tests/golden/manifest.o $(BUILD)/libsketches.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

accept: all ## renew SQL transcripts and the output in the documents, for you to read in the diff
	@BUILD=$(BUILD) tests/sql/run --accept
	@BUILD=$(BUILD) tests/docs/run --accept

check: ## run the tests under sanitizers, both compilers, static analysis, fuzzing and the rest
	@CC='$(CC)' .ci/setup check
	@BUILD=$(BUILD) .ci/check

check-deep: ## what takes longer than make check may: every SQLite, every platform, coverage, a busy machine, many random rounds, a million inputs for each decoder
	@CC='$(CC)' .ci/setup check
	@BUILD=$(BUILD) .ci/check versions determinism_all coverage often rounds fuzz_runs

INSTRUMENTED = --no-print-directory CC=gcc LDFLAGS=
# gcc's sanitizers, since they also work in a library that another program loads.
asan: ## run all tests under the address and undefined behaviour sanitizers
	@PRELOAD="$$(gcc -print-file-name=libasan.so)" $(MAKE) $(INSTRUMENTED) test BUILD=$(BUILD)/asan \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -DSKETCHES_DEBUG'

tsan: ## run the loader's two threads, and the extension in several, under the thread sanitizer
	@$(MAKE) $(INSTRUMENTED) run-tsan BUILD=$(BUILD)/tsan CFLAGS='-O1 -g -fsanitize=thread -DSKETCHES_DEBUG'

run-tsan: all $(BUILD)/tests/unit/test_intake $(BUILD)/tests/unit/test_host
	@$(RUN) $(BUILD)/tests/unit/test_intake $(BUILD)/tests/unit/test_host tests/loader/threads

debug: ## build all into build/debug for a debugger, with invariants looked at
	@$(MAKE) --no-print-directory programs PARTS=1 BUILD=$(BUILD)/debug CFLAGS='-O0 -g3 -DSKETCHES_DEBUG'

programs: all $(SUITES) $(BUILD)/tests/loader/probe

# Without optimisation, so that each line is itself; threads count together. Packages have nothing to do with it.
coverage: ## run all tests, and say which functions, lines and branches they do not reach
	@rm -rf $(BUILD)/coverage
	@$(MAKE) $(INSTRUMENTED) run-covered PARTS=1 BUILD=$(BUILD)/coverage CFLAGS='-O0 -g --coverage -fprofile-update=atomic'
	@.ci/coverage $(BUILD)/coverage

run-covered: all $(SUITES)
	@$(RUN) $(SUITES) $(filter-out tests/bindings/%,$(SCRIPTS))

# What clangd and other tools of the kind want to know, out of what make would do.
compile_commands.json: Makefile $(wildcard sketches/*/*.c ext/*.c ext/*/*.c loader/*.c loader/*/*.c tests/*/*.c) ## write it, for clangd and its like
	@$(MAKE) --no-print-directory -B -n everything V=1 | \
	    sed -n -e '/checked/d' -e 's/[\"]/\\&/g' -e 's|^.* -c -o \([^ ]*\) \(.*\)$$|{"directory":"$(CURDIR)","file":"\2","output":"\1","command":"&"}|p' | \
	    sed -e '1s/^/[/' -e '$$s/$$/]/' -e '$$!s/$$/,/' >$@

# Every object and program that there is, for the compilers to judge.
everything: all $(EXT) $(SUITES) $(foreach part,fuzz bench golden loader,$(call objects,tests/$(part)))

SECONDS_EACH ?= 60
# Comparisons are not recorded: seeds begin as images do, and without that two to eight times as many
# inputs are tried, which reach more.
fuzz: ## fuzz every decoder and parser, each for SECONDS_EACH=60, or RUNS_EACH inputs
	@$(MAKE) --no-print-directory run-fuzzers CC=clang BUILD=$(BUILD)/fuzz LDFLAGS= \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-sanitize-coverage=trace-cmp -DSKETCHES_DEBUG'

run-fuzzers: $(FUZZERS) $(BUILD)/tests/fuzz/seeds
	@BUILD=$(BUILD) SECONDS_EACH=$(SECONDS_EACH) RUNS_EACH=$(RUNS_EACH) TEST='$(TEST)' tests/fuzz/run-fuzzers $(KEEP) $(FUZZERS)

fuzz-corpus: ## keep in tests/fuzz what of the inputs that `make fuzz` found reaches more
	@$(MAKE) --no-print-directory fuzz KEEP=--keep

FUZZED = $(SUBJECTS) $(BUILD)/libloader.a $(BUILD)/libsketches.a
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZED)
	$(call say,LINK,$@) $(CC) $(CFLAGS) -fsanitize=fuzzer -Wl,--as-needed -o $@ $^ $(LOADER_LIBS) -lm
$(BUILD)/tests/fuzz/seeds: $(BUILD)/tests/fuzz/seeds.o $(FUZZED)
	$(call say,LINK,$@) $(CC) $(CFLAGS) -o $@ $^ -lm

demo: all ## replay a bundled stream and ask for its top words
	@BUILD=$(BUILD) tests/demo

BENCHES = $(call programs,tests/bench/bench_*.c)
bench: all $(BUILD)/tests/bench/noop.so $(BUILD)/tests/bench/timer $(BENCHES) ## measure against sum() and reading, on two SQLites, and a replay; ROWS=10000000
	@BUILD=$(BUILD) tests/bench/bench_sql
	@for program in $(BENCHES); do echo; $$program || exit 1; done
	@echo && BUILD=$(BUILD) tests/bench/bench_replay
	@echo && BUILD=$(BUILD) tests/bench/bench_replay 100000 --rollup hour

bench-sql: all $(BUILD)/tests/bench/noop.so $(BUILD)/tests/bench/timer ## the part of it that is SQL: TEST=NAME is some of that, SQLITES=system the system's
	@BUILD=$(BUILD) tests/bench/bench_sql '$(TEST)'

bench-call: all ## measure the longest single call of every function on sketches of up to 4 MB; TEST=NAME is some of it
	@BUILD=$(BUILD) tests/bench/bench_call $(if $(TEST),'$(TEST)')

bench-scale: all $(BUILD)/tests/bench/noop.so $(BUILD)/tests/bench/timer ## measure what docs/scale-out.md says that sketches of many files cost
	@BUILD=$(BUILD) tests/bench/bench_scale

bench-keys: $(BUILD)/tests/bench/bench_keys ## measure what values cost that were chosen against the hash, beside others
	@$<

bench-peers: all $(BUILD)/tests/bench/noop.so $(BUILD)/tests/bench/timer ## ask DuckDB, ClickHouse, Polars and DataSketches the same, fetched by pip
	@BUILD=$(BUILD) tests/bench/bench_peers

MEASURED = $(patsubst tests/bench/accuracy_%.c,$(BUILD)/accuracy/%.tsv,$(wildcard tests/bench/accuracy_*.c))
accuracy: $(MEASURED) ## measure how far answers are from the truth, into docs/accuracy.md
	@python3 -B tests/bench/report.py $(BUILD)/accuracy

test-accuracy: $(MEASURED) ## measure that, and compare it with what docs/accuracy.md says
	@python3 -B tests/bench/report.py --check $(BUILD)/accuracy

# A program fails when a target is missed, and says in the last column which.
$(BUILD)/accuracy/%.tsv: $(BUILD)/tests/bench/accuracy_%
	@mkdir -p $(@D)
	$(call say,RUN,$<) { $< >$@.new || { sed -n '1p;/MISSED$$/p' $@.new; exit 1; }; } && mv $@.new $@

$(BUILD)/tests/bench/noop.so: $(BUILD)/tests/bench/noop.o
	$(call say,LINK,$@) $(CC) $(CFLAGS) -shared $(LDFLAGS) -o $@ $^
$(BUILD)/tests/bench/timer: $(BUILD)/tests/bench/tables.o
$(BUILD)/tests/bench/bench_bytes: $(SUBJECTS) $(BUILD)/tests/unit/hostile.o
$(BUILD)/tests/bench/bench_keys $(BUILD)/tests/bench/accuracy_strangers: $(BUILD)/tests/unit/chosen.o
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/tests/bench/stream.o $(BUILD)/libsketches.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $(filter %.o,$^) $(filter %.a,$^) $(SQLITE_LIBS) -lm

dist: $(BUILD)/dist/sketches.c $(BUILD)/dist/sketches.h ## make one .c file that compiles alone, and its header
$(BUILD)/dist/sketches.c: .ci/amalgamate VERSION $(wildcard sketches/*/*.[ch] ext/*.[ch] ext/*/*.[ch])
	@mkdir -p $(@D)
	$(call say,DIST,$@) .ci/amalgamate >$@.$$$$ && mv $@.$$$$ $@
$(BUILD)/dist/sketches.h: ext/sketches.h
	@mkdir -p $(@D)
	$(call say,DIST,$@) cp $< $@

packages: dist ## make the packages of bindings/ for every platform, into build/packages; OWNER=NAME RELEASE=URL: sqlpkg.json, too
	@CC='$(CC)' .ci/setup packages
	@SAME_FLAGS='$(SAME_FLAGS)' BUILD=$(BUILD) OWNER='$(OWNER)' RELEASE='$(RELEASE)' bindings/packaging/packages $(BUILD)/packaging $(BUILD)/packages

test-packages: all packages ## install these packages as a user would, and ask them; make them again elsewhere
	@SAME_FLAGS='$(SAME_FLAGS)' BUILD=$(BUILD) OWNER='$(OWNER)' RELEASE='$(RELEASE)' tests/bindings/packages

# Fetches each host of tests/bindings/hosts.d from its registry, into build/hosts.
test-bindings: all dist $(BUILD)/libsqlite-sketches.a ## ask the extension in every host that can be had; TEST=NAME is one of them
	@BUILD=$(BUILD) tests/bindings/hosts $(TEST)

hosts-doc: all dist $(BUILD)/libsqlite-sketches.a ## likewise, and write what was seen into docs/hosts.md
	@BUILD=$(BUILD) tests/bindings/hosts --write $(TEST)

test-interop: all ## exchange sketches with DataSketches in other languages and with Spark, fetched into build/interop
	@BUILD=$(BUILD) tests/interop/partners $(TEST)

wasm: dist ## make SQLite with the extension for browsers, into build/browser
	@CC='$(CC)' .ci/setup browser
	$(call say,WASM,$(BUILD)/browser/sketches.wasm) bindings/browser/wasm $(BUILD)/packaging $(BUILD)/browser

test-wasm: all wasm ## ask that what the shell is asked, in node
	@BUILD=$(BUILD) node tests/browser/test_wasm.mjs

page: wasm ## make the page that counts a stream of posts: build/browser/top-words.html, and a folder to serve
	$(call say,PAGE,$(BUILD)/browser/top-words.html) node bindings/browser/page/build.mjs $(BUILD)/packaging $(BUILD)/browser

test-page: all page ## ask that page in headless Chromium; SCREENSHOTS=1 renews those in docs
	@BUILD=$(BUILD) node tests/browser/test_page.mjs

# Datasette with this package: what `serve` and the test start.
DATASETTE = $(BUILD)/datasette
$(DATASETTE)/installed: $(BUILD)/dist/sketches.c $(BUILD)/dist/sketches.h bindings/datasette/install bindings/datasette/requirements.txt $(wildcard bindings/python/*.* bindings/python/*/*.py)
	@CC='$(CC)' .ci/setup peers
	@mkdir -p $(@D)
	$(call say,PIP,$@) BUILD=$(BUILD) bindings/datasette/install $(@D) && touch $@

demo-datasette: all $(DATASETTE)/installed ## show the demonstration in Datasette, with queries and charts; or DATABASE=FILE of the loader; PORT=8001
	@BUILD=$(BUILD) PORT='$(PORT)' exec bindings/datasette/serve $(DATASETTE) $(if $(DATABASE),"$(DATABASE)")

test-datasette: all $(DATASETTE)/installed ## ask these queries of Datasette and of the shell; SCREENSHOTS=1 renews those in docs
	@BUILD=$(BUILD) tests/bindings/datasette

define PKG_CONFIG_FILE
Name: sqlite-sketches
Description: approximate aggregates for SQLite
Version: $(VERSION)
Requires: sqlite3
Cflags: -I"$(INCLUDEDIR)"
Libs: -L"$(LIBDIR)" -lsqlite-sketches -lm
endef

# In quotes: a path may have spaces.
there = "$(DESTDIR)$(1)"
install: all $(BUILD)/libsqlite-sketches.a ## install below PREFIX=/usr/local; DESTDIR is honoured
	install -d $(call there,$(BINDIR)) $(call there,$(LIBDIR)/sqlite3) $(call there,$(LIBDIR)/pkgconfig) \
	    $(call there,$(INCLUDEDIR)) $(call there,$(MANDIR)/man1)
	install -m 755 $(BUILD)/mastodon-loader $(call there,$(BINDIR))
	install -m 644 $(BUILD)/sketches.so $(call there,$(LIBDIR)/sqlite3)
	install -m 644 ext/sketches.h $(call there,$(INCLUDEDIR))
	install -m 644 $(BUILD)/libsqlite-sketches.a $(call there,$(LIBDIR))
	$(file >$(BUILD)/sqlite-sketches.pc,$(PKG_CONFIG_FILE))
	install -m 644 $(BUILD)/sqlite-sketches.pc $(call there,$(LIBDIR)/pkgconfig)
	install -m 644 docs/mastodon-loader.1 $(call there,$(MANDIR)/man1)

uninstall: ## remove what install put there
	rm -f $(call there,$(BINDIR)/mastodon-loader) $(call there,$(LIBDIR)/sqlite3/sketches.so) $(call there,$(INCLUDEDIR)/sketches.h) \
	    $(call there,$(LIBDIR)/libsqlite-sketches.a) $(call there,$(LIBDIR)/pkgconfig/sqlite-sketches.pc) \
	    $(call there,$(MANDIR)/man1/mastodon-loader.1)

format: ## lay out the C by .clang-format
	@.ci/setup check
	clang-format -i $$(git ls-files '*.[ch]')

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## list the targets
	@sed -n 's/^\([a-z_.-]*\):.*## /\1\t/p' Makefile | expand -t 23

-include $(wildcard $(addprefix $(BUILD)/,ext/*.d loader/*.d sketches/*/*.d checked/sketches/*/*.d ext/*/*.d loader/*/*.d tests/*/*.d))
FORCE:
.PHONY: all test unit sql test-determinism test-often test-sqlite test-versions test-docs test-loader test-corpus soak test-golden test-accuracy accept check check-deep everything asan tsan run-tsan debug programs coverage run-covered fuzz run-fuzzers fuzz-corpus demo bench bench-sql bench-call bench-scale bench-keys bench-peers accuracy dist packages test-packages test-interop test-bindings hosts-doc demo-datasette test-datasette \
        install uninstall format clean help FORCE
.SECONDARY:
