package flows

import (
	"testing"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

func TestAQuestionIsFoundByALabelOfSeveralWords(t *testing.T) {
	form := []service.Field{
		{Name: "amount", Label: service.Text{ZH: "金额", EN: "Amount"}}, {Name: "loss", Label: service.Text{ZH: "损失 金额", EN: "Amount of loss"}},
		{Name: "plan", Label: service.Text{ZH: "打算", EN: "Plan"}},
	}
	for _, tt := range []struct{ language, text, name, rest string }{
		{"en", "amount of loss: 300", "loss", "300"}, {"en", "Amount 300", "amount", "300"}, {"en", "AMOUNT  OF LOSS", "loss", ""}, {"en", "plans: many", "", ""},
		{"zh-CN", "损失 金额:300", "loss", "300"}, {"zh-CN", "损失金额改为300", "loss", "300"}, {"zh-CN", "金额 300", "amount", "300"}, {"zh-CN", "损失 300", "", ""},
	} {
		found, rest := labelledBy(pointers(form), tt.language, tt.text)
		name := ""
		if found != nil {
			name = found.Name
		}
		if name != tt.name || rest != tt.rest {
			t.Errorf("%q names %q with %q, want %q with %q", tt.text, name, rest, tt.name, tt.rest)
		}
	}
	d := &tasksData{Act: cases.Return, Fields: fieldLabels(form, "en"), Reasons: []string{"Amount of loss is not shown"}}
	for note, want := range map[string]string{"1": "Amount of loss is not shown", "1 3": "Amount of loss、Plan is not shown", "2": "Amount"} {
		if said, ok := d.picked(note); !ok || said != want {
			t.Errorf("%q is a return of %q, %v", note, said, ok)
		}
	}
}
