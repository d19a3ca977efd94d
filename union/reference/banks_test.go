package reference_test

import (
	"slices"
	"strings"
	"testing"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

func TestABankIsKnownByWhatPeopleCallIt(t *testing.T) {
	data, err := reference.Load(shipped.Files)
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"工行":               "中国工商银行",
		"中国银行":             "中国银行",
		"邮储":               "中国邮政储蓄银行",
		"邮政储蓄的":            "中国邮政储蓄银行",
		"icbc":             "中国工商银行",
		"中国农业银行海淀支行":       "中国农业银行",
		"北京农商银行":           "农村信用社(农商银行)",
		"农信":               "农村信用社(农商银行)",
		"上海浦东发展银行":         "浦发银行",
		"建行还是农行":           "中国农业银行|中国建设银行",
		"青岛银行":             "",
		"":                 "",
		"6222021001116245": "",
	} {
		var named []string
		for _, b := range data.Banks.Named(said) {
			named = append(named, b.Label)
		}
		slices.Sort(named)
		if got := strings.Join(named, "|"); got != want {
			t.Errorf("%q names %q, want %q", said, got, want)
		}
	}
}
