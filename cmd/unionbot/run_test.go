package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/storage/storagetest"
)

// result is what a command line left behind.
type result struct {
	code           int
	stdout, stderr string
}

// command runs a command line in this process. Settings are NAME=value, without the prefix.
func command(t *testing.T, settings []string, args ...string) result {
	t.Helper()
	var environ []string
	for _, s := range settings {
		environ = append(environ, "UNIONBOT_"+s)
	}
	var stdout, stderr bytes.Buffer
	code := run(args, strings.NewReader(""), &stdout, &stderr, environ)
	return result{code, stdout.String(), stderr.String()}
}

// bothPlatforms are the settings of both, whose APIs nobody answers.
func bothPlatforms() []string {
	var settings []string
	for _, line := range newPlayed().environ("http://127.0.0.1:1") {
		settings = append(settings, strings.TrimPrefix(line, "UNIONBOT_"))
	}
	return settings
}

func TestEveryCommandExplainsItselfWithAnExample(t *testing.T) {
	a := &app{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.HasParent() && (c.Example == "" || c.Short == "") {
			t.Errorf("%s lacks an example or a short text", c.CommandPath())
		}
		if c.Runnable() && c.Args == nil {
			t.Errorf("%s does not check its arguments", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(a.rootCommand())
}

func TestExitCodes(t *testing.T) {
	database := "DATABASE_URL=" + storagetest.SQLiteURL(t)
	tests := map[string]struct {
		settings []string
		args     []string
		code     int
		says     string
	}{
		"help":                            {nil, []string{"--help"}, exitDone, "unionbot demo"},
		"help of a command":               {nil, []string{"members", "import", "--help"}, exitDone, "--dry-run"},
		"version":                         {nil, []string{"version"}, exitDone, "unionbot "},
		"a command that is not there":     {nil, []string{"migrat"}, exitUsage, "migrate"},
		"a flag that is not there":        {nil, []string{"version", "--yaml"}, exitUsage, "--yaml"},
		"an argument too many":            {nil, []string{"version", "now"}, exitUsage, "now"},
		"an argument too few":             {nil, []string{"members", "import"}, exitUsage, "accepts 1 arg"},
		"a configuration that is not one": {[]string{"LISSTEN=:1"}, []string{"healthcheck"}, exitUsage, "did you mean LISTEN?"},
		"no database":                     {nil, []string{"migrate"}, exitUsage, "DATABASE_URL: is not set"},
		"a database that is not ready":    {[]string{database}, []string{"migrate", "status"}, exitFailed, "run unionbot migrate"},
		"nobody at home":                  {[]string{"LISTEN=127.0.0.1:1"}, []string{"healthcheck"}, exitFailed, "refused"},
		"no platform":                     {[]string{database, "REDIS_URL=embedded"}, []string{"serve"}, exitUsage, "no platform is configured"},
		"a role that is not there":        {nil, []string{"serve", "--role", "boss"}, exitUsage, "must be all, web or worker"},
		"a callback that is no address":   {nil, []string{"simulator", "--wecom", "here"}, exitUsage, "--wecom"},
		"a schema that is not there":      {append(bothPlatforms(), database, "REDIS_URL=embedded", "LISTEN=127.0.0.1:0", "INNER_LISTEN=off"), []string{"serve"}, exitFailed, "run unionbot migrate"},
		"a file that is not there":        {[]string{database}, []string{"members", "import", "/nowhere.csv"}, exitFailed, "/nowhere.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := command(t, tt.settings, tt.args...)
			if r.code != tt.code {
				t.Errorf("exit code is %d, want %d", r.code, tt.code)
			}
			if !strings.Contains(r.stdout+r.stderr, tt.says) {
				t.Errorf("%q is not said in:\n%s%s", tt.says, r.stdout, r.stderr)
			}
		})
	}
}

func TestMigrateBringsADatabaseUpAndSaysSo(t *testing.T) {
	for name, url := range map[string]string{"sqlite": storagetest.SQLiteURL(t), "mariadb": storagetest.MariaDBURL(t)} {
		t.Run(name, func(t *testing.T) {
			settings := []string{"DATABASE_URL=" + url}
			if r := command(t, settings, "migrate"); r.code != exitDone || !strings.Contains(r.stdout, "applied 00001_handled") {
				t.Fatalf("migrate: %+v", r)
			}
			r := command(t, settings, "migrate", "up", "--json")
			var again migration
			if err := json.Unmarshal([]byte(r.stdout), &again); err != nil || r.code != exitDone {
				t.Fatalf("migrate again: %v, %+v", err, r)
			}
			if len(again.Applied) != 0 || again.Have != again.Want {
				t.Errorf("migrate again did %+v", again)
			}
			if r := command(t, settings, "migrate", "status"); r.code != exitDone {
				t.Errorf("status: %+v", r)
			}
		})
	}
}

func TestTheSeedIsImported(t *testing.T) {
	settings := []string{"DATABASE_URL=" + storagetest.SQLiteURL(t)}
	if r := command(t, settings, "migrate"); r.code != exitDone {
		t.Fatalf("migrate: %+v", r)
	}
	dry := command(t, settings, "members", "import", seedFile, "--dry-run")
	if dry.code != exitDone || !strings.Contains(dry.stdout, "60 rows would be imported: 60 new") {
		t.Errorf("dry run: %+v", dry)
	}
	first := command(t, settings, "members", "import", seedFile)
	if first.code != exitDone || !strings.Contains(first.stdout, "60 rows imported: 60 new") {
		t.Errorf("import: %+v", first)
	}
	again := command(t, settings, "members", "import", seedFile)
	if again.code != exitDone || !strings.Contains(again.stdout, "0 new, 0 changed, 60 the same") {
		t.Errorf("import again: %+v", again)
	}
}

func TestAWrongMembersFileNamesTheRowAndFails(t *testing.T) {
	settings := []string{"DATABASE_URL=" + storagetest.SQLiteURL(t)}
	if r := command(t, settings, "migrate"); r.code != exitDone {
		t.Fatalf("migrate: %+v", r)
	}
	path := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(path, []byte("工号,姓名,单位,手机\n1,张伟,集团公司,12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := command(t, settings, "members", "import", path)
	if r.code != exitFailed || !strings.Contains(r.stdout, "line 2, 手机") {
		t.Errorf("import: %+v", r)
	}
}

func TestServicesCheckExplainsMistakes(t *testing.T) {
	if r := command(t, nil, "services", "check"); r.code != exitDone || !strings.Contains(r.stdout, "suggestion is in order") {
		t.Errorf("own services: %+v", r)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "broken.yaml"), []byte("prefx: XX\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := command(t, nil, "services", "check", folder, "--json")
	var found checked
	if err := json.Unmarshal([]byte(r.stdout), &found); err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	if r.code != exitFailed || len(found.Mistakes) == 0 || found.Mistakes[0].File != "broken.yaml" {
		t.Errorf("code %d, mistakes %+v", r.code, found.Mistakes)
	}
}

func TestTheSeedsPeopleHoldThePhones(t *testing.T) {
	everybody, err := people()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, p := range everybody {
		known[p.Key()] = true
	}
	for _, key := range phones() {
		if !known[key] {
			t.Errorf("nobody is %s", key)
		}
	}
	content, err := seed.ReadFile(seedFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, wangQiangStaffNo+",王强,") && strings.Contains(line, wangQiangProof+",男") {
			return
		}
	}
	t.Errorf("the demo's hints do not fit the seed")
}
