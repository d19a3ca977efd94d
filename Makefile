# make help lists the targets. `make test` is all that CI runs; it sets up what it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
LINTER := bin/golangci-lint
STORES := .ci/with-stores

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: ## everything in one process, with phones in the browser
	go run ./cmd/unionbot demo

# Inlining is kept where a turn spends its time, in the standard library's common packages and what reads a message:
# everywhere else it costs 5 MB of binary and little time (docs/performance.md). Of two patterns that fit, the last counts.
# Functions begin at any byte in place of each 32nd, which is 0.8 MB.
# What is in SMALLER has tables that are plain data once the calls in them are inlined, and go where nobody asks for them: 0.3 MB.
COLD := net/http regexp/... text/... testing/... expvar crypto/tls crypto/x509 crypto/ecdsa crypto/rsa crypto/elliptic crypto/dsa crypto/ed25519 crypto/internal/... math/big text/template/... \
  html/... encoding/gob encoding/xml encoding/asn1 encoding/csv go/... archive/zip compress/... image/... mime/... net net/mail net/textproto \
  net/netip net/http/pprof net/http/internal/... os/... io/fs embed path/filepath vendor/... database/sql log/slog flag internal/profile \
  runtime/pprof runtime/trace testing index/suffixarray hash/... container/... fmt time context io errors bufio sort iter log reflect strconv \
  unicode/... math/... strings bytes net/url internal/poll encoding/json encoding/base64 encoding/hex encoding/binary encoding/pem syscall internal/syscall/... internal/godebug database/sql/driver
HOT := $(addprefix github.com/unionbot/unionbot/,bot/callback bot/wxcrypt)
# HTTP/2 is spoken to nobody - platforms, proxies and stores all take HTTP/1.1, with which everything is tested - and left out: 0.4 MB.
SMALLER := go.opentelemetry.io/otel/semconv/... go.opentelemetry.io/otel/attribute/... modernc.org/libc/... modernc.org/sqlite/...
INLINE := -gcflags=all=-l -gcflags=std= $(COLD:%=-gcflags=%=-l) $(HOT:%=-gcflags=%=) $(SMALLER:%=-gcflags=%=)
LARGEST := 45000000

.PHONY: build
build: ## the binary, static, in bin/
	CGO_ENABLED=0 go build -tags nethttpomithttp2 -trimpath $(INLINE) -ldflags='-s -w -funcalign=1 $(VERSION:%=-X main.version=%)' -o bin/unionbot ./cmd/unionbot

.PHONY: size
size: build ## refuses a binary of 45 MB or more
	@size=$$(wc -c < bin/unionbot); echo "bin/unionbot has $$size bytes"; [ "$$size" -lt $(LARGEST) ]

# SQLite is C in Go's clothes, what learns sentences is arithmetic that shares nothing, and YAML, Lua and fonts are read by libraries
# that share nothing either: watching every step of them finds no race of ours and doubles what the tests take.
UNWATCHED := modernc.org/... go.yaml.in/... github.com/yuin/... golang.org/x/image/... github.com/unionbot/unionbot/union/understanding
RACE := -race $(UNWATCHED:%=-gcflags=%=-race=false)

# With the flags of the tests go vet and the linter read what the tests have compiled, in place of compiling it once more.
.PHONY: test
test: ## everything that CI checks, with the stores and the browser it needs
	$(MAKE) --no-print-directory -j2 $(LINTER) needs
	GOFLAGS="$${GOFLAGS:-} $(RACE)" $(STORES) $(MAKE) --no-print-directory lint tests

# What takes longest begins first, lest it be what everything ends with.
LONGEST := ./cmd/unionbot ./storage ./flows

.PHONY: tests
tests:
	go test -shuffle=on -timeout=12m $(LONGEST) ./...

.PHONY: race
race: ## all tests, shuffled, with the race detector
	GOFLAGS="$${GOFLAGS:-} $(RACE)" $(STORES) $(MAKE) --no-print-directory tests

.PHONY: needs
needs: ## installs what the tests need
	@$(STORES) true

.PHONY: quick
quick: ## all tests without the race detector
	$(STORES) go test -shuffle=on ./...

.PHONY: lint
lint: $(LINTER) ## format, vet and every linter of .golangci.yml
	@files=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); [ -z "$$files" ] || { echo "not formatted, run make fmt:"; echo "$$files"; exit 1; }
	go vet ./...
	$(LINTER) run ./...

.PHONY: fmt
fmt: $(LINTER) ## format the code
	$(LINTER) fmt ./...

# Left to itself Go spends the minute of a target on making its first find smaller.
.PHONY: fuzz
fuzz: ## every fuzz target in turn, an hour in all (FUZZTIME=30s: as long each)
	@targets=$$(grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sed -E 's|/[^/]*:func | |' | sort); \
	each=$${FUZZTIME:-$$((3600 / $$(wc -l <<< "$$targets")))s}; \
	while read -r dir target; do \
	  echo "$$dir $$target for $$each"; go test "$$dir" -run='^$$' -fuzz="^$$target$$" -fuzztime="$$each" -fuzzminimizetime=10x; \
	done <<< "$$targets"

# The service runs on the first core, everything else on the others.
.PHONY: bench
bench: build ## what a turn costs, docs/performance.md (QUICK=1: 1 minute)
	@go build -o bin/bench ./bench
	@go test ./flows -count=1 -run 'SentencesAreUnderstood|CriesAreHeard|UnderstandingIsQuick|LoadingIsQuick' -v | grep -E '_test.go:[0-9]+: (sentences|unseen|a sentence|loading)' | sed -E 's/.*_test.go:[0-9]+: //'
	@ONLY_STORES=1 taskset -c 1-$$(($$(nproc) - 1)) $(STORES) sh -c 'exec bin/bench -mysql "$$UNIONBOT_TEST_MYSQL_URL" -redis "$$UNIONBOT_TEST_REDIS_URL" $(if $(QUICK),-quick) $(BENCH)'
	@$(if $(QUICK)$(BENCH),:,ONLY_STORES=1 $(STORES) go test ./storage -run '^$$' -bench 'TenThousandDueSteps|TasksAmongMany|GreetingsOfALargeUnion' -benchtime 1x)
	@$(if $(QUICK)$(BENCH),:,$(STORES) go test ./cmd/unionbot -count=1 -run 'TestTheBinary/a_broadcast_comes_to_everybody' -v | grep -E '^ok|FAIL|_test.go:[0-9]+: ' | sed -E 's/^ *[a-z0-9_]+_test.go:[0-9]+: //')

.PHONY: docs
docs: ## docs/configuration.md and the table of docs/metrics.md from the code
	go test ./config -run TestTheReferenceIsCurrent -update
	go test ./watch -run TestTheListOfMetricsIsCurrent -update

.PHONY: screenshots
screenshots: ## docs/images from the demo in a real browser
	UNIONBOT_TEST_SCREENSHOTS=$(CURDIR)/docs/images $(STORES) go test ./cmd/unionbot -run TestDemoInABrowser -count=1

.PHONY: image
image: ## the container image unionbot
	docker build -t unionbot .

.PHONY: clean
clean: ## what was built
	rm -rf bin

$(LINTER): tools/go.mod tools/go.sum
	cd tools && GOFLAGS= go build -gcflags=all=-l -o ../$(LINTER) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
