package union_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
)

// forest finds all of its paths that end with a name.
type forest []string

func (t forest) Units(context.Context, string) ([]union.Organisation, error) { return nil, nil }

func (t forest) Named(_ context.Context, _, name string) (found []union.Organisation, err error) {
	for _, path := range t {
		if strings.HasSuffix(path, "/"+name) {
			found = append(found, union.Organisation{Path: path})
		}
	}
	return found, nil
}

func TestAUnitOfANameThatOthersHaveIsTheOneSaidInFullOrTheNearest(t *testing.T) {
	all := forest{"集团/机关", "集团/一分厂/机关", "集团/一分厂/锅炉班/机关", "集团/一分厂/一班", "集团/二分厂/一班"}
	for _, c := range []struct{ holds, name, want string }{
		{"集团", "机关", "集团/机关"},
		{"集团", "一分厂/机关", "集团/一分厂/机关"},
		{"集团/一分厂", "机关", "集团/一分厂/机关"},
		{"集团", "锅炉班/机关", "集团/一分厂/锅炉班/机关"},
		{"集团", "一班", ""}, {"集团", "四班", ""},
	} {
		below := forest{}
		for _, path := range all {
			if strings.HasPrefix(path, c.holds+"/") {
				below = append(below, path)
			}
		}
		got, _, err := union.Holding{Path: c.holds}.Under(t.Context(), below, c.name)
		if unit := (*union.UnitError)(nil); got.Path != c.want || errors.As(err, &unit) != (c.want == "") {
			t.Errorf("%s of %s is %q, %v, want %q", c.name, c.holds, got.Path, err, c.want)
		}
	}
}
