package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// routed is small with a step before its own for those of some organisation.
func routed(when string) string {
	return strings.NewReplacer("words:\n", "words:\n  passed: '{number} {act}'\n", "review:\n", "review:\n  - name: plant\n    title: 分厂评议\n    when: '"+when+"'\n    who: {role: branch_chair}\n    days: 2\n    acts: [{act: accept, word: 同意}]\n").Replace(small)
}

func TestStepsMayDependOnWhereTheAuthorWorks(t *testing.T) {
	for when, want := range map[string]map[string]bool{
		`under(author_org, "一分厂")`:                            {"集团公司/一分厂/锅炉班": true, "集团公司/一分厂": true, "集团公司/十一分厂": false, "集团公司": false, "": false},
		`under(author_org, "集团公司/一分厂")`:                       {"集团公司/一分厂/锅炉班": true, "集团公司/二分厂/一分厂": false},
		`under(author_org, "/集团公司/一分厂")`:                      {"集团公司/一分厂/锅炉班": true, "集团公司/一分厂": true, "集团公司/一分厂二部": false, "外地/集团公司/一分厂": false},
		`!under(author_org, "机关") && place == "shop"`:         {"集团公司/机关": false, "集团公司/一分厂": true},
		`author_org == "集团公司/一分厂" || under(author_org, "车队")`: {"集团公司/一分厂": true, "集团公司/一分厂/锅炉班": false, "集团公司/车队/一班": true},
	} {
		s, err := service.Parse("idea", []byte(routed(when)))
		if err != nil {
			t.Fatal(err)
		}
		if !s.ByOrg() {
			t.Errorf("%s does not depend on it", when)
		}
		for org, wanted := range want {
			facts := s.Facts(answers(map[string]service.Answer{"place": raw("车间", `"shop"`)}))
			facts[service.FieldOrg] = org
			if got := len(s.StepsFor(facts)) == 2; got != wanted {
				t.Errorf("%s of %s is %v", when, org, got)
			}
		}
	}
	if s, err := service.Parse("idea", []byte(small)); err != nil || s.ByOrg() {
		t.Errorf("a service that does not ask depends on it, %v", err)
	}
}

func TestWhereTheAuthorWorksIsForTheConditionsOfStepsOnly(t *testing.T) {
	alone := strings.Replace(small, "    title: 初审\n", "    title: 初审\n    when: '!under(author_org, \"一分厂\")'\n", 1)
	for text, want := range map[string]string{
		routed(`under(author_org, 3)`):       "review[1].when",
		routed(`under(author_orgs, "一分厂")`):  `"author_org"`,
		routed(`under(place, "一分厂") == "是"`): "review[1].when",
		alone: `author_org is "一分厂"`,
		strings.Replace(small, "  - name: place\n", "  - name: place\n    when: 'author_org != \"\"'\n", 1): "form[2].when",
		strings.Replace(small, "  - name: place\n", "  - name: author_org\n", 1):                            `"author_org" is kept for`,
	} {
		if _, err := service.Parse("idea", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
