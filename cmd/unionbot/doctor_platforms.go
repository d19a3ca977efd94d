package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
)

// ownTokens keeps a token for doctor alone. Both platforms hand out the same one again while it is good, so the running
// service keeps its own, and one that doctor finds refused is not taken from under it.
type ownTokens struct{}

func (ownTokens) Token(context.Context, string) (string, time.Time, error) {
	return "", time.Time{}, nil
}
func (ownTokens) SetToken(context.Context, string, string, time.Time) error { return nil }
func (ownTokens) DropToken(context.Context, string, string) error           { return nil }
func (ownTokens) LockToken(context.Context, string, time.Duration) (func(), bool, error) {
	return func() {}, true, nil
}

// examineOutbound says which way calls take, before they are tried.
func examineOutbound(ctx context.Context, p *patient) []finding {
	const name = "outbound proxy"
	for _, api := range p.apis() {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, api, http.NoBody)
		if err != nil {
			continue // checked by config
		}
		through, err := http.ProxyFromEnvironment(request)
		if err != nil {
			return []finding{bad(name, "correct HTTPS_PROXY: it looks like http://proxy.example.com:3128", "HTTPS_PROXY cannot be read: %v", err)}
		}
		if through != nil {
			return []finding{fine(name, "calls to %s go through %s, whose outgoing address the platforms see; they tell it only where they refuse it", request.URL.Host, through.Redacted())}
		}
	}
	return []finding{fine(name, "none: calls go out directly; the platforms tell an address that calls only where they refuse it")}
}

// apis are the addresses of the platforms that are configured.
func (p *patient) apis() (urls []string) {
	if p.config.WeCom.On() {
		urls = append(urls, p.config.WeCom.APIURL)
	}
	if p.config.OfficialAccount.On() {
		urls = append(urls, p.config.OfficialAccount.APIURL)
	}
	return urls
}

func examineWeCom(ctx context.Context, p *patient) []finding {
	if !p.config.WeCom.On() {
		return []finding{fine("wecom", "is switched off")}
	}
	client, err := newWeComClient(p.config.WeCom, ownTokens{}, nil, p.log)
	if err != nil {
		return []finding{bad("wecom", "correct WECOM_AGENT_ID and WECOM_API_URL", "%v", err)}
	}
	if err := client.CheckToken(ctx); err != nil {
		return []finding{refusedCall("wecom secret", weComAdvice, err)}
	}
	found := []finding{fine("wecom secret", "is good: the platform gave a token")}
	if client.Rings() {
		found = append(found, examineRing(ctx, client))
	}
	app, err := client.App(ctx)
	switch {
	case err != nil:
		return append(found, refusedCall("wecom app", weComAdvice, err))
	case app.Off:
		found = append(found, bad("wecom app", "switch it on: 管理后台 → 应用管理 → the app → 启用", "%s is switched off", app.Name))
	default:
		found = append(found, fine("wecom app", "%s answers, and takes calls from this machine's address", app.Name))
	}
	if app.Users+app.Parties+app.Tags == 0 {
		return append(found, bad("wecom range", openRange, "nobody is in the app's visible range"))
	}
	return append(found, examineRange(ctx, p, client, app))
}

// examineRing tries the secret of the app that rings telephones: a wrong one would show with the first alarm.
func examineRing(ctx context.Context, client *wecom.Client) finding {
	const name = "wecom telephone"
	if err := client.CheckRingToken(ctx); err != nil {
		return refusedCall(name, ringAdvice, err)
	}
	return fine(name, "alarms can ring: the platform gave a token")
}

const openRange = "管理后台 → 应用管理 → the app → 可见范围: choose the departments of all members"

// rangeSample is of how many members it is asked whether the app sees them.
const rangeSample = 30

func examineRange(ctx context.Context, p *patient, client *wecom.Client, app wecom.App) finding {
	const name = "wecom range"
	scope := fmt.Sprintf("the range names %d department(s), %d member(s) and %d tag(s)", app.Parties, app.Users, app.Tags)
	if p.schemaErr(ctx) != nil {
		return fine(name, "%s; members were not compared, for the database cannot be read", scope)
	}
	members := storage.NewMembers(p.db, nil, directoryChannel(p.config))
	sample, of, err := members.DirectorySample(ctx, rangeSample)
	switch {
	case err != nil:
		return warning(name, "run doctor again", "%s; members were not compared: %v", scope, err)
	case of == 0:
		return warning(name, "import members with the column wecom_userid (docs/members.md)", "%s, but no member has a WeCom user id, so nobody is known there", scope)
	}
	var outside []string
	for _, each := range sample {
		seen, err := client.Sees(ctx, bot.UserID(each.User))
		if err != nil {
			f := refusedCall(name, weComAdvice, err)
			f.State = stateWarn
			return f
		}
		if !seen {
			outside = append(outside, each.StaffNo)
		}
	}
	if len(outside) > 0 {
		return warning(name, openRange+"; and correct wecom_userid in the members file where it is another",
			"%s; of %d members asked about (%d have a WeCom user id) it does not see %d: staff numbers %s",
			scope, len(sample), of, len(outside), shortList(outside))
	}
	return fine(name, "%s; all %d members asked about (%d have a WeCom user id) are among them", scope, len(sample), of)
}

// shortList names a few and counts the rest.
func shortList(all []string) string {
	const most = 5
	slices.Sort(all)
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

func examineOfficialAccount(ctx context.Context, p *patient) []finding {
	o := p.config.OfficialAccount
	if !o.On() {
		return []finding{fine("official account", "is switched off")}
	}
	client, err := newOfficialAccountClient(o, ownTokens{}, nil, p.log)
	if err != nil {
		return []finding{bad("official account", "correct OFFICIAL_ACCOUNT_API_URL", "%v", err)}
	}
	const secret, kind = "account secret", "account kind"
	if err := client.CheckToken(ctx); err != nil {
		return []finding{refusedCall(secret, accountAdvice, err)}
	}
	found := []finding{fine(secret, "is good, and calls are taken from this machine's address")}
	a, err := client.Account(ctx)
	if err != nil {
		return append(found, refusedCall(kind, accountAdvice, err))
	}
	return append(found, judgeKind(kind, a), judgeTemplates("account templates", a, o), judgeMenu("account menu", a))
}

// judgeKind says what people will get, for that is what the kind of an account decides.
func judgeKind(name string, a officialaccount.Account) finding {
	switch {
	case !a.Writes:
		return warning(name, "have the account verified (微信认证) at 设置与开发 → 公众号设置; an enterprise's account can be",
			"unverified (未认证): it may only answer within five seconds. Results and tasks wait until people write again")
	case !a.Notifies:
		return warning(name, "nothing is broken; a verified 服务号 would reach everybody, and so does WeCom",
			"verified, without template messages (订阅号): it may write to people only within 48 hours of their own words")
	default:
		return fine(name, "verified 服务号: it may write after people's own words, and send template messages")
	}
}

func judgeTemplates(name string, a officialaccount.Account, o config.OfficialAccount) finding {
	if !a.Notifies {
		if len(o.Templates) > 0 {
			return warning(name, "take OFFICIAL_ACCOUNT_TEMPLATES out", "are configured, but this account may send none")
		}
		return fine(name, "none, and this account may send none")
	}
	var missing []string
	for kind, setting := range o.Templates {
		if id, subscribed := officialaccount.TemplateID(setting); !subscribed && !slices.Contains(a.Templates, id) {
			missing = append(missing, kind)
		}
	}
	switch {
	case len(missing) > 0:
		return bad(name, "copy the template ids from 广告与服务 → 模板消息 into OFFICIAL_ACCOUNT_TEMPLATES", "the account has no such template as is configured for %s", shortList(missing))
	case len(o.Templates) == 0:
		return warning(name, "choose templates at 广告与服务 → 模板消息 and set OFFICIAL_ACCOUNT_TEMPLATES",
			"none is configured: who has not written for 48 hours is told at their next word")
	default:
		return fine(name, "all %d that are configured are there", len(o.Templates))
	}
}

func judgeMenu(name string, a officialaccount.Account) finding {
	switch {
	case !a.Menu:
		return fine(name, "this account may have none by API; people write instead")
	case !a.Shown:
		return warning(name, "unionbot menu publish", "is not published")
	default:
		return fine(name, "is published")
	}
}

// advice is what to do about an errcode; ADDRESS stands for the address that the platform saw calling.
type advice map[int]string

var weComAdvice = advice{
	40001:  "copy Secret from 管理后台 → 应用管理 → the app into WECOM_SECRET",
	40013:  "copy 企业ID from 管理后台 → 我的企业 into WECOM_CORP_ID",
	40056:  "copy AgentId from 管理后台 → 应用管理 → the app into WECOM_AGENT_ID",
	40091:  "copy Secret from 管理后台 → 应用管理 → the app into WECOM_SECRET",
	45009:  "wait a minute and run doctor again",
	48002:  "WECOM_SECRET must be the app's own Secret, not that of 通讯录同步",
	60020:  "add ADDRESS to 管理后台 → 应用管理 → the app → 企业可信IP; it takes a minute. If addresses change, give the service a fixed one, or a proxy that has one",
	301002: "WECOM_AGENT_ID and WECOM_SECRET belong to two apps: copy both from the same page",
}

var ringAdvice = advice{
	40001: "copy Secret from 管理后台 → 应用管理 → 紧急通知 into WECOM_CALL_SECRET, or take it out: alarms ring no telephone then",
	60020: strings.ReplaceAll(weComAdvice[60020], "the app", "紧急通知"),
}

var accountAdvice = advice{
	40001: "copy AppSecret from 设置与开发 → 开发接口管理 → 基本配置 into OFFICIAL_ACCOUNT_SECRET",
	40013: "copy AppID from 设置与开发 → 开发接口管理 → 基本配置 into OFFICIAL_ACCOUNT_APP_ID",
	40125: "copy AppSecret from 设置与开发 → 开发接口管理 → 基本配置 into OFFICIAL_ACCOUNT_SECRET; where it is frozen, unfreeze it there",
	40164: "add ADDRESS to IP白名单 at 设置与开发 → 开发接口管理 → 基本配置; it takes five minutes. If addresses change, give the service a fixed one, or a proxy that has one",
	45009: "the day's calls are used up: wait until midnight, or clear them with clear_quota",
	48001: "the account may not do this: look at 设置与开发 → 接口权限",
}

// caller finds the address in an errmsg: "from ip: 203.0.113.7" of WeCom, "invalid ip 203.0.113.7" of the Official Account.
var caller = regexp.MustCompile(`(?:from ip: |invalid ip )([0-9a-fA-F.:]+[0-9a-fA-F])`)

// refusedCall is the finding of a call that failed.
func refusedCall(name string, known advice, err error) finding {
	var refused *platform.Error
	if !errors.As(err, &refused) {
		return bad(name, "look whether this machine gets out: name server, firewall, HTTPS_PROXY. The API URL is in docs/configuration.md", "%v", err)
	}
	do, ok := known[refused.Code]
	if !ok {
		do = "look the errcode up at the platform: https://open.work.weixin.qq.com/devtool/query or the Official Account's error codes"
	}
	address := "this machine's outgoing address"
	if m := caller.FindStringSubmatch(refused.Message); m != nil {
		address = m[1]
	}
	return bad(name, strings.ReplaceAll(do, "ADDRESS", address), "the platform refuses: errcode %d, %s", refused.Code, platform.Redact(refused.Message))
}
