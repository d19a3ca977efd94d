package storage_test

import (
	"context"
	"errors"
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

// take returns what was put since the last time, and goes out: what only takes back another does not.
func (r *recorder) take() []notice.Notice {
	r.mu.Lock()
	defer r.mu.Unlock()
	put := slices.DeleteFunc(r.put, func(n notice.Notice) bool { return n.Key == "" })
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
