package flows

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

type someDay struct{ Calendar }

func (someDay) Date(time.Time) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.November, Day: 22}
}

// JSON tells a phone from a date no more than fen from days.
func TestAnAnswerToAnotherKindOfQuestionIsNotKept(t *testing.T) {
	f := form{language: "zh-CN", calendar: someDay{}}
	days := cases.Value{Text: "4天", Raw: []byte("4")}
	phone := cases.Value{Text: "13800138000", Raw: []byte(`"13800138000"`)}
	date := cases.Value{Text: "2026年11月21日(周六),农历十月十三", Raw: []byte(`"2026-11-21"`)}
	papers := cases.Value{Text: "结算单、小结", Raw: []byte(`["bill","note"]`)}
	bill := []service.Choice{{Name: "bill"}, {Name: "note"}}
	for _, c := range []struct {
		name  string
		field service.Field
		value cases.Value
		want  bool
	}{
		{"days", service.Field{Kind: service.KindNumber, Max: 400, Unit: service.Text{ZH: "天"}}, days, true},
		{"days above the new limit", service.Field{Kind: service.KindNumber, Max: 3, Unit: service.Text{ZH: "天"}}, days, false},
		{"days as money", service.Field{Kind: service.KindMoney}, days, false},
		{"days as a mark", service.Field{Kind: service.KindRating}, days, false},
		{"money", service.Field{Kind: service.KindMoney}, cases.Value{Text: "32,000.00 元", Raw: []byte("3200000")}, true},
		{"a mark", service.Field{Kind: service.KindRating}, cases.Value{Text: "4 分", Raw: []byte("4")}, true},
		{"yes", service.Field{Kind: service.KindYesNo}, cases.Value{Text: "是", Raw: []byte("true")}, true},
		{"a phone", service.Field{Kind: service.KindPhone}, phone, true},
		{"a phone as a date", service.Field{Kind: service.KindDate}, phone, false},
		{"a phone as a bank card", service.Field{Kind: service.KindBankCard}, phone, false},
		{"a date with its lunar one", service.Field{Kind: service.KindDate, Past: true}, date, true},
		{"a date on the wrong side", service.Field{Kind: service.KindDate, Future: true}, date, false},
		{"several choices", service.Field{Kind: service.KindChoices, Choices: bill}, papers, true},
		{"a choice that is gone", service.Field{Kind: service.KindChoices, Choices: bill[:1]}, papers, false},
	} {
		c.field.Name = "it"
		s := &service.Service{Form: []service.Field{c.field}}
		if got := f.takes(s, "it", c.value, time.Now()); got != c.want {
			t.Errorf("%s: kept %t", c.name, got)
		}
	}
}

func TestAnAnswerThatIsNeitherYesNorNoIsNone(t *testing.T) {
	for text, want := range map[string]string{
		"是": "是", "1": "是", "是的吧": "是", "我选是": "是", "没有": "否", "2": "否", "否": "否", "算了": "否", "还是算了": "否", "那还是算了吧": "否",
		"是否": "", "应该是吧": "", "是还是算了": "", "不是不行": "", "3": "",
	} {
		if got := readYesNo(text).value.Text; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestWhoDoesNotKnowSaysSoWhereTheFieldHasAWordForIt(t *testing.T) {
	field := service.Field{Kind: service.KindYesNo, Unsure: service.Text{ZH: "不清楚(先按否算)"}}
	for text, want := range map[string]string{
		"不清楚": "不清楚(先按否算)", "这个我也不太清楚": "不清楚(先按否算)", "不知道啊": "不清楚(先按否算)", "记不清了": "不清楚(先按否算)", "说不准": "不清楚(先按否算)", "不曉得": "不清楚(先按否算)",
		"3": "不清楚(先按否算)", "不清楚(先按否算)": "不清楚(先按否算)", "是": "是", "2": "否", "不是": "否", "不清楚的地方很多": "", "4": "",
	} {
		got := (&form{}).readYesNo(field, text).value
		if got.Text != want || want != "" && want != "是" && string(got.Raw) != "false" {
			t.Errorf("%s: %q %s, want %q", text, got.Text, got.Raw, want)
		}
		if got := (&form{}).readYesNo(service.Field{Kind: service.KindYesNo}, "不清楚"); got.ok() {
			t.Errorf("a field without a word for it takes 不清楚 as %q", got.value.Text)
		}
	}
}

func TestAChangeNamesItsFieldExactly(t *testing.T) {
	s := &service.Service{}
	for _, label := range []string{"一次性补助", "电话", "成员", "天数"} {
		s.Form = append(s.Form, service.Field{Name: label, Kind: service.KindText, Label: service.Text{ZH: label}})
	}
	for range 10 {
		s.Form = append(s.Form, service.Field{Name: "更多", Kind: service.KindText, Label: service.Text{ZH: "更多"}})
	}
	s.Form[10].Name, s.Form[11].Name = "十一", "十二"
	for text, want := range map[string]string{
		"一次性补助": "一次性补助=", "一次性补助 500": "一次性补助=500", "成员 张三": "成员=张三", "成员": "成员=", "电话改成138": "电话=138", "天数为3": "天数=3",
		"4 成功": "天数=成功", "2": "电话=", "第2项为138": "电话=138", "十一 甲": "十一=甲", "十二": "十二=", "12 甲": "十二=甲", "12000": "", "电话号码 138": "",
	} {
		got := ""
		if field, rest, ok := (&form{language: "zh-CN"}).fieldAt(&formTurn{}, s, text); ok {
			got = field.Name + "=" + rest
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
