package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/cases"
)

func TestNobodyIsNamedWhoWasPromisedNotToBe(t *testing.T) {
	inOpenOffices(t, []suite{{"what is not filed without a name is refused, not named", testNamedOnly}})
}

func testNamedOnly(t *testing.T, o *office) {
	author := o.person(t, "一分厂/化验室", "不愿署名")
	s := o.serviceOf(t, "named", strings.Replace(twoSteps, ", anonymous: true", "", 1))
	d := cases.Draft{
		ID: o.NewDraftID(), Owner: author.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true,
		Values: map[string]cases.Value{"proposal": {Text: "装镜子"}}, UpdatedAt: o.now.Now(),
	}
	if filed, err := o.File(t.Context(), d); !errors.Is(err, cases.ErrNamedOnly) {
		t.Errorf("filed %+v, %v", filed.Case, err)
	}
	d.Anonymous = false
	if filed, err := o.File(t.Context(), d); err != nil || filed.Case.Anonymous {
		t.Errorf("filed with the name: %+v, %v", filed.Case, err)
	}
}
