package config

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write docs/configuration.md")

const (
	key     = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	aesKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	fileEnv = "UNIONBOT_WECOM_SECRET_FILE="
)

// serving is a complete configuration of both platforms.
func serving() []string {
	return []string{
		"PATH=/bin",
		"UNIONBOT_TEST_MYSQL_URL=mysql://root@127.0.0.1/",
		"UNIONBOT_DATABASE_URL=mysql://union:s3cret-db@db:3306/union",
		"UNIONBOT_REDIS_URL=redis://:s3cret-redis@redis:6379/0",
		"UNIONBOT_ENCRYPTION_KEYS=" + key,
		"UNIONBOT_WECOM_CORP_ID=ww1",
		"UNIONBOT_WECOM_AGENT_ID=1000002",
		"UNIONBOT_WECOM_SECRET=s3cret-app",
		"UNIONBOT_WECOM_TOKEN=s3cret-token",
		"UNIONBOT_WECOM_AES_KEY=" + aesKey,
		"UNIONBOT_OFFICIAL_ACCOUNT_APP_ID=wx1",
		"UNIONBOT_OFFICIAL_ACCOUNT_ID=gh_1",
		"UNIONBOT_OFFICIAL_ACCOUNT_SECRET=s3cret-oa",
		"UNIONBOT_OFFICIAL_ACCOUNT_TOKEN=s3cret-oa-token",
	}
}

// changed is base with each change: NAME takes a variable out, NAME=value sets it.
func changed(base []string, changes ...string) []string {
	var out []string
	for _, pair := range base {
		keep := true
		for _, change := range changes {
			name, _, _ := strings.Cut(change, "=")
			if strings.HasPrefix(pair, name+"=") {
				keep = false
			}
		}
		if keep {
			out = append(out, pair)
		}
	}
	for _, change := range changes {
		if strings.Contains(change, "=") {
			out = append(out, change)
		}
	}
	return out
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACompleteEnvironmentIsReadWithDefaults(t *testing.T) {
	c, err := Load(Source{Environ: serving()}, "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		t.Fatal(err)
	}
	if !c.WeCom.On() || !c.OfficialAccount.On() {
		t.Error("a platform is off")
	}
	got := map[string]any{
		"listen": c.Listen, "inner": c.InnerListen, "zone": c.Timezone.String(), "language": c.Language,
		"log": c.LogFormat, "level": c.LogLevel, "media": c.MediaURL.Reveal(), "agent": c.WeCom.AgentID,
		"wecom": c.WeCom.APIURL, "account": c.OfficialAccount.APIURL, "secret": c.WeCom.Secret.Reveal(),
	}
	want := map[string]any{
		"listen": ":8080", "inner": "127.0.0.1:9090", "zone": "Asia/Shanghai", "language": "zh-CN",
		"log": "json", "level": slog.LevelInfo, "media": "file:media", "agent": 1000002,
		"wecom": "https://qyapi.weixin.qq.com", "account": "https://api.weixin.qq.com", "secret": "s3cret-app",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyEnvironmentHasNoPlatform(t *testing.T) {
	c, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	if c.WeCom.On() || c.OfficialAccount.On() {
		t.Error("a platform is on")
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	file := write(t, "unionbot.yaml", `
listen: ":1"
LOG_LEVEL: debug
trusted_proxies: [10.0.0.0/8, 192.168.1.5]
official_account_templates:
  task: T1
  answer: T2
official_account_after_message: 20/48h
`)
	environ := changed(serving(), "UNIONBOT_LISTEN=:2", "UNIONBOT_LOG_LEVEL=")
	c, err := Load(Source{File: file, Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":2" {
		t.Errorf("listen is %q", c.Listen)
	}
	if c.LogLevel != slog.LevelDebug {
		t.Errorf("an empty variable hid the file: level is %v", c.LogLevel)
	}
	if diff := cmp.Diff(map[string]string{"task": "T1", "answer": "T2"}, c.OfficialAccount.Templates); diff != "" {
		t.Error(diff)
	}
	want := [2]Allowance{{Count: 20, Life: 48 * time.Hour}, {Count: 3, Life: time.Minute}}
	if got := [2]Allowance{c.OfficialAccount.AfterMessage, c.OfficialAccount.AfterTouch}; got != want {
		t.Errorf("what may be sent is %v, want %v", got, want)
	}
	if got := fmt.Sprint(c.TrustedProxies); got != "[10.0.0.0/8 192.168.1.5/32]" {
		t.Errorf("proxies are %s", got)
	}
}

func TestASecretIsReadFromAFile(t *testing.T) {
	path := write(t, "secret", "from-file\n")
	c, err := Load(Source{Environ: changed(serving(), "UNIONBOT_WECOM_SECRET", fileEnv+path)})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.WeCom.Secret.Reveal(); got != "from-file" {
		t.Errorf("secret is %q", got)
	}
}

func TestWhatIsWrongIsSaidWithHowToMendIt(t *testing.T) {
	tests := map[string]struct {
		environ []string
		file    string
		want    []string
	}{
		"an unknown name": {
			environ: changed(serving(), "UNIONBOT_WECOM_AGENTID=1"),
			want:    []string{"UNIONBOT_WECOM_AGENTID (environment): is not a setting; did you mean WECOM_AGENT_ID?"},
		},
		"an unknown key in the file": {
			environ: serving(), file: "log_level: info\nlissten: x\n",
			want: []string{"lissten (unionbot.yaml line 2): is not a setting; did you mean LISTEN?"},
		},
		"a key that is set twice": {
			environ: serving(), file: "listen: \":1\"\nLISTEN: \":2\"\n",
			want: []string{"LISTEN (unionbot.yaml line 2): is set twice"},
		},
		"a name that takes no file": {
			environ: changed(serving(), "UNIONBOT_LISTEN_FILE=/x"),
			want:    []string{"UNIONBOT_LISTEN_FILE (environment): is not a setting"},
		},
		"a secret given twice": {
			environ: changed(serving(), fileEnv+"/nowhere"),
			want:    []string{"UNIONBOT_WECOM_SECRET_FILE (environment): is set beside UNIONBOT_WECOM_SECRET; leave one"},
		},
		"a secret's file that is empty": {
			environ: changed(serving(), "UNIONBOT_OFFICIAL_ACCOUNT_AES_KEY", "UNIONBOT_OFFICIAL_ACCOUNT_AES_KEY_FILE="+write(t, "empty", "\n")),
			want:    []string{"UNIONBOT_OFFICIAL_ACCOUNT_AES_KEY_FILE (environment): names a file that is empty"},
		},
		"a secret's file that is not there": {
			environ: changed(serving(), "UNIONBOT_WECOM_SECRET", fileEnv+"/nowhere"),
			want:    []string{"UNIONBOT_WECOM_SECRET_FILE (environment): open /nowhere", "WECOM_SECRET; set them all"},
		},
		"half a platform": {
			environ: changed(serving(), "UNIONBOT_WECOM_TOKEN", "UNIONBOT_WECOM_AES_KEY"),
			want:    []string{"WeCom: WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET is set, but not WECOM_TOKEN, WECOM_AES_KEY; set them all"},
		},
		"what a command needs": {
			environ: []string{"UNIONBOT_REDIS_URL=embedded"},
			want:    []string{"DATABASE_URL: is not set: `mysql://", "ENCRYPTION_KEYS: is not set"},
		},
		"embedded Redis with MySQL": {
			environ: changed(serving(), "UNIONBOT_REDIS_URL=embedded"),
			want:    []string{"UNIONBOT_REDIS_URL (environment): embedded is for one process with SQLite"},
		},
		"a clock offset in earnest": {
			environ: changed(serving(), "UNIONBOT_CLOCK_OFFSET=+49h", "UNIONBOT_WECOM_API_URL=http://127.0.0.1:1"),
			want:    []string{"OFFICIAL_ACCOUNT_API_URL is not on loopback"},
		},
		"every value at once": {
			environ: []string{
				"UNIONBOT_LISTEN=8080", "UNIONBOT_PUBLIC_URL=union.example.com", "UNIONBOT_INNER_LISTEN=x",
				"UNIONBOT_CONSOLE_LISTEN=h:99999", "UNIONBOT_TRUSTED_PROXIES=all", "UNIONBOT_DATABASE_URL=postgres://h/d",
				"UNIONBOT_REDIS_URL=memcache://a", "UNIONBOT_MEDIA_URL=s3://k:s@h/bucket?ssl=off", "UNIONBOT_ENCRYPTION_KEYS=k1:short",
				"UNIONBOT_WECOM_AGENT_ID=one", "UNIONBOT_WECOM_AES_KEY=short", "UNIONBOT_OFFICIAL_ACCOUNT_TEMPLATES=T1",
				"UNIONBOT_OFFICIAL_ACCOUNT_AFTER_MESSAGE=5", "UNIONBOT_OFFICIAL_ACCOUNT_AFTER_TOUCH=-1/1m",
				"UNIONBOT_TIMEZONE=Mars", "UNIONBOT_LANGUAGE=fr", "UNIONBOT_CLOCK_OFFSET=soon", "UNIONBOT_LOG_LEVEL=loud",
				"UNIONBOT_LOG_FORMAT=xml",
			},
			want: []string{
				"UNIONBOT_LISTEN (environment): must be host:port", "UNIONBOT_PUBLIC_URL", "UNIONBOT_INNER_LISTEN",
				"UNIONBOT_CONSOLE_LISTEN", "UNIONBOT_TRUSTED_PROXIES", "UNIONBOT_DATABASE_URL", "UNIONBOT_REDIS_URL (environment): must be redis://",
				"has ssl behind the bucket; region, tls and style can be there", "UNIONBOT_ENCRYPTION_KEYS (environment): key 1 must be", "UNIONBOT_WECOM_AGENT_ID",
				"UNIONBOT_WECOM_AES_KEY (environment): must be the 43", "UNIONBOT_OFFICIAL_ACCOUNT_TEMPLATES", "UNIONBOT_TIMEZONE",
				"UNIONBOT_OFFICIAL_ACCOUNT_AFTER_MESSAGE (environment): must be a number of messages", "UNIONBOT_OFFICIAL_ACCOUNT_AFTER_TOUCH",
				"UNIONBOT_LANGUAGE (environment): must be zh-CN", "UNIONBOT_CLOCK_OFFSET", "UNIONBOT_LOG_LEVEL",
				"UNIONBOT_LOG_FORMAT (environment): must be json or text",
			},
		},
		"one key name twice": {
			environ: changed(serving(), "UNIONBOT_ENCRYPTION_KEYS="+key+","+key),
			want:    []string{"key 2 has the name of an earlier one"},
		},
		"a file that is no list":   {environ: serving(), file: "- a\n", want: []string{"must be a list of settings"}},
		"a file that is no YAML":   {environ: serving(), file: "a: [\n", want: []string{"is not YAML: "}},
		"a value that is too deep": {environ: serving(), file: "listen: [[1]]\n", want: []string{"listen (unionbot.yaml line 1): must be a single value"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			from := Source{Environ: tt.environ}
			if tt.file != "" {
				from.File = write(t, "unionbot.yaml", tt.file)
			}
			_, err := Load(from, "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not said in:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("a secret is said in:\n%v", err)
			}
		})
	}
}

func TestAFileThatIsNotThereIsAProblem(t *testing.T) {
	_, err := Load(Source{File: "/nowhere/unionbot.yaml"})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/unionbot.yaml") {
		t.Errorf("error is %v", err)
	}
}

func TestACommandWithSQLiteNeedsNoKeys(t *testing.T) {
	environ := []string{"UNIONBOT_DATABASE_URL=sqlite:union.db", "UNIONBOT_REDIS_URL=embedded"}
	c, err := Load(Source{Environ: environ}, "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		t.Fatal(err)
	}
	if path, ok := c.SQLitePath(); !ok || path != "union.db" {
		t.Errorf("path is %q, %v", path, ok)
	}
}

func TestTheClockMovesForARehearsal(t *testing.T) {
	environ := changed(serving(), "UNIONBOT_CLOCK_OFFSET=+49h",
		"UNIONBOT_WECOM_API_URL=http://localhost:1", "UNIONBOT_OFFICIAL_ACCOUNT_API_URL=http://[::1]:1")
	c, err := Load(Source{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if c.ClockOffset != 49*time.Hour {
		t.Errorf("offset is %v", c.ClockOffset)
	}
}

func TestEveryKindOfRedisIsAccepted(t *testing.T) {
	for _, url := range []string{
		"redis://h", "rediss://:p@h:6380/1", "redis+cluster://h1:7000,h2:7001", "redis+sentinel://main@h1:26379,h2:26379/2", "embedded",
	} {
		if _, err := Load(Source{Environ: []string{"UNIONBOT_REDIS_URL=" + url}}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestInnerListenCanBeSwitchedOff(t *testing.T) {
	c, err := Load(Source{Environ: []string{"UNIONBOT_INNER_LISTEN=off"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.InnerListen != "" {
		t.Errorf("inner listen is %q", c.InnerListen)
	}
}

func TestASecretNeverShowsItself(t *testing.T) {
	c, err := Load(Source{Environ: serving()})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+"\n", c)
		fmt.Fprintf(&b, verb+"\n", c.WeCom.Secret)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("config", "all", c, "secret", c.WeCom.Secret)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("config", "all", c, "secret", c.WeCom.Secret)
	asJSON, err := json.Marshal(c.WeCom)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c.WeCom)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(asJSON)
	b.Write(asYAML)
	if !strings.Contains(b.String(), "***") {
		t.Error("no secret was printed at all")
	}
	secrets := c.Secrets()
	if len(secrets) != 8 {
		t.Errorf("%d secrets are known", len(secrets))
	}
	for _, secret := range secrets {
		if strings.Contains(b.String(), secret) {
			t.Errorf("a secret shows itself in:\n%s", b.String())
		}
	}
}

func TestTheReferenceIsCurrent(t *testing.T) {
	const path = "../docs/configuration.md"
	want := Reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/configuration.md is not current; run make docs:\n%s", diff)
	}
}

func TestTheExampleNamesEverySettingAndLoads(t *testing.T) {
	const path = "../unionbot.example.yaml"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !strings.Contains(string(content), strings.ToLower(s.name)+":") {
			t.Errorf("%s is not in unionbot.example.yaml", s.name)
		}
	}
	if _, err := Load(Source{File: path}, "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS"); err != nil {
		t.Error(err)
	}
}
