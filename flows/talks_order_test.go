package flows

import "testing"

func TestATimeOrADayOrAListNamesNoTalk(t *testing.T) {
	for text, want := range map[string]order{
		"8:30 到工会办公室":      {},
		"10：00 开会":         {},
		"3,4 号都行":          {},
		"12 号 下午来拿":        {Number: 12, Loose: true},
		"5号 之前给您":          {Number: 5, Loose: true},
		"1、身份证复印件 2、住院发票":  {Number: 1, Loose: true},
		"1 身份证,我 2 点来":     {Number: 1},
		"1号:8点到":           {Number: 1},
		"1:您好":             {Number: 1},
		"1、您好":             {Number: 1},
		"2 下午在吗":           {Number: 2},
		"2 您说的 12 个人,我查到了": {Number: 2},
	} {
		if o := readOrder(text); o.Number != want.Number || o.Loose != want.Loose {
			t.Errorf("%q: number %d, loose %v", text, o.Number, o.Loose)
		}
	}
}
