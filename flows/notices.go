package flows

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Notices puts what goes out unasked into words: the officer's card, the same card once it is settled, and the answer
// to the author.
type Notices struct {
	calendar Calendar
	language string
	dispatch string
	lines    lines
}

var _ cases.Words = (*Notices)(nil)

// cardRows is how many rows a card of WeCom shows; the outcome is to be one of them.
const cardRows = 6

// NewNotices makes the words of notices.
func NewNotices(c Calendar, language string) *Notices {
	return &Notices{calendar: c, language: language}
}

// WithDispatch names the dispatcher's number, 内线 6110, for alarms whose service names none.
func (n *Notices) WithDispatch(number string) *Notices {
	n.dispatch = number
	return n
}

// WithLines has the numbers told that the reference data has.
func (n *Notices) WithLines(l lines) *Notices {
	n.lines = l
	return n
}

// cardMenu is how many entries the menu of a card has at most.
const cardMenu = 3

// TaskCard asks an officer to decide. The same is said in words, with what to reply, for channels without cards.
func (n *Notices) TaskCard(t cases.TaskView) notice.Body {
	card := n.card(t)
	var words []string
	for _, option := range t.Review.Acts {
		button := notice.Button{Text: option.Word.In(n.language), Key: tapKey(option.Act, t.ID)}
		if option.Menu {
			card.Menu = append(card.Menu, button)
			continue
		}
		if option.Act == cases.Refuse && !t.Service.Sensitive { // whose reasons would tell what it is about
			card.Pick = n.reasonsOn(option)
		}
		button.Style = 2 // without one the platform makes every button the first
		if option.Act == cases.Accept {
			button.Style = 1
		}
		card.Buttons = append(card.Buttons, button)
		words = append(words, `"`+button.Text+" "+t.Case.Number+`"`)
	}
	if sendsBackOnly(t) && len(card.Menu) < cardMenu-1 { // the last place is for drawing others in
		card.Menu = append(card.Menu, notice.Button{Text: backLabel, Key: tapKey(cases.Return, t.ID)})
	}
	if len(card.Buttons) > 0 && mayHand(t) {
		card.Menu = append(card.Menu, notice.Button{Text: handsLabel, Key: tapKey(actHands, t.ID)})
	}
	if show, _, ok := attached(t.Case); ok {
		card.Buttons = append(card.Buttons, notice.Button{Text: show, Key: tapKey(actPictures, t.ID), Style: 2})
	}
	text := "待办:" + card.Title + "\n" + card.Detail + "\n" + rows(card.Rows)
	if len(words) > 0 {
		text += "\n请回复" + strings.Join(words, "或") + ",也可以回复\"待办\"。"
	}
	return notice.Body{Text: text, Card: &card}
}

// reasonsOn offers what the service has for an act on the card itself. A tap that chooses none is asked for the reason.
func (n *Notices) reasonsOn(option actOption) *notice.Pick {
	if len(option.Reasons) == 0 {
		return nil
	}
	pick := &notice.Pick{Key: string(option.Act), Title: option.Word.In(n.language) + "的原因", Options: []string{"点了按钮再写"}}
	for _, reason := range option.Reasons {
		pick.Options = append(pick.Options, reason.In(n.language))
	}
	return pick
}

// Seconded tells an author how many second the case now.
func (n *Notices) Seconded(c cases.Case, s *service.Service, count int) notice.Body {
	return notice.Body{Text: "您的" + s.Short.In(n.language) + " " + c.Number + "《" + cut(c.Title, 30) + "》有 " + strconv.Itoa(count) + " 人" + strings.TrimSuffix(strings.TrimPrefix(saidFollowed(s), "您"), "的") + "了。"}
}

// saidFollowed stands before a case of somebody else's of which a member is told: 附议的, 关注的.
func saidFollowed(s *service.Service) string {
	switch {
	case !s.Seconds():
		return "和您的一起办的"
	case s.Summary.Similar.Follow:
		return "您关注的"
	}
	return "您附议的"
}

// SecondersAnswer tells those who second a case what was decided.
func (n *Notices) SecondersAnswer(a cases.Answer) notice.Body {
	title := "《" + cut(a.Case.Title, 30) + "》"
	if a.Case.Title == "" { // of what is its author's matter
		title = ""
	}
	text := saidFollowed(a.Service) + a.Service.Short.In(n.language) + " " + a.Case.Number + title + ":" + a.Officer.Name + "同志 " +
		n.calendar.SpeechDay(a.At) + " " + actWord(a.Step, a.Act, n.language)
	if a.Into.Number != "" {
		text += " " + a.Into.Number
	}
	return notice.Body{Text: text + "。" + ended(a.Note)}
}

// NoSheet is said in place of a ledger that could not be sent.
func (n *Notices) NoSheet(title string) string {
	return title + "的台账表格这里发不了。请在企业微信上回复\"台账\",或请管理员用 unionbot ledger 导出。"
}

// NoPicture is said in place of a picture or a voice message that could not be sent.
func (n *Notices) NoPicture(number string, nth int) string {
	return number + " 的第 " + strconv.Itoa(nth) + " 个附件没能发过来。回复\"待办\"可以再看一次。"
}

// NoVoice is said in place of what an officer said with a decision, where there is only the sound of it.
func (n *Notices) NoVoice(number string) string {
	return number + " 的意见是一段语音,这里没能发过来。回复\"听语音 " + number + "\"再发一次。"
}

// PictureName says in a picture's name what it shows: YH26-0001-前1.
func (n *Notices) PictureName(number string, shows cases.Shows, nth int) string {
	return fmt.Sprintf("%s-%s%d", number, shownWords[shows].name, nth)
}

// DraftLeft names the service only, as DraftExpires does.
func (n *Notices) DraftLeft(s *service.Service) notice.Body {
	return notice.Body{Text: fmt.Sprintf("您昨天有一份%s没写完,已存为草稿,留 %d 天。要接着写,回复\"继续\";这份不会再提醒。", n.draftName(s), draftDays)}
}

// draftName keeps a sensitive service from being read on a lock screen.
func (n *Notices) draftName(s *service.Service) string {
	if s.Sensitive {
		return "表"
	}
	return s.Short.In(n.language)
}

// DraftExpires names the service only: a form may hold what nobody else should read on a lock screen.
func (n *Notices) DraftExpires(s *service.Service, until time.Time) notice.Body {
	return notice.Body{Text: "您有一份没写完的" + n.draftName(s) + ",草稿留到" + n.calendar.SpeechDay(until) +
		",过后就删掉了。要接着写,回复\"继续\"。"}
}

// SettledCard shows how the step was settled, and leaves nothing to press.
func (n *Notices) SettledCard(t cases.TaskView, s cases.Settled) notice.Body {
	card := n.card(t)
	outcome := n.calendar.Speech(s.At)
	if s.Officer != "" {
		outcome += " " + s.Officer
	}
	outcome += " " + kindWord(s.Step, s.Kind, n.language)
	moved := s.Kind == cases.EventClimbed || s.Kind == cases.EventStoodIn || s.Kind == cases.EventLeft || s.Kind == cases.EventFollowed || s.Kind == cases.EventVacated ||
		s.Kind == cases.EventLent || s.Kind == cases.EventGivenBack || s.Kind == cases.EventSentUp || s.Kind == cases.EventKeptOut || s.Kind == cases.EventReferred
	if moved {
		outcome = n.calendar.Speech(s.At) + " " + kindName(s.Kind) + " " + s.Officer
	}
	if s.Kind == cases.EventKeptOut {
		outcome = n.calendar.Speech(s.At) + " " + kindName(s.Kind) + ",由 " + s.Officer + " 办"
	}
	if s.Into != "" {
		outcome += " " + s.Into
	}
	card.Rows = append(card.Rows[:min(len(card.Rows), cardRows-1)], notice.Row{Name: "结果", Value: outcome})
	card.Settled = "已办结"
	words := "这一步办完了" // of the case more may follow
	signed := s.Kind == cases.EventSigned || s.Kind == cases.EventSignedAgainst
	if signed {
		card.Settled = "已签"
	}
	if s.Kind == cases.EventCorrected { // the step is still open, and was asked anew
		card.Settled = "已核减,见新卡"
		return notice.Body{Text: s.Number + ":" + outcome + ",请按核减后的办,回复\"待办\"查看。", Card: &card}
	}
	if s.Kind == cases.EventRecalled || signed && t.State == cases.TaskVoid { // by another, for the same seat
		card.Settled = "不用签了"
	}
	if moved || s.Kind == cases.EventHandedOver {
		card.Settled = "已转出"
	}
	if card.Settled != "已办结" {
		words = card.Settled
	}
	return notice.Body{Text: s.Number + " " + words + ":" + outcome + "。", Card: &card}
}

func (n *Notices) card(t cases.TaskView) notice.Card {
	name := t.Service.Title.In(n.language)
	if t.Service.Sensitive { // others look at the screen as well: neither whose it is nor of what kind
		name = confidential
	}
	title := name + " " + t.Case.Number
	if t.Review.Undoes() { // the case looks as it did when it was approved
		title = t.Review.Title.In(n.language) + " " + title
	}
	card := notice.Card{
		Source: "工会待办",
		Title:  title,
		Detail: cut(t.Case.Title, 60),
		TaskID: t.CardID(),
		Rows:   []notice.Row{{Name: "提出人", Value: author(t)}},
	}
	if t.Service.Sensitive {
		card.Detail = masked
		card.Rows = []notice.Row{{Name: "期限", Value: promised(n.calendar, t.DueAt)}}
		return card
	}
	if field, ok := t.Service.Field(t.Service.Summary.Detail); ok {
		if v := t.Case.Values[field.Name]; v.Text != "" {
			card.Rows = append(card.Rows, notice.Row{Name: field.Label.In(n.language), Value: cut(field.Partly(v.Text), 60)})
		}
	}
	if v := t.Case.Values[cases.Supplement]; v.Text != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "补充", Value: cut(v.Text, 60)})
	}
	if t.Said != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "办理意见", Value: cut(t.Said, 60)})
	}
	card.Rows = append(card.Rows, handRows(t)...)
	if v := t.Case.Values[service.FieldAward]; v.Text != "" && t.Service.ForAward(t.Review) {
		card.Rows = append(card.Rows, notice.Row{Name: t.Service.Award.Label.In(n.language), Value: v.Text})
	}
	if len(t.Case.Pictures) > 0 {
		card.Rows = append(card.Rows, notice.Row{Name: "照片", Value: picturesOfCase(t.Case, t.Service)})
	}
	if words := addedWords(t.Signed.Added); words != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "加签", Value: words})
	} else if words := signedBy(t.Signed); words != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "会签", Value: words})
	}
	card.Rows = append(card.Rows, notice.Row{Name: "期限", Value: promised(n.calendar, t.DueAt)})
	return card
}

var _ audit.Words = (*Notices)(nil)

// Anchor asks an auditor to keep the day's anchor where nobody who can reach the database can change it.
func (n *Notices) Anchor(a audit.Anchor) notice.Body {
	return notice.Body{Text: "审计存证(" + a.Day + "):截至此刻共 " + strconv.FormatInt(a.Place, 10) +
		" 条记录。请把这条消息留着,核对时用它证明记录没有被删改:\n" + a.String()}
}

// StandsStill tells an auditor that nothing is listed any more, most likely because somebody wrote into the chain.
func (n *Notices) StandsStill() notice.Body {
	return notice.Body{Text: "审计记录停住了:链的末尾不是本系统签的,新的记录列不进去,可能有人改动了数据库。" +
		"请把以前收到的存证消息留好,并请管理员用它们核对:unionbot audit verify --anchor。"}
}

func rows(rows []notice.Row) string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = r.Name + ":" + r.Value
	}
	return strings.Join(lines, "\n")
}

// ToFetch tells the author of a sealed case that there is something to fetch.
func (n *Notices) ToFetch(number string) notice.Body {
	return notice.Body{Text: number + " 有新消息。回复\"查询 " + number + "\"加查询码查看。"}
}

// ShareWanted asks a custodian for the second share.
func (n *Notices) ShareWanted(number, reason string) notice.Body {
	return notice.Body{Text: "有人申请打开密件 " + number + " 的姓名,需要另一位密钥保管人。原因:" + reason +
		"\n同意的话,请在 24 小时内回复\"启封 " + number + "\";不同意就不用理会。"}
}

// NameOpened tells the first custodian that the second share was given. The name itself is shown in the conversation only.
func (n *Notices) NameOpened(number string) notice.Body {
	return notice.Body{Text: number + " 的姓名已由两位保管人打开。24 小时内回复\"启封 " + number + "\"查看,每次查看都有记录。"}
}

// ShareLapsed tells the first custodian that no second one came.
func (n *Notices) ShareLapsed(number string) notice.Body {
	return notice.Body{Text: "打开 " + number + " 姓名的申请没有等到另一位密钥保管人,已经作废,您的那一半钥匙已经删掉。还要打开,请重新提出。"}
}

// Answer tells the author what was decided, in the sentence that the service's file has for it.
func (n *Notices) Answer(a cases.Answer) notice.Body {
	words := a.Service.Words
	sentence := words.Accepted
	switch a.Act {
	case cases.Refuse:
		sentence = words.Refused
	case cases.Return:
		sentence = words.Returned
	case cases.Merge:
		sentence = words.Merged
	case cases.Accept, cases.Waive:
		switch a.Case.State {
		case cases.Open:
			sentence = words.Passed
		case cases.Returned:
			sentence = words.Later
		default:
		}
	}
	act := actWord(a.Step, a.Act, n.language)
	step := a.Step
	if next, ok := a.Service.Step(a.Case.Step); ok {
		step = next
	}
	text := sentence.Fill(n.language, map[string]string{
		service.PlaceName: master(a.Author.Name), service.PlaceNumber: a.Case.Number,
		service.PlaceService: a.Service.Short.In(n.language), service.PlaceTitle: a.Case.Title,
		service.PlaceOfficer: a.Officer.Name, service.PlaceStep: step.Title.In(n.language), service.PlaceAct: act,
		service.PlaceDue: timeAlone(n.calendar, a.Case.DueAt), service.PlaceDate: n.calendar.SpeechDay(a.At),
		service.PlaceReason: ended(a.Note), service.PlaceInto: a.Into.Number, service.PlaceIntoTitle: a.Into.Title,
	}) + promising(n.calendar, sentence, a.Case.DueAt)
	if a.Act == cases.SendBack {
		text = n.sentBack(a, step)
	}
	if strings.HasSuffix(a.Note, cases.SaidAloud) {
		text += "\n语音随后发给您,没收到或再听,回复\"听语音 " + a.Case.Number + "\"。"
	}
	if rule := basis(a.Service, n.language); a.Act == cases.Refuse && rule != "" {
		if a.Service.Sensitive { // the rule's name tells what it is about
			rule = "依据的办法,回复\"进度 " + a.Case.Number + "\"看。"
		}
		text += "\n" + rule
	}
	switch {
	case a.LookAgainUntil.IsZero():
	case a.NobodyAbove:
		text += "\n这是本单位的最后答复。还有不同看法," + promisedDay(n.calendar, a.LookAgainUntil) + " 前可以向上一级工会书面申请复核。"
	case a.LastLook:
		text += "\n还有不同看法," + promised(n.calendar, a.LookAgainUntil) + " 前可再回复\"复议 " + a.Case.Number + "\",请上一级工会复核,这是最后一次。"
	default:
		text += "\n有不同看法," + promised(n.calendar, a.LookAgainUntil) + " 前可回复\"复议 " + a.Case.Number + "\",请另外的同志再看一次。"
	}
	var ask *notice.Ask
	if a.AskHow {
		how := askRating(a.Case, strings.Contains(text, a.Case.Number))
		text, ask = text+saidHow, &how
	}
	if a.Case.State == cases.Returned {
		text += "\n" + n.toMend(a)
	}
	return notice.Body{Text: strings.TrimSpace(text), Ask: ask}
}
