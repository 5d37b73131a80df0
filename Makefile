# Every way to build and test dockwire; .ci/run calls the same targets.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
FUZZTIME ?= 10s
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: build test test-docker bench fuzz lint cross golden demo-recording release-check screens compose

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/dockwire ./cmd/dockwire

# Everything this machine can run. Tests that need a daemon skip without one.
test:
	go test ./...

# The tests against a real dockerd; a missing daemon is a failure. They wait for
# containers more than they work, so more run at a time than there are cores.
test-docker: build
	DOCKWIRE_REQUIRE_DOCKER=1 go test -count=1 -parallel 3 -timeout 20m ./cmd/internal/realdocker/...

bench:
	go test -run '^$$' -bench . -benchmem ./...

# One fuzz target after the other, FUZZTIME each.
fuzz:
	@set -e; for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$pkg; \
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
	go test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n1 dirname | sort -u) -update

# Records anew what `dockwire demo` shows, from a dockerd that has busybox:latest;
# docker-registry serves on port 5043 meanwhile.
demo-recording: build
	bin/dockwire run --quiet --overwrite --tar-uploads -o cmd/dockwire/demo/recording.jsonl.zst -- sh cmd/dockwire/demo/record.sh

# Builds all archives and packages of a release, and publishes none.
release-check:
	.ci/release-check

# docker compose v2 for the tests that replay it (test-docker skips them
# without). It is built from its Go modules, which takes some minutes.
COMPOSE := v2.40.3
compose:
	@set -e; out=$$PWD/bin/tools/docker-compose; [ ! -x "$$out" ] || exit 0; \
	  dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; cd "$$dir"; \
	  go mod init compose; go get github.com/docker/compose/v2/cmd@$(COMPOSE); \
	  CGO_ENABLED=0 go build -o "$$out" github.com/docker/compose/v2/cmd

# Takes the pictures of the README anew: the real binary on the demo's recording.
# Look at them. A test fails when they are not what the screen shows.
screens:
	go run ./ui/screens
