# Everything that is done with a checkout. Needs root: eBPF, network namespaces and packages.
.DELETE_ON_ERROR:
.PHONY: all deps build test demo bench soak format clean root

MAVEN   := mvn -B -ntp
SOURCES := $(shell find bin app bpf proxy-core http-filter grpc-filter kafka-filter dns-proxy xds-server -path '*/target' -prune -o -type f -print) pom.xml
# Command or header that must exist, and the Debian package that brings it.
NEEDED  := clang:clang /usr/include/bpf/libbpf.h:libbpf-dev bpftool:bpftool ip:iproute2 nsenter:util-linux \
           nft:nftables dig:bind9-dnsutils curl:curl wrk:wrk mvn:maven python3:python3 setpriv:util-linux sysctl:procps \
           /usr/include/linux/bpf.h:linux-libc-dev unbound:unbound musl-gcc:musl-tools

all: build

# Installs what is missing from Debian, and starts no service; a second run finds nothing missing and does nothing.
deps:
	@PATH="$$PATH:/usr/sbin:/sbin"; missing=; \
	for need in $(NEEDED); do \
	  what=$${need%%:*}; \
	  [ -e "$$what" ] || command -v "$$what" >/dev/null 2>&1 || missing="$$missing $${need#*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
	  [ "$$(id -u)" = 0 ] || { echo "missing:$$missing. Run as root, or install them yourself" >&2; exit 3; }; \
	  echo "deps: installing$$missing"; \
	  apt-get update -qq && RUNLEVEL=1 SYSTEMD_OFFLINE=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
	  echo "deps: nothing missing"; \
	fi
	@jdk=$$(.ci/jdk25) && echo "deps: JDK 25 at $$jdk"

# Compiles and assembles app/target/sluice, without checks and tests; nothing if no source has changed.
build: deps target/built

target/built: $(SOURCES)
	@echo "build: compiling and assembling app/target/sluice"
	@$(MAVEN) -q -Dquick package
	@app/src/build/make-aot-cache
	@mkdir -p target && touch target/built

# Everything that has to hold: format, static checks, unit, in-JVM and kernel tests.
test: deps root
	@echo "test: mvn verify, with every check and every test"
	@$(MAVEN) verify

demo: root build
	@bin/sluice demo

# Benchmarks against peers behind the same steering; bench/README.md says what is measured.
bench: root build
	@$(MAVEN) -q -Dquick -pl bench -am package
	@app/src/build/make-aot-cache
	@bench/run
	@bench/dns
	@bench/unsteered
	@bench/maps

# RESTARTS (default 50) of the agent under load, of which nothing may be lost; as many under 1,000 queries a second, half
# of them planned, of which no query may be lost; then mixed traffic for MINUTES (default
# 10) while the policy changes, which fails if memory grows or a verdict is wrong.
MINUTES ?= 10
RESTARTS ?= 50
soak: root build
	@echo "soak: twice $(RESTARTS) restarts under load, $(MINUTES) minutes of mixed traffic, then 10,000 names"
	@$(MAVEN) -q -Dquick -DskipTests=false -pl app -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=RestartKT,TakeOverSoak,Soak,DnsSoak -Dfailsafe.failIfNoSpecifiedTests=false \
	  -Dsluice.restarts=$(RESTARTS) -Dsluice.soak.minutes=$(MINUTES)

format:
	@.ci/format && echo "format: done"

clean:
	@$(MAVEN) -q clean && rm -rf target && echo "clean: done"

root:
	@[ "$$(id -u)" = 0 ] || { echo "this needs root: it makes network namespaces and loads eBPF programs" >&2; exit 3; }
