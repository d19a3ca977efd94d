package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
)

// list is a database with a few members in it, and the settings of commands on it.
type list struct {
	settings []string
	path     string
}

func newList(t *testing.T) list {
	t.Helper()
	url := storagetest.SQLiteURL(t)
	l := list{append(bothPlatforms(), "REDIS_URL=embedded", "DATABASE_URL="+url, "MEDIA_URL=file:"+t.TempDir(),
		"ENCRYPTION_KEYS=a:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))), strings.TrimPrefix(url, "sqlite:")}
	if r := command(t, l.settings, "migrate"); r.code != exitDone {
		t.Fatalf("migrate: %s", r.stderr)
	}
	if r := l.imports(t, "100101,张伟,集团公司/一分厂,139 0001 0001,11010519491231002X\n100102,李芳,集团公司,13900010001,\n100103,王强,集团公司,,\n"); r.code != exitDone ||
		!strings.Contains(r.stdout, "warning: line 3, phone: 手机号和第 2 行(工号 100101)相同") {
		t.Fatalf("import: %+v", r)
	}
	return l
}

func (l list) imports(t *testing.T, rows string) result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(file, []byte("staff_no,name,organisation,phone,id_card\n"+rows), 0o600); err != nil {
		t.Fatal(err)
	}
	return command(t, l.settings, "members", "import", file)
}

// asOlder makes the digests what versions before the blind index stored: 64 hexadecimal digits.
func (l list) asOlder(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", l.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	for _, column := range []string{"phone", "id_card"} {
		if _, err := db.Exec(`UPDATE members SET `+column+`_digest = ? WHERE `+column+` <> ''`, strings.Repeat("0f", 32)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMembersAreFoundFromTheCommandLine(t *testing.T) {
	l := newList(t)
	for _, each := range []struct {
		args []string
		says []string
	}{
		{[]string{"--phone", "+86 139-0001-0001"}, []string{"100101  张伟  集团公司/一分厂  active  phone 139****0001  id card 1101****002X\n100102  李芳  集团公司  active  phone 139****0001  id card -\n"}},
		{[]string{"--id-card", "11010519491231002x"}, []string{"100101"}},
		{[]string{"--name", "王强"}, []string{"100103  王强  集团公司  active  phone -  id card -\n"}},
		{[]string{"--phone", "13900019999"}, []string{"Nobody was found.\n"}},
		{[]string{"--id-card", "11010519491231002X", "--json"}, []string{`"staff_no": "100101"`, `"phone": "139****0001"`}},
		{[]string{"--phone", "13900019999", "--json"}, []string{`"found": []`}},
	} {
		r := command(t, l.settings, append([]string{"members", "find"}, each.args...)...)
		for _, says := range each.says {
			if r.code != exitDone || !strings.Contains(r.stdout, says) {
				t.Errorf("%v: %d %s%s, want %q", each.args, r.code, r.stdout, r.stderr, says)
			}
		}
		if strings.Contains(r.stdout+r.stderr, "11010519491231002X") || strings.Contains(r.stdout+r.stderr, "13900010001") {
			t.Errorf("%v shows a number: %s%s", each.args, r.stdout, r.stderr)
		}
	}
	for _, wrong := range [][]string{
		nil, {"--phone", "13900010001", "--name", "张伟"}, {"--phone", "1390001000"}, {"--id-card", "110105194912310021"}, {"--name", " "}, {"--phone", "-"},
	} {
		if r := command(t, l.settings, append([]string{"members", "find"}, wrong...)...); r.code == exitDone {
			t.Errorf("%v: %s", wrong, r.stdout)
		}
	}
	record := command(t, l.settings, "audit", "export").stdout
	if looks, nobody := strings.Count(record, `"kind":"look"`), strings.Count(record, "by phone: nobody"); looks != 7 || nobody != 2 {
		t.Errorf("%d looks on record, %d at nobody:\n%s", looks, nobody, record)
	}
	if strings.Contains(record, "13900010001") || strings.Contains(record, "13900019999") || strings.Contains(record, "11010519491231002X") {
		t.Errorf("the record says what was looked for:\n%s", record)
	}
}

func TestANumberIsReadFromTheInput(t *testing.T) {
	l := newList(t)
	var environ []string
	for _, s := range l.settings {
		environ = append(environ, "UNIONBOT_"+s)
	}
	var stdout, stderr bytes.Buffer
	code := run([]string{"members", "find", "--phone", "-"}, strings.NewReader("13900010001\n"), &stdout, &stderr, environ)
	if code != exitDone || !strings.Contains(stdout.String(), "100102") {
		t.Errorf("%d %s%s", code, stdout.String(), stderr.String())
	}
}

// After an upgrade doctor says that numbers cannot be found, a look-up does, and migrate or keys rewrap mends it.
func TestNumbersOfAnOlderVersionAreIndexedByTheSteps(t *testing.T) {
	for name, mend := range map[string][]string{"migrate": {"migrate"}, "keys rewrap": {"keys", "rewrap"}} {
		t.Run(name, func(t *testing.T) {
			l := newList(t)
			l.asOlder(t)
			numbers := func() finding {
				var findings []finding
				_ = json.Unmarshal([]byte(command(t, l.settings, "doctor", "--json").stdout), &findings)
				for _, f := range findings {
					if f.Name == "members' numbers" {
						return f
					}
				}
				t.Fatal("doctor does not speak of them")
				return finding{}
			}
			if f := numbers(); f.State != stateWarn || !strings.HasPrefix(f.Detail, "3 ") || !strings.Contains(f.Do, "keys rewrap") {
				t.Errorf("doctor finds %+v", f)
			}
			if r := command(t, l.settings, "members", "find", "--phone", "13900010001"); !strings.Contains(r.stdout, "3 phones and id cards cannot be found yet") {
				t.Errorf("a look-up is silent: %s", r.stdout)
			}
			if r := command(t, l.settings, mend...); r.code != exitDone {
				t.Errorf("%v: %s%s", mend, r.stdout, r.stderr)
			} else if name == "migrate" && !strings.Contains(r.stdout, "indexed 3 phones and id cards") {
				t.Errorf("migrate says %s", r.stdout)
			}
			if f := numbers(); f.State != stateOK {
				t.Errorf("afterwards doctor finds %+v", f)
			}
			if r := command(t, l.settings, "members", "find", "--phone", "13900010001"); !strings.Contains(r.stdout, "100102") || strings.Contains(r.stdout, "cannot be found") {
				t.Errorf("afterwards: %s", r.stdout)
			}
			if r := l.imports(t, "100104,赵敏,集团公司,,11010519491231002X\n"); r.code == exitDone || !strings.Contains(r.stdout, "工号 100101") {
				t.Errorf("a card twice: %+v", r)
			}
		})
	}
}

func TestMigrateNeedsNoKeys(t *testing.T) {
	url := storagetest.SQLiteURL(t)
	if r := command(t, []string{"DATABASE_URL=" + url}, "migrate"); r.code != exitDone {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(strings.TrimPrefix(url, "sqlite:") + keySuffix); err == nil {
		t.Error("migrate has made a key")
	}
}
