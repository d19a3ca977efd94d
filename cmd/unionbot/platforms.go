package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/simulator"
)

// played is a pair of accounts at the simulated platforms, with secrets made for this run.
type played struct {
	app     simulator.App
	account simulator.Account
}

func newPlayed() played {
	return played{
		app: simulator.App{
			Name: "职工之家", CorpID: "ww" + lower(16), AgentID: 1000002, Secret: rand.Text(), ContactSecret: rand.Text(),
			CallSecret: rand.Text(), Token: rand.Text(), AESKey: aesKey(),
		},
		account: simulator.Account{
			Name: "集团工会", AppID: "wx" + lower(16), ID: "gh_" + lower(12), Secret: rand.Text(), Token: rand.Text(), AESKey: aesKey(),
			Templates: demoTemplates,
		},
	}
}

// demoTemplates are what the played account may tell of unasked.
var demoTemplates = map[string]string{
	"demo-meeting":  "【会议通知】\n会议主题：{{thing1.DATA}}\n备注：回复“查看”看全文",
	"demo-activity": "【活动报名通知】\n活动名称：{{thing1.DATA}}\n备注：回复“查看”看全文",
	"demo-result":   "【办理结果】\n事项：{{thing1.DATA}}\n备注：回复“查看”看全文",
}

// playedFrom takes the accounts from the configuration, for a simulator that stands opposite a configured service.
func playedFrom(c config.Config) played {
	p := newPlayed()
	if w := c.WeCom; w.On() {
		p.app.CorpID, p.app.AgentID, p.app.Secret = w.CorpID, w.AgentID, w.Secret.Reveal()
		p.app.ContactSecret, p.app.CallSecret = w.ContactSecret.Reveal(), w.CallSecret.Reveal()
		p.app.Token, p.app.AESKey = w.Token.Reveal(), w.AESKey.Reveal()
	}
	if o := c.OfficialAccount; o.On() {
		p.account.AppID, p.account.ID, p.account.Secret = o.AppID, o.ID, o.Secret.Reveal()
		p.account.Token, p.account.AESKey = o.Token.Reveal(), o.AESKey.Reveal()
	}
	return p
}

// environ is the configuration of a service that talks to these accounts at the API's address.
func (p played) environ(apiURL string) []string {
	return []string{
		"UNIONBOT_WECOM_CORP_ID=" + p.app.CorpID,
		fmt.Sprintf("UNIONBOT_WECOM_AGENT_ID=%d", p.app.AgentID),
		"UNIONBOT_WECOM_SECRET=" + p.app.Secret,
		"UNIONBOT_WECOM_CONTACT_SECRET=" + p.app.ContactSecret,
		"UNIONBOT_WECOM_CALL_SECRET=" + p.app.CallSecret,
		"UNIONBOT_WECOM_TOKEN=" + p.app.Token,
		"UNIONBOT_WECOM_AES_KEY=" + p.app.AESKey,
		"UNIONBOT_WECOM_API_URL=" + apiURL,
		"UNIONBOT_OFFICIAL_ACCOUNT_APP_ID=" + p.account.AppID,
		"UNIONBOT_OFFICIAL_ACCOUNT_ID=" + p.account.ID,
		"UNIONBOT_OFFICIAL_ACCOUNT_SECRET=" + p.account.Secret,
		"UNIONBOT_OFFICIAL_ACCOUNT_TOKEN=" + p.account.Token,
		"UNIONBOT_OFFICIAL_ACCOUNT_AES_KEY=" + p.account.AESKey,
		"UNIONBOT_OFFICIAL_ACCOUNT_API_URL=" + apiURL,
	}
}

// aesKey makes an EncodingAESKey: 43 letters and digits. rand.Text has 26 of them.
func aesKey() string { return (rand.Text() + rand.Text())[:43] }

// lower makes n lower-case letters and digits.
func lower(n int) string { return strings.ToLower(rand.Text())[:n] }
