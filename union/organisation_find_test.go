package union_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
)

func tree() (all []union.Organisation) {
	for i, path := range []string{
		"集团公司", "集团公司/一分厂", "集团公司/一分厂/锅炉班", "集团公司/二分厂", "集团公司/二分厂/锅炉班", "集团公司/二分厂/质检班", "集团公司/二分厂/质检班/夜班组",
	} {
		names := strings.Split(path, "/")
		all = append(all, union.Organisation{ID: union.OrgID(i + 1), Name: names[len(names)-1], Path: path})
	}
	return all
}

func units(found []union.Organisation) string {
	var names []string
	for _, o := range found {
		names = append(names, o.Unit())
	}
	return strings.Join(names, " ")
}

func TestAnOrganisationIsFoundAsPeopleCallIt(t *testing.T) {
	for text, want := range map[string]string{
		"一分厂": "一分厂 true", "锅炉班": "一分厂/锅炉班 二分厂/锅炉班 true", "二分厂/锅炉班": "二分厂/锅炉班 true", "二分厂锅炉班": "二分厂/锅炉班 true",
		"集团公司／一分厂／锅炉班": "一分厂/锅炉班 true", "集团公司": "集团公司 true", "质检": "二分厂/质检班 false", "分厂": "一分厂 二分厂 false", "厂锅炉班": " false",
		"三分厂": " false", "班": " false", "": " false", "/": " false",
	} {
		found, exact := union.FindOrganisations(tree(), text)
		if got := units(found) + map[bool]string{true: " true", false: " false"}[exact]; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestAnOrganisationIsFoundInASentence(t *testing.T) {
	for text, want := range map[string]string{
		"二分厂的水管漏了": "二分厂", "锅炉班缺手套": "一分厂/锅炉班 二分厂/锅炉班", "一分厂锅炉班缺手套": "一分厂/锅炉班", "一分厂和二分厂": "一分厂 二分厂", "食堂的菜咸": "",
		"夜班组 没有灯": "二分厂/质检班/夜班组",
	} {
		if found, _ := union.MentionedOrganisations(tree(), text); units(found) != want {
			t.Errorf("%s: %s, want %s", text, units(found), want)
		}
	}
}
