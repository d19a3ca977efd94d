package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/service"
)

// office is a union with a desk, on one database. Every test has a root organisation of its own.
type office struct {
	*cases.Desk
	deps    cases.Deps
	db      *storage.DB
	members *storage.Members
	outbox  *recorder
	press   *fakePress
	service *service.Service
	root    string
	now     *clock
	// calendar may be exchanged.
	calendar *holidays

	worker, mate, branch, other, chair union.Member // branch heads the worker's plant, other another one
	groups                             groups
}

// holidays is a calendar for which another may be put.
type holidays struct{ *calendar.Calendar }

// recorder keeps what went into the outbox behind it.
type recorder struct {
	notice.Outbox
	mu   sync.Mutex
	put  []notice.Notice
	keep bool
}

func (r *recorder) Put(ctx context.Context, notices ...notice.Notice) error {
	r.mu.Lock()
	if r.keep {
		r.put = append(r.put, notices...)
	}
	r.mu.Unlock()
	return r.Outbox.Put(ctx, notices...)
}

// take returns what was put since the last time.
func (r *recorder) take() []notice.Notice {
	r.mu.Lock()
	defer r.mu.Unlock()
	put := r.put
	r.put = nil
	return put
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// plainWords tell everything that they are handed, so that tests see what was handed.
type plainWords struct{}

func (plainWords) ShareLapsed(number string) notice.Body {
	return notice.Body{Text: number + " lapsed"}
}

func (plainWords) ShareWanted(number, reason string) notice.Body {
	return notice.Body{Text: "share " + number + " " + reason}
}

func (plainWords) NameOpened(number string) notice.Body { return notice.Body{Text: "opened " + number} }

func (plainWords) ToFetch(number string) notice.Body { return notice.Body{Text: "fetch " + number} }

func (plainWords) TaskCard(t cases.TaskView) notice.Body {
	return notice.Body{
		Text: fmt.Sprintf("%s %s by %q of %q", t.Review.Name, t.Case.Number, t.AuthorName, t.AuthorOrg),
		Card: &notice.Card{Title: t.Case.Title, TaskID: t.CardID()},
	}
}

func (plainWords) SettledCard(t cases.TaskView, s cases.Settled) notice.Body {
	return notice.Body{
		Text: fmt.Sprintf("%s %s by %s", s.Number, s.Kind, s.Officer),
		Card: &notice.Card{Title: t.Case.Title, TaskID: t.CardID(), Settled: s.Kind},
	}
}

func (plainWords) Answer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s %s %s: %s by %s, %s", a.Author.Name, a.Case.Number, a.Act, a.Note, a.Officer.Name, a.Into.Number+a.Into.Title)}
}

func (plainWords) StandInAsked(v cases.StandInView) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s asks %s", v.AbsentMember.Name, v.ByMember.Name), Card: &notice.Card{TaskID: cases.StandInCardID(v.ID)}}
}

func (plainWords) StandInSettled(v cases.StandInView) notice.Body {
	return notice.Body{Text: string(v.State), Card: &notice.Card{TaskID: cases.StandInCardID(v.ID), Settled: string(v.State)}}
}

func (plainWords) StandInNews(v cases.StandInView, _ bool) notice.Body {
	return notice.Body{Text: "stand-in " + string(v.State)}
}

func (plainWords) Vacant(v cases.Vacancy) notice.Body {
	return notice.Body{Text: fmt.Sprintf("vacant %s %d", v.Step.Name, len(v.To))}
}

func (plainWords) DraftLeft(s *service.Service) notice.Body {
	return notice.Body{Text: s.Name + " left"}
}

func (plainWords) DraftExpires(s *service.Service, until time.Time) notice.Body {
	return notice.Body{Text: s.Name + " until " + until.UTC().Format(time.DateOnly)}
}

func (plainWords) AlarmCard(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("card %s ring %d", a.Case.Number, a.Alarm.Rings), Card: &notice.Card{Title: a.Case.Title, TaskID: a.CardID()}}
}

func (plainWords) AlarmAgain(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("again %s ring %d", a.Case.Number, a.Alarm.Rings)}
}

func (plainWords) AlarmSettled(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("settled %s by %q", a.Case.Number, a.Taker.Name), Card: &notice.Card{TaskID: a.CardID(), Settled: "settled"}}
}

func (plainWords) AlarmMoved(a cases.AlarmNotice) notice.Body {
	var names []string
	for _, m := range a.Called {
		names = append(names, m.Name)
	}
	return notice.Body{Text: fmt.Sprintf("moved %s to %v after %s", a.Case.Number, names, a.Waited)}
}

func (plainWords) AlarmTaken(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("taken %s by %s", a.Case.Number, a.Taker.Name)}
}

func (plainWords) AlarmThere(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: a.Taker.Name + " from there: " + a.More}
}

func (plainWords) AlarmMore(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("more %s: %s by %s", a.Case.Number, a.More, a.MoreBy)}
}

func (plainWords) MovedOn(m cases.Moved) notice.Body {
	var from, to []string
	for _, p := range m.From {
		from = append(from, p.Name)
	}
	for _, p := range m.To {
		to = append(to, p.Name)
	}
	return notice.Body{Text: fmt.Sprintf("%s %s from %v to %v by %s", m.Case.Number, m.Do, from, to, m.Case.DueAt.UTC().Format(time.DateTime))}
}

func (plainWords) YourTurn(m cases.Moved) notice.Body {
	return notice.Body{Text: "your turn " + m.Case.Number}
}

func (plainWords) Stuck(number string) notice.Body { return notice.Body{Text: "stuck " + number} }

func (plainWords) Extended(c cases.Case, _ *service.Service, officer, why string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s extended by %s: %s", c.Number, officer, why)}
}

func (plainWords) HandedOver(m cases.Moved) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s from %s to %s", m.Case.Number, m.From[0].Name, m.To[0].Name)}
}

func (plainWords) Digest(v cases.DigestView) notice.Body {
	return notice.Body{Text: fmt.Sprintf("all %d overdue %d handed %d late %d today %d soon %d new %d", v.All, v.Overdue, len(v.Handed), len(v.Late),
		len(v.Today), len(v.Soon), len(v.New))}
}

func (plainWords) RatedCard(c cases.Case, r cases.Rating) notice.Body {
	return notice.Answered("rate-"+c.Number, fmt.Sprint(r))
}

func (plainWords) Discontent(c cases.Case, _ bool, _, why string) notice.Body {
	return notice.Body{Text: c.Number + " discontent: " + why}
}

func (plainWords) Seconded(c cases.Case, _ *service.Service, count int) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s seconded by %d", c.Number, count)}
}

func (plainWords) SecondersAnswer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("seconders of %s: %s", a.Case.Number, a.Act)}
}

func (plainWords) CoAuthor(n cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s shares %d%% of %s", n.Member.Name, n.Share, n.Case.Number)}
}

func (plainWords) Disowned(n cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s disowns %d%% of %s", n.Member.Name, n.Share, n.Case.Number)}
}

func (plainWords) CoAuthorsAnswer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("co-authors of %s: %s", a.Case.Number, a.Act)}
}

func (plainWords) Awarded(n cases.AwardNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s is awarded %d of %d fen for %s", n.Member.Name, n.Award.Fen, n.Total, n.Case.Number)}
}

func (plainWords) PapersWanted(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("papers for %s, stage %d", n.Case.Number, n.Stage)}
}

func (plainWords) PapersLate(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: "papers late for " + n.Case.Number}
}

func (plainWords) PapersBrought(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: "papers brought for " + n.Case.Number}
}

func (plainWords) Remarked(n cases.RemarkNotice) notice.Body {
	return notice.Body{Text: n.Case.Number + ": " + n.Text}
}

func (plainWords) Paper(v cases.PaperView) paper.Document {
	return paper.Document{Number: v.Number, Check: v.Check, Union: v.Union}
}

func (plainWords) PackPaper(v cases.PaperView) paper.Document {
	return paper.Document{Number: v.Number}
}

func (plainWords) NoPack(number string) string { return "no pack " + number }

func (plainWords) PackGiven(c cases.Case, _ *service.Service, given bool) notice.Body {
	return notice.Body{Text: fmt.Sprintf("pack of %s given: %t", c.Number, given)}
}

func (plainWords) PackOpened(c cases.Case, _ *service.Service, by union.Member) notice.Body {
	return notice.Body{Text: by.Name + " 打开 " + c.Number}
}

func (plainWords) PackAsked(c cases.Case, _ *service.Service, asks union.Member) notice.Body {
	return notice.Body{Text: asks.Name + " asks for the pack of " + c.Number}
}

func (plainWords) TallyChart(t cases.Tally) paper.Chart { return paper.Chart{Title: t.Unit.Name} }

func (plainWords) NoChart() string { return "no chart" }

func (plainWords) NoPaper(number, link string, _ time.Time) string { return number + " " + link }

func (plainWords) Public(t cases.TaskView) string { return t.Public("zh") }

func (plainWords) PublicityToPost(p cases.Publicity) notice.Body {
	return notice.Body{Text: "post " + p.Number}
}

func (plainWords) Objected(number string) notice.Body {
	return notice.Body{Text: "objection to " + number}
}

func (plainWords) PaperDoubted(sheet int, doubt string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("paper %d is %s", sheet, doubt)}
}

func (plainWords) PictureName(number string, shows cases.Shows, nth int) string {
	return fmt.Sprint(number, shows, nth)
}

func (plainWords) NoPicture(number string, nth int) string {
	return fmt.Sprintf("%s without %d", number, nth)
}

// twoSteps is a service whose second step, unlike that of the suggestion, is switched on.
const twoSteps = `prefix: HL
title: 合理化建议(两级)
short: 建议
understand: {phrases: [两级建议]}
form:
  - {name: proposal, kind: text, label: 建议, ask: 您建议怎么做}
summary: {title: '{proposal}', anonymous: true}
review:
  - name: first
    title: 初审
    who: {role: branch_chair}
    days: 3
    acts: [{act: accept, word: 受理}, {act: return, word: 退回}]
  - name: department
    title: 评议
    who: {role: department, otherwise: [chair]}
    days: 10
    acts: [{act: accept, word: 采纳}, {act: refuse, word: 不采纳}]
words: {filed: 收到, accepted: 采纳, passed: 通过, refused: 不采纳, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

// suite is one thing that holds in an office of its own, on every database.
type suite struct {
	name string
	test func(t *testing.T, o *office)
}

func inOffices(t *testing.T, suites []suite) {
	t.Helper()
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, s := range suites {
			t.Run(s.name, func(t *testing.T) { s.test(t, newOffice(t, db)) })
		}
	})
}

// inOpenOffices is inOffices on a working day at ten.
func inOpenOffices(t *testing.T, suites []suite) {
	t.Helper()
	for i, s := range suites {
		suites[i].test = func(t *testing.T, o *office) {
			o.now.set(at("2026-11-23", "10:00"))
			s.test(t, o)
		}
	}
	inOffices(t, suites)
}

// serviceOf publishes a service in YAML.
func (o *office) serviceOf(t *testing.T, name, source string) *service.Service {
	t.Helper()
	s, err := service.Parse(name, []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if err := storage.NewServices(o.db, o.now.Now).Publish(t.Context(), service.Version{Hash: s.Hash, Name: s.Name, Source: s.Source}); err != nil {
		t.Fatal(err)
	}
	return s
}

func newOffice(t testing.TB, db *storage.DB) *office {
	t.Helper()
	current := servicestest.Set(t)
	suggestion, _ := current.On("").Get("suggestion")
	second, err := service.Parse("two_steps", []byte(twoSteps))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{
		db: db, members: newMembers(t, db), outbox: &recorder{Outbox: storage.NewOutbox(db), keep: true}, service: suggestion,
		press: &fakePress{}, root: storagetest.Unique("集团公司"), now: &clock{now: testNow},
	}
	versions := storage.NewServices(db, o.now.Now)
	if err := versions.Publish(t.Context(), service.Version{Hash: second.Hash, Name: second.Name, Source: second.Source}); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	catalogue := service.NewCatalogue(versions, o.now.Now, zone)
	if err := catalogue.Offer(t.Context(), current); err != nil {
		t.Fatal(err)
	}
	days, err := calendar.New(zone)
	if err != nil {
		t.Fatal(err)
	}
	o.calendar = &holidays{days}
	o.deps = cases.Deps{
		Store: storage.NewCaseStore(db), Members: o.members, Services: catalogue, Groups: &o.groups, Outbox: o.outbox, Words: plainWords{},
		Calendar: o.calendar, Zone: zone, Now: o.now.Now, NewID: db.NewID, Funds: storage.NewFunds(db),
		Telephones: true, Sealer: storagetest.Keys(t), Keys: storagetest.Keys(t), Press: o.press, Keep: keepNothing, Site: "https://union.example.com/",
	}
	o.Desk = cases.NewDesk(o.deps)
	o.worker = o.person(t, "一分厂/锅炉班", "张伟")
	o.mate = o.person(t, "一分厂/锅炉班", "赵敏")
	o.branch = o.person(t, "一分厂", "李芳", union.BranchChair)
	o.other = o.person(t, "二分厂", "王芳", union.BranchChair)
	o.chair = o.person(t, "", "陈静", union.Chair)
	return o
}

// Decide confirms what is to be confirmed, as an officer does who has no ties: what counts is what was shown.
func (o *office) Decide(ctx context.Context, in cases.Decision) (cases.Decided, error) {
	return surely(ctx, o.Desk, in)
}

func surely(ctx context.Context, desk *cases.Desk, in cases.Decision) (cases.Decided, error) {
	done, err := desk.Decide(ctx, in)
	var need *cases.SureNeededError
	if in.Sure == nil && errors.As(err, &need) {
		in.Sure = &cases.Sure{Fen: need.Fen, NoTies: need.Ties}
		return desk.Decide(ctx, in)
	}
	return done, err
}

// person adds a member who holds the roles over its own organisation.
func (o *office) person(t testing.TB, unit, name string, roles ...union.Role) union.Member {
	t.Helper()
	path := o.root
	if unit != "" {
		path += "/" + unit
	}
	m := put(t, o.members, path, union.Member{StaffNo: storagetest.Unique("s"), Name: name})
	for _, role := range roles {
		if err := o.members.Grant(t.Context(), m.ID, role, m.Org); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (o *office) draft(author union.Member, proposal string) cases.Draft {
	return cases.Draft{
		ID: o.NewDraftID(), Owner: author.ID, Service: o.service.Name, Hash: o.service.Hash, Version: 7, Step: "summary",
		Values: map[string]cases.Value{
			"category":  {Text: "安全生产", Raw: []byte(`"safety"`)},
			"proposal":  {Text: proposal},
			"situation": {Text: "夜班巡检经过炉口没有护栏,上月有人滑倒"},
		},
		UpdatedAt: o.now.Now(),
	}
}

// file files a fresh draft and forgets its notices.
func (o *office) file(t *testing.T, author union.Member, proposal string) cases.Case {
	t.Helper()
	filed, err := o.File(t.Context(), o.draft(author, proposal))
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

// twoStepCase files a case of the service with two steps.
func (o *office) twoStepCase(t *testing.T) cases.Case {
	t.Helper()
	second, err := service.Parse("two_steps", []byte(twoSteps))
	if err != nil {
		t.Fatal(err)
	}
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: second.Name, Hash: second.Hash, Version: 1,
		Values: map[string]cases.Value{"proposal": {Text: "给锅炉房加个护栏"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

func (o *office) decide(t *testing.T, officer union.Member, c cases.Case, act cases.Act, note string) cases.Decided {
	t.Helper()
	done, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: officer.ID, Act: act, Note: note})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// kinds lists the kinds of the events of a case.
func (o *office) kinds(t *testing.T, c cases.Case) []string {
	t.Helper()
	v, err := o.ByID(t.Context(), c.Author, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range v.Timeline {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// told lists the notices that reached a member, by kind.
func told(notices []notice.Notice, m union.Member) []string {
	var kinds []string
	for _, n := range notices {
		if n.To == m.ID {
			kinds = append(kinds, n.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func TestTheDesk(t *testing.T) {
	inOffices(t, []suite{
		{"filing makes a case, a task and a card, and is cheap", testFile},
		{"the same draft filed again gives the same case", testFileAgain},
		{"one draft filed from two places at once is one case", testFileAtOnce},
		{"a chair's own goes one up, and nobody's to the chair", testFileOfAChair},
		{"every holder at the nearest organisation gets the task", testFileForTwoOfficers},
		{"filing is refused", testFilingRefused},
		{"numbers are unique under filings at once", testNumbersAtOnce},
		{"numbers begin anew with the union's year", testNumbersOfAYear},
		{"numbers count by prefix and year", testNumbersCount},
		{"acceptance ends the last step and tells everybody once", testAccept},
		{"what may not be added to a case makes nobody follow it", testFollowRefused},
		{"whoever else was asked is let off", testLetOff},
		{"a refusal and a return need a reason", testReasonNeeded},
		{"a step offers its own acts only", testActNotAllowed},
		{"what is settled says how", testSettled},
		{"of two officers at once one wins", testRace},
		{"the next step gets its own tasks", testTwoSteps},
		{"whoever filed it says whether it was done, and sends it back", testReopen},
		{"nobody's name is told by a check, and a check outlives its author", testCheckWithoutName},
		{"whoever filed it is asked once how it was, and others look where it was not well", testRating},
		{"nobody rates a month later", testRatingTooLate},
		{"those above look a third time, and nobody a fourth", testThirdLook},
		{"officers see what a member filed by name, and nothing without one", testWorker},
		{"officers see what was filed for a member, page by page", testWorkerPages},
		{"rights are read at the act", testRights},
		{"a case is merged into one that goes on", testMerging},
		{"of two merges into each other one fails", testCrossMerging},
		{"the author adds what was missing, and it goes back to whoever asked", testSupplement},
		{"a supplement goes to another where the one who asked left the office", testSupplementWithoutReturner},
		{"the author withdraws before a decision", testWithdraw},
		{"nobody withdraws after a decision, or somebody else's", testWithdrawRefused},
		{"a case is shown to its author and to the officers above", testView},
		{"who is anonymous is in nothing that officers see", testAnonymous},
		{"looks at a sensitive case are on record", testLooks},
		{"mine are the latest ten, newest first", testMine},
		{"tasks are listed by urgency", testTasks},
		{"a version never goes back, nor does a closed draft open", testDraftVersions},
		{"a draft is dropped before its first save", testDropDraft},
		{"open drafts are listed newest first and read as written", testDraftsList},
		{"an idle draft is warned of by day and then expires", testIdleDraft},
		{"what is touched after the warning stays, and is warned of anew", testIdleDraftTouched},
		{"a draft that nobody could be warned of in time is kept until then", testLateWarning},
		{"who leaves a form half filled is asked once, by day, on the next one", testNudge},
		{"attachments that nobody filed go, with files that nobody shares", testPurgeUnfiled},
		{"what is saved behind is found at once, and kept at the end", testSaveBehind},
		{"a late flush does not revive what was filed", testLateFlush},
		{"attachments are kept once, and a case takes its author's", testAttachments},
		{"pictures are sent to whoever may see the case, once an occasion", testSendPictures},
		{"a case is printed by whoever may see it, and its code holds for that paper only", testPrint},
		{"every case is on time, late or overdue, and listed behind its number", testTally},
		{"what goes on is counted in the next year as well", testTallyNewYear},
		{"counts come as a picture, too", testTallyChart},
		{"a link to a paper shows what was printed", testPrintLinkMoved},
		{"a request to print that comes again opens the same paper", testPrintAgain},
		{"a pending attachment is fetched by one at a time", testFetching},
		{"like cases are found", testSimilar},
	})
}
