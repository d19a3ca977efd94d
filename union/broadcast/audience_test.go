package broadcast_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// scope is a group with two plants that have a team of the same name.
func scope() (orgs []union.Organisation) {
	for i, path := range []string{"集团公司", "集团公司/一分厂", "集团公司/一分厂/锅炉班", "集团公司/二分厂", "集团公司/二分厂/锅炉班"} {
		names := strings.Split(path, "/")
		lineage := map[int]string{0: "/1/", 1: "/1/2/", 2: "/1/2/3/", 3: "/1/4/", 4: "/1/4/5/"}[i]
		orgs = append(orgs, union.Organisation{ID: union.OrgID(i + 1), Name: names[len(names)-1], Path: path, Lineage: lineage})
	}
	return orgs
}

// sees is what a writer for the group says an audience with, on a Sunday.
func sees(tags ...string) broadcast.Scope {
	return broadcast.Scope{
		Orgs: scope(), Tags: tags, Shifts: []string{"中", "夜班", "早"}, Crews: []string{"甲", "乙班"}, Today: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC),
	}
}

func said(a broadcast.Audience) string {
	var orgs []string
	for _, p := range a.Orgs {
		orgs = append(orgs, p.Path)
	}
	return fmt.Sprintf("%s|%s|%v|%s|%d-%d|%s|%v", strings.Join(orgs, ","), strings.Join(a.Posts, ","), a.Roles, a.Gender, a.MinAge, a.MaxAge, strings.Join(a.Staff, ","), a.Retired)
}

func TestAnAudienceIsSaidInAFewWords(t *testing.T) {
	for text, want := range map[string]string{
		"一分厂 女职工":              "集团公司/一分厂||[]|女|0-0||false",
		"一分厂、二分厂的焊工":           "集团公司/一分厂,集团公司/二分厂|焊工|[]||0-0||false",
		"全体":                   "||[]||0-0||false",
		"焊工，铆工 35岁以下":          "|焊工,铆工|[]||0-35||false",
		"30到４０岁 男":             "||[]|男|30-40||false",
		"40岁以上的班组长":            "||[group_leader]||40-0||false",
		"二分厂锅炉班":               "集团公司/二分厂/锅炉班||[]||0-0||false",
		"100101、100102 100103": "||[]||0-0|100101,100102,100103|false",
		"高　伟 女、张 伟":            "|高伟,张伟|[]|女|0-0||false",
		"1、张伟\n2.李娜 (3)王芳":     "|张伟,李娜,王芳|[]||0-0||false",
		"退休 一分厂":               "集团公司/一分厂||[]||0-0||true",
		"安全员、女工委员":             "||[safety_officer women_officer]||0-0||false",
	} {
		a, either := broadcast.ParseAudience(text, sees("党员", "志愿者"))
		if got := said(a); got != want || len(either) > 0 {
			t.Errorf("%s: %s (or one of %v), want %s", text, got, either, want)
		}
	}
	if _, either := broadcast.ParseAudience("锅炉班", sees()); len(either) != 2 {
		t.Errorf("锅炉班 may be %v", either)
	}
}

func TestTagsAreSaidAsTheyStandInTheFile(t *testing.T) {
	tags := []string{"党员", "志愿者", "退役的军人"}
	for text, want := range map[string]string{
		"一分厂 标签 党员、志愿者": "[党员 志愿者]", "#退役的军人 一分厂": "[退役的军人]", "标签：新来的 一分厂": "[新来]", "一分厂的党员": "[党员]", "#35岁以下": "[35岁以下]",
	} {
		a, either := broadcast.ParseAudience(text, sees(tags...))
		if fmt.Sprint(a.Tags) != want || len(a.Posts)+len(either) > 0 {
			t.Errorf("%s: tags %v, posts %v, want %s", text, a.Tags, a.Posts, want)
		}
	}
}

func TestAnAudienceLiesWithinWhatItsWriterAnswersFor(t *testing.T) {
	parts := func(lineages ...string) (a broadcast.Audience) {
		for _, l := range lineages {
			a.Orgs = append(a.Orgs, broadcast.Part{Lineage: l})
		}
		return a
	}
	for _, tt := range []struct {
		audience broadcast.Audience
		within   []string
		want     bool
		common   string
	}{
		{parts("/1/2/3/"), []string{"/1/2/"}, true, "/1/2/3/"},
		{parts("/1/2/3/", "/1/4/"), []string{"/1/2/"}, false, "/1/"},
		{parts("/1/2/3/", "/1/2/"), []string{"/1/2/", "/1/9/"}, true, "/1/2/"},
		{parts("/1/22/"), []string{"/1/2/"}, false, "/1/22/"},
		{parts(), []string{"/"}, false, ""},
		{parts("/1/2/"), []string{""}, false, "/1/2/"},
	} {
		if got := tt.audience.Within(tt.within); got != tt.want || tt.audience.Common() != tt.common {
			t.Errorf("%v within %v: %v in %q, want %v in %q", tt.audience.Orgs, tt.within, got, tt.audience.Common(), tt.want, tt.common)
		}
	}
}

func TestATextHasOnlyVariablesThatThereAre(t *testing.T) {
	for text, want := range map[string]string{
		"{姓名},明天停水": "", "{电话}": "{电话}", "a{b": "", "{姓名}{工号}": "{工号}", "{{姓名}}": "", "{这是一段很长很长的话不是变量}": "",
	} {
		if got := broadcast.UnknownVariable(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	m := union.Member{Name: "张伟", OrgPath: "集团公司/一分厂/锅炉班", Post: "司炉工"}
	if got := broadcast.For("{姓名}({单位},{岗位})", m); got != "张伟(一分厂/锅炉班,司炉工)" {
		t.Errorf("it reads %s", got)
	}
	for text, ok := range map[string]bool{"": false, " ": false, "停水": true, strings.Repeat("水", 633): true, strings.Repeat("水", 634): false, "{年龄}": false} {
		if err := broadcast.CheckText(text); (err == nil) != ok {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

func TestAnAudienceIsSaidByTagsAndFamilies(t *testing.T) {
	for text, want := range map[string]string{
		"一分厂 党员":        "[党员] [] no []",
		"标签：劳模、#志愿者":    "[劳模 志愿者] [] no []",
		"双职工、独生子女父母":    "[] [both_here only_child] no []",
		"一分厂的单亲家庭和军属":   "[] [] no [单亲家庭和军属]",
		"军人家属":          "[] [soldier_family] no []",
		"有14岁以下的孩子的女职工": "[] [] 0-14 []",
		"6到12岁的孩子 双职工":  "[] [both_here] 6-12 []",
		"孩子3岁以下":        "[] [] 0-3 []",
		"18岁以上的子女":      "[] [] 18-0 []",
		"有孩子":           "[] [] 0-0 []",
		"14岁以下":         "[] [] no []",
	} {
		a, either := broadcast.ParseAudience(text, sees("党员", "志愿者"))
		children := "no"
		if a.Children != nil {
			children = fmt.Sprintf("%d-%d", a.Children.Min, a.Children.Max)
		}
		if got := fmt.Sprintf("%v %v %s %v", a.Tags, a.Family, children, a.Posts); got != want || len(either) > 0 {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if a.ByFamily() != (children != "no" || len(a.Family) > 0) {
			t.Errorf("%s: by family %v", text, a.ByFamily())
		}
	}
}

func TestChildrenAreCountedByTheYearOfBirth(t *testing.T) {
	for _, c := range []struct {
		broadcast.Children
		want string
	}{
		{broadcast.Children{Min: 6, Max: 8}, "[2020 2019 2018]"}, {broadcast.Children{Max: 1}, "[2026 2025]"}, {broadcast.Children{}, "[]"},
		{broadcast.Children{Min: 38}, "[1988 1987 1986]"},
	} {
		if got := fmt.Sprint(c.ChildYears(2026)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.Children, got, c.want)
		}
	}
}

func TestShiftsAreSaidByDayAndName(t *testing.T) {
	for text, want := range map[string]string{
		"一分厂 夜班":         "集团公司/一分厂 {Names:[夜班] Crews:[] On:2026-11-22 Now:false Staff:[] Said:[] Unknown:[]}",
		"明天早班、中班的人":      " {Names:[早 中] Crews:[] On:2026-11-23 Now:false Staff:[] Said:[] Unknown:[]}",
		"12月3日夜班的职工 一分厂": "集团公司/一分厂 {Names:[夜班] Crews:[] On:2026-12-03 Now:false Staff:[] Said:[] Unknown:[]}",
		"二十日夜班":          " {Names:[夜班] Crews:[] On:2026-11-20 Now:false Staff:[] Said:[] Unknown:[]}",
		"今天上夜班的":         " {Names:[夜班] Crews:[] On:2026-11-22 Now:false Staff:[] Said:[] Unknown:[]}",
		"现在当班的人员":        " {Names:[] Crews:[] On: Now:true Staff:[] Said:[] Unknown:[]}",
		"正在上班的":          " {Names:[] Crews:[] On: Now:true Staff:[] Said:[] Unknown:[]}",
		"明天当班的女职工":       " {Names:[] Crews:[] On:2026-11-23 Now:false Staff:[] Said:[] Unknown:[]}",
		"甲班、乙班":          " {Names:[] Crews:[甲 乙班] On: Now:false Staff:[] Said:[] Unknown:[]}",
		"后天甲班":           " {Names:[] Crews:[甲] On:2026-11-24 Now:false Staff:[] Said:[] Unknown:[]}",
		"明天晚班":           " {Names:[] Crews:[] On:2026-11-23 Now:false Staff:[] Said:[] Unknown:[晚]}",
		"丙班":             " {Names:[] Crews:[] On: Now:false Staff:[] Said:[] Unknown:[丙]}",
		"集团公司一分厂锅炉班":     "集团公司/一分厂/锅炉班 none",
		"焊工、钳工班":         " none",
		"班长、值班员、夜班护士、人员": " none",
	} {
		a, either := broadcast.ParseAudience(text, sees("党员"))
		got := "none"
		if a.Shift != nil {
			got = fmt.Sprintf("%+v", *a.Shift)
		}
		if got = strings.SplitN(said(a), "|", 2)[0] + " " + got; got != want || len(either) > 0 {
			t.Errorf("%s: %s (or one of %v, and %v), want %s", text, got, either, a.Posts, want)
		}
	}
}
