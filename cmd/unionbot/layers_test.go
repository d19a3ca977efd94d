package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/unionbot/unionbot/"

// A layer is a tree of packages and what its packages may import. The longest matching name decides; a name ending in
// "/" means the tree below it too.
type layer struct {
	name string
	// ours are trees of our packages, or one package where the name ends in "$"; outside are prefixes of others' packages.
	ours, outside []string
}

// pure are libraries that reach nothing: no network, no database, no clock of their own.
var pure = []string{
	"golang.org/x/text/", "golang.org/x/sync/", "golang.org/x/time/", "golang.org/x/tools/txtar", "go.yaml.in/yaml/v3", "github.com/expr-lang/expr",
	"github.com/cloudflare/circl/",
	"github.com/6tail/lunar-go/", "github.com/xuri/excelize/v2",
	"github.com/signintech/gopdf", "rsc.io/qr", "golang.org/x/image/",
}

var keeping = []string{
	"gorm.io/", "github.com/glebarez/", "github.com/go-sql-driver/mysql", "github.com/pressly/goose/", "github.com/redis/go-redis/",
	"github.com/alicebob/miniredis/", "github.com/tink-crypto/tink-go/", "github.com/minio/minio-go/", "github.com/sony/gobreaker/v2", "golang.org/x/",
}

// layers is the rule of the house: arrows point one way, cmd → {config, flows, storage, bot's parts} → {bot, union}.
var layers = []layer{
	{name: "cmd/", ours: []string{"bot", "config", "flows", "simulator", "storage", "union", "watch"}, outside: []string{"github.com/spf13/cobra", "golang.org/x/"}},
	{name: "bench", ours: []string{"bot/wxcrypt", "union/calendar"}, outside: []string{"github.com/go-sql-driver/mysql"}},
	{name: "config", outside: []string{"go.yaml.in/yaml/v3"}},
	{name: "bot", outside: pure},
	{name: "bot/wxcrypt"},
	{name: "bot/callback", ours: []string{"bot$", "bot/wxcrypt"}, outside: pure},
	{name: "bot/delivery", ours: []string{"bot$", "bot/platform"}, outside: pure},
	{name: "bot/wecom", ours: []string{"bot$", "bot/callback", "bot/platform", "bot/wxcrypt"}, outside: append([]string{"github.com/silenceper/wechat/v2/"}, pure...)},
	{name: "bot/officialaccount", ours: []string{"bot$", "bot/callback", "bot/platform", "bot/wxcrypt"}, outside: append([]string{"github.com/silenceper/wechat/v2/"}, pure...)},
	{name: "bot/", ours: []string{"bot$"}, outside: pure},
	{name: "bot/bottest", ours: []string{"bot$", "storage"}, outside: pure},
	{name: "union/", ours: []string{"union"}, outside: pure},
	{name: "flows/", ours: []string{"bot$", "flows", "union"}, outside: pure},
	{name: "storage/", ours: []string{"bot$", "storage", "union"}, outside: keeping},
	{name: "watch/", ours: []string{"bot", "watch"}, outside: []string{
		"github.com/prometheus/client_golang/", "go.opentelemetry.io/", "google.golang.org/protobuf/", "github.com/sethvargo/go-retry",
	}},
	{name: "simulator/", ours: []string{"bot/wxcrypt", "simulator", "union/packed"}, outside: []string{"golang.org/x/"}},
}

func layerOf(path string) (layer, bool) {
	var best layer
	found := false
	for _, l := range layers {
		tree, isTree := strings.CutSuffix(l.name, "/")
		if (path == tree || isTree && strings.HasPrefix(path, l.name)) && len(l.name) >= len(best.name) {
			best, found = l, true
		}
	}
	return best, found
}

func (l layer) allows(imported string) bool {
	if own, ok := strings.CutPrefix(imported, module); ok {
		return slices.ContainsFunc(l.ours, func(name string) bool {
			exact, only := strings.CutSuffix(name, "$")
			return own == exact || !only && strings.HasPrefix(own, name+"/")
		})
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(l.outside, func(name string) bool { return strings.HasPrefix(imported, name) })
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all = append(all, p)
	}
}

func TestArrowsPointOneWay(t *testing.T) {
	all := packages(t)
	if len(all) < 10 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	for _, p := range all {
		path := strings.TrimPrefix(p.ImportPath, module)
		l, ok := layerOf(path)
		if !ok {
			t.Errorf("%s belongs to no layer: put it into the table", path)
			continue
		}
		for _, imported := range p.Imports {
			if !l.allows(imported) {
				t.Errorf("%s imports %s, which its layer may not", path, strings.TrimPrefix(imported, module))
			}
		}
	}
}

func TestALayerRefusesWhatTheHouseForbids(t *testing.T) {
	for _, each := range []struct{ from, to string }{
		{"bot", module + "union"},
		{"union/cases", module + "bot"},
		{"union", "gorm.io/gorm"},
		{"flows", module + "bot/wecom"},
		{"flows", module + "storage"},
		{"bot/delivery", "github.com/silenceper/wechat/v2/work"},
		{"bot/wecom", module + "bot/officialaccount"},
		{"bot/wecom", module + "bot/delivery"},
		{"bot/wecom", "github.com/redis/go-redis/v9"},
		{"storage", module + "bot/delivery"},
		{"simulator", module + "bot/wecom"},
		{"config", module + "union"},
		{"bot", "github.com/prometheus/client_golang/prometheus"},
		{"storage", "go.opentelemetry.io/otel"},
		{"watch", module + "storage"},
	} {
		l, ok := layerOf(each.from)
		if !ok {
			t.Errorf("%s belongs to no layer", each.from)
		}
		if l.allows(each.to) {
			t.Errorf("%s may import %s", each.from, each.to)
		}
	}
}
