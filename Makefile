# Every way to build and test dockwire; .ci/run calls the same targets.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
FUZZTIME ?= 10s
PKGS ?= ./...
TARGET ?= ^Fuzz
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: build demo test lab test-docker test-docker-current bench fuzz lint cross golden demo-recording release-check screens bench-relay foreign

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/dockwire ./cmd/dockwire

# Shows dockwire at work with no Docker on the machine.
demo: build
	bin/dockwire demo

# Needs nothing but Go: no daemon is looked for, and no container is made.
test:
	go test ./...

# Brings up everything that test-docker wants, on Debian as root: the
# distribution's dockerd, a current one, an image, buildx and compose v2. What is
# there is kept; what has to be built goes to the user's cache folder.
lab:
	.ci/docker
	.ci/docker-current
	.ci/collector

# The tests against the machine's dockerd: they make containers on it. They wait
# for containers more than they work, so more run at a time than there are cores.
test-docker: build
	DOCKWIRE_DOCKER=1 .ci/again go test -count=1 -parallel 3 -timeout 25m ./cmd/internal/realdocker/...

# The same against the current dockerd of make lab, in its network.
test-docker-current: build
	DOCKWIRE_DOCKER=1 .ci/again .ci/with-current go test -count=1 -parallel 3 -timeout 25m ./cmd/internal/realdocker/...

# Suites that others wrote, recorded on a daemon of their own and replayed: whole,
# reversed, one test alone. Says how many verdicts hold. Wants `make lab`.
foreign: build
	.ci/foreign $(SUITES)

bench:
	go test -run '^$$' -bench . -benchmem ./...

# The built binary between two other processes, compared with a bare copy loop,
# on a quiet machine; make bench-relay BENCH=-short only sees that it works.
BENCH ?= -rounds 5
bench-relay: build
	go run ./cmd/internal/relaybench -dockwire bin/dockwire $(BENCH)

# One fuzz target after the other, FUZZTIME each. Go's fuzzer sometimes ends
# with "context deadline exceeded" of its own: that is no finding.
fuzz:
	@set -e; for pkg in $$(go list $(PKGS)); do \
	  for target in $$(go test -list '$(TARGET)' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; \
	    log=$$(mktemp); \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$pkg >$$log 2>&1 && ok=1 || ok=0; \
	    cat $$log; \
	    if [ $$ok = 0 ] && { grep -q 'Failing input written' $$log || ! grep -q 'context deadline exceeded' $$log; }; then exit 1; fi; \
	    rm -f $$log; \
	  done; \
	done

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

# Builds and vets every platform that is released. -trimpath as in a release,
# so that release-check finds the packages compiled.
cross:
	@set -e; for p in $(PLATFORMS); do echo "== $$p"; \
	  GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 go build -trimpath -o /dev/null ./cmd/dockwire; \
	  GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 go vet -trimpath ./...; done

# Rewrites every golden file from what the code does now: read the diff.
golden:
	go test $$(grep -rlE --include='*_test.go' 'golden\.Check|flag.Bool\("update"' . | xargs -n1 dirname | sort -u) -update

# Records again what `dockwire demo` shows, from a dockerd that has busybox:latest;
# docker-registry serves on port 5043 meanwhile.
demo-recording: build
	bin/dockwire run --quiet --overwrite --tar-uploads -o cmd/dockwire/demo/recording.jsonl.zst -- sh cmd/dockwire/demo/record.sh

# Builds all archives and packages of a release, and publishes none.
release-check:
	.ci/release-check

# Takes the pictures of the README again: the real binary on the demo's recording.
# Look at them. A test fails when they are not what the screen shows.
screens:
	go run ./ui/screens
