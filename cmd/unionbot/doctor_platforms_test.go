package main

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/simulator"
)

func TestDoctorFindsThePlatformsWell(t *testing.T) {
	p := newPractice(t, nil)
	if r := command(t, p.settings(t), "menu", "publish"); r.code != exitDone {
		t.Fatalf("menu publish: %s", r.stderr)
	}
	r := command(t, p.settings(t), "doctor", "--json")
	var found []finding
	if err := json.Unmarshal([]byte(r.stdout), &found); err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	if r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	expect(t, found, "outbound proxy", stateOK)
	expect(t, found, "wecom secret", stateOK)
	expect(t, found, "wecom app", stateOK)
	expect(t, found, "wecom range", stateOK, "1 department(s)", "all 30 members")
	expect(t, found, "account secret", stateOK)
	expect(t, found, "account kind", stateOK, "服务号")
	expect(t, found, "account templates", stateWarn, "OFFICIAL_ACCOUNT_TEMPLATES")
	expect(t, found, "account menu", stateOK)
	expect(t, found, "public address", stateWarn, "PUBLIC_URL")
	expect(t, found, "clock", stateOK, "WeCom")
	expect(t, found, "services", stateOK)
}

func TestDoctorExplainsWhatThePlatformsRefuse(t *testing.T) {
	p := newPractice(t, nil)
	tests := map[string]struct {
		faults  simulator.Faults
		changes []string
		finding string
		says    []string
	}{
		"WeCom does not trust the address": {
			faults:  simulator.Faults{Fail: -1, FailCode: 60020, Path: "agent/get"},
			finding: "wecom app", says: []string{"60020", "add 203.0.113.7 to", "企业可信IP"},
		},
		"the Official Account does not know the address": {
			faults:  simulator.Faults{Fail: -1, FailCode: 40164, Path: "stable_token"},
			finding: "account secret", says: []string{"40164", "add 203.0.113.7 to IP白名单"},
		},
		"the app's secret is wrong":       {changes: []string{"WECOM_SECRET=wrong"}, finding: "wecom secret", says: []string{"40001", "WECOM_SECRET"}},
		"the telephones' secret is wrong": {changes: []string{"WECOM_CALL_SECRET=wrong"}, finding: "wecom telephone", says: []string{"40001", "WECOM_CALL_SECRET"}},
		"the corp id is wrong":            {changes: []string{"WECOM_CORP_ID=ww0"}, finding: "wecom secret", says: []string{"40013", "企业ID"}},
		"the app is another":              {changes: []string{"WECOM_AGENT_ID=1"}, finding: "wecom app", says: []string{"WECOM_AGENT_ID"}},
		"the account's secret is wrong":   {changes: []string{"OFFICIAL_ACCOUNT_SECRET=wrong"}, finding: "account secret", says: []string{"OFFICIAL_ACCOUNT_SECRET"}},
		"a template is not there": {
			changes: []string{"OFFICIAL_ACCOUNT_TEMPLATES=task=T1"}, finding: "account templates", says: []string{"task", "模板消息"},
		},
		"a code that nobody explains": {
			faults:  simulator.Faults{Fail: -1, FailCode: 99999, Path: "agent/get"},
			finding: "wecom app", says: []string{"99999", "look the errcode up"},
		},
		"nobody answers": {changes: []string{"WECOM_API_URL=http://127.0.0.1:1"}, finding: "wecom secret", says: []string{"HTTPS_PROXY"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p.platforms.SetFaults(tt.faults)
			patient := p.patient(t, tt.changes...)
			found := slices.Concat(examineWeCom(t.Context(), patient), examineOfficialAccount(t.Context(), patient))
			expect(t, found, tt.finding, stateBad, tt.says...)
		})
	}
}

func TestDoctorSaysWhatTheKindOfTheAccountMeans(t *testing.T) {
	for kind, says := range map[simulator.AccountKind]string{
		simulator.SubscriptionAccount: "48 hours",
		simulator.UnverifiedAccount:   "微信认证",
	} {
		p := newPractice(t, func(c *simulator.Config) { c.Account.Kind = kind })
		found := examineOfficialAccount(t.Context(), p.patient(t, "OFFICIAL_ACCOUNT_TEMPLATES=task=T1"))
		expect(t, found, "account kind", stateWarn, says)
		expect(t, found, "account templates", stateWarn, "may send none")
	}
}

func TestDoctorKnowsATemplateThatIsSetWithAField(t *testing.T) {
	configured := config.OfficialAccount{Templates: map[string]string{"task": "T1:thing4", "meeting": "subscribe:S1"}}
	if found := judgeTemplates("account templates", officialaccount.Account{Notifies: true, Templates: []string{"T1"}}, configured); found.Do != "" {
		t.Errorf("%+v", found)
	}
}

func TestDoctorNamesMembersWhomTheAppDoesNotSee(t *testing.T) {
	p := newPractice(t, func(c *simulator.Config) { // of the sixty it sees one
		c.People = slices.DeleteFunc(c.People, func(p simulator.Person) bool { return p.Platform == simulator.WeCom && p.Key() != zhangWei })
	})
	expect(t, examineWeCom(t.Context(), p.patient(t)), "wecom range", stateWarn, "可见范围", "staff numbers 1", "more")
}

func TestDoctorSeesAnAppThatReachesNobody(t *testing.T) {
	p := newPractice(t, func(c *simulator.Config) { c.WeCom.Off, c.WeCom.Parties = true, []int{} })
	found := examineWeCom(t.Context(), p.patient(t))
	expect(t, found, "wecom app", stateBad, "switched off", "启用")
	expect(t, found, "wecom range", stateBad, "nobody", "可见范围")
}

func TestDoctorTakesNoTokenFromTheService(t *testing.T) {
	p := newPractice(t, nil)
	patient := p.patient(t)
	service, err := newOfficialAccountClient(patient.config.OfficialAccount, ownTokens{}, nil, patient.log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.platforms.SetFaults(simulator.Faults{Fail: 1, FailCode: 42001, Path: "menu/get"}) // once, to doctor
	examineOfficialAccount(t.Context(), patient)
	before := calls(p.platforms, "stable_token")
	if _, err := service.Account(context.Background()); err != nil {
		t.Errorf("the service's token was taken from it: %v", err)
	}
	if after := calls(p.platforms, "stable_token"); after != before {
		t.Errorf("the service had to fetch a token again: %d calls, then %d", before, after)
	}
}

func calls(s *simulator.Simulator, path string) (n int) {
	for _, r := range s.Records() {
		if r.Title == path {
			n++
		}
	}
	return n
}
