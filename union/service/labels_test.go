package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

func TestALabelIsCutOffWithItsBlanksOrWithout(t *testing.T) {
	for _, tt := range []struct {
		text, label, rest string
		ok                bool
	}{
		{"amount of loss: 300", "Amount of loss", ": 300", true}, {"AMOUNT  of\tloss 3", "Amount of loss", " 3", true}, {"损失金额:3", "损失 金额", ":3", true},
		{"损失 金额:3", "损失 金额", ":3", true}, {"损失 金额", "损失金额", "", false}, {"amount", "Amount of loss", "", false}, {"x", "", "", false},
	} {
		rest, ok := service.CutLabel(tt.text, tt.label)
		if ok != tt.ok || ok && rest != tt.rest {
			t.Errorf("%q without %q is %q, %v", tt.text, tt.label, rest, ok)
		}
	}
}

func TestLabelsOfSeveralWordsAreJoined(t *testing.T) {
	labels := []string{"Amount", "Amount of loss", "Amount of loss paid", "损失 金额"}
	for text, want := range map[string]string{
		"amount of loss, plan": "Amount_of_loss, plan", "请补 损失金额、现状": "请补 损失_金额、现状", "amount of loss paid 3": "Amount_of_loss_paid 3",
		"amount of losses": "amount of losses", "plan amount of loss": "plan Amount_of_loss", "": "", "损失 金额、损失金额": "损失_金额、损失_金额",
	} {
		if got := strings.ReplaceAll(service.JoinLabels(text, labels), "\u00a0", "_"); got != want {
			t.Errorf("%q is joined to %q, want %q", text, got, want)
		}
	}
}
