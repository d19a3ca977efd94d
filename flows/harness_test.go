package flows_test

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/bottest"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/flows/articles"
	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/checkup"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/directory"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/talk"
)

// person is somebody in the transcripts. A name that ends in 的公众号 is that member's phone on the Official Account.
type person struct {
	staffNo, name, org, post, wecom, idCard string
	role                                    union.Role
	over                                    string
	status                                  union.MemberStatus // active where empty
	phone                                   string
	born, lunar, joined                     string
	contract, retires                       string
	tags, family                            []string
}

var people = []person{
	{staffNo: "100101", name: "张伟", org: "集团公司/一分厂/锅炉班", post: "司炉工", wecom: "zhangwei", idCard: "11010519491231002X", born: "1974-11-28", lunar: "L1974-10-15", joined: "2008-07-01", tags: []string{"党员", "志愿者"}, family: []string{"both_here", "child2018"}},
	{staffNo: "100237", name: "王强", org: "集团公司/二分厂/质检班", post: "质检员", wecom: "wangqiang", idCard: "11010519800101123X", born: "1980-12-23", joined: "2005-11-23"},
	{staffNo: "100300", name: "李芳", org: "集团公司/一分厂", post: "分会主席", wecom: "lifang", role: union.BranchChair, over: "集团公司/一分厂"},
	{staffNo: "100301", name: "周明", org: "集团公司/二分厂", post: "分会主席", wecom: "zhouming", role: union.BranchChair, over: "集团公司/二分厂"},
	{staffNo: "100001", name: "陈静", org: "集团公司", post: "工会主席", wecom: "chenjing", role: union.Chair, over: "集团公司"},
	{staffNo: "100010", name: "刘洋", org: "集团公司", post: "财务科长", wecom: "liuyang", role: union.Custodian, over: "集团公司"},
	{staffNo: "100011", name: "赵敏", org: "集团公司", post: "人事科长", wecom: "zhaomin", role: union.Custodian, over: "集团公司"},
	{staffNo: "100012", name: "何丽", org: "集团公司", post: "女工委员", wecom: "heli", role: union.Custodian, over: "集团公司"},
	{staffNo: "100013", name: "刘岚", org: "集团公司/机关", post: "女职工委员会主任", wecom: "liulan", role: union.WomenOfficer, over: "集团公司"},
	{staffNo: "100303", name: "罗英", org: "集团公司/二分厂", post: "女工干事", wecom: "luoying", role: union.WomenOfficer, over: "集团公司"},
	{staffNo: "100014", name: "何平", org: "集团公司/机关", post: "工会律师", wecom: "heping", role: union.Lawyer, over: "集团公司"},
	{staffNo: "100015", name: "陈晓", org: "集团公司/机关", post: "工会咨询员", wecom: "chenxiao", role: union.Counsellor, over: "集团公司"},
	{staffNo: "100016", name: "方敏", org: "集团公司/机关", post: "帮扶专干", wecom: "fangmin", role: union.AidOfficer, over: "集团公司"},
	{staffNo: "100017", name: "钱进", org: "集团公司/机关", post: "财务", wecom: "qianjin", role: union.Finance, over: "集团公司"},
	{staffNo: "100018", name: "吴刚", org: "集团公司/技术部", post: "技术部部长", wecom: "wugang", role: union.Department, over: "集团公司"},
	{staffNo: "100302", name: "马超", org: "集团公司/一分厂", post: "安全员", wecom: "machao", role: union.SafetyOfficer, over: "集团公司/一分厂", born: "1991-11-24"},
	{staffNo: "100238", name: "孙丽", org: "集团公司/二分厂/质检班", post: "班长", wecom: "sunli", role: union.GroupLeader, over: "集团公司/二分厂/质检班"},
	{staffNo: "100410", name: "王芳", org: "集团公司/一分厂/综合办", wecom: "wangfang", born: "1990-11-23"},
	{staffNo: "100411", name: "王芳", org: "集团公司/二分厂/锅炉班", wecom: "wangfang2"},
	{staffNo: "100150", name: "吴敏", org: "集团公司/三分厂/行车班", post: "行车工", wecom: "wumin", idCard: "110105198803120024"},
	{staffNo: "100151", name: "冯军", org: "集团公司/三分厂/行车班", post: "起重工", wecom: "fengjun"},
	{staffNo: "100019", name: "江帆", org: "集团公司/机关", post: "信息专员", wecom: "jiangfan", role: union.Admin, over: "集团公司"},
	{staffNo: "100102", name: "李建国", org: "集团公司/一分厂/锅炉班", wecom: "lijianguo", born: "1988-11-26"},
	{staffNo: "100152", name: "李大勇", org: "集团公司/三分厂/行车班", wecom: "lidayong"},
	{staffNo: "100153", name: "李春", org: "集团公司/三分厂/行车班", wecom: "lichun"},
	{staffNo: "100142", name: "周强", org: "集团公司/三分厂", post: "安全员", wecom: "zhouqiang", role: union.Duty, over: "集团公司/三分厂", phone: "13900000021"},
	{staffNo: "100143", name: "唐亮", org: "集团公司/三分厂", post: "安全员", wecom: "tangliang", role: union.SafetyOfficer, over: "集团公司/三分厂"},
	{staffNo: "100002", name: "高建国", org: "集团公司", post: "生产副厂长", wecom: "gaojianguo", role: union.Duty, over: "集团公司"},
	{staffNo: "099001", name: "孙福海", org: "集团公司/一分厂/锅炉班", wecom: "sunfuhai", status: union.Retired},
	{staffNo: "099010", name: "赵桂芬", org: "集团公司/二分厂/质检班", idCard: "110105195603080042", phone: "13900000033", status: union.Retired},
}

// today is Sunday 2026-11-22, 20:00 in the union's zone.
var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// stores are what outlives a restart of the service.
type stores struct {
	db       *storage.DB
	redisURL string
	turns    *turns.Turns
}

// harness is everything in one process, as cmd wires it, with a clock that the transcript moves.
type harness struct {
	t        *testing.T
	awards   bool // for suggestions
	allSteps bool // of suggestions
	stores   stores
	wecom    bot.ChannelID
	official bot.ChannelID
	members  *storage.Members
	outbox   *storage.Outbox
	names    map[union.MemberID]string
	more     []person // of this transcript
	opened   bool     // there are activities to sign up for
	onDuty   bool     // there is a roster
	silences bool     // talks move on as topics of a test say
	ring     *seal.Keyring

	// press prints, and site is where links lead.
	press *press
	site  string
	// log gets all that is logged.
	log io.Writer
	// random draws numbers and codes of sealed cases: the same in every run.
	random io.Reader
	// custodians keep names; nil where there is no key.
	custodians *custody.Ring

	mu  sync.Mutex
	now time.Time

	desk   *cases.Desk
	signUp *enrolment.Desk
	book   *directory.Desk
	checks *checkup.Desk
	casts  *broadcast.Desk
	// casting is what broadcasts are kept in, castQueue what of them is due.
	casting   *storage.Broadcasts
	castQueue *storage.BroadcastQueue
	// castTo are broadcasts that have come to phones.
	castTo []bottest.Arrival
	greets *occasion.Desk
	talks  *talk.Desk
	window talk.Window // of every follower
	router bot.Router
	away   atomic.Bool // SQL, for every step
	engine *bot.Engine
	stop   func()
}

func newHarness(t *testing.T, db *storage.DB, redisURL string, prepare ...func(*harness)) *harness {
	t.Helper()
	h := &harness{
		t: t, stores: stores{db: db, redisURL: redisURL}, now: today, random: rand.NewChaCha8([32]byte{}), names: map[union.MemberID]string{},
		wecom: bot.ChannelID(storagetest.Unique("wecom:")), official: bot.ChannelID(storagetest.Unique("officialaccount:")), press: &press{}, site: "https://union.example.com",
	}
	ring, err := seal.Parse("test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	check(t, err)
	h.members = storage.NewMembers(db, ring, string(h.wecom))
	h.outbox = storage.NewOutbox(db)
	h.outbox.UseClock(h.Now)
	h.log = t.Output()
	for _, p := range people {
		h.seed(p)
	}
	check(t, storage.NewFunds(db).Set(t.Context(), fund.Fund{Name: "aid", Year: 2026, Title: "帮扶专项", Budget: 20_000_00}, fund.Entry{At: today}))
	check(t, storage.NewFunds(db).Set(t.Context(), fund.Fund{Name: "care", Year: 2026, Title: "会员慰问", Budget: 3_000_00}, fund.Entry{At: today}))
	check(t, storage.NewFunds(db).Set(t.Context(), fund.Fund{Name: "award", Year: 2026, Title: "奖励", Budget: 5_000_00}, fund.Entry{At: today}))
	check(t, storage.NewFunds(db).Set(t.Context(), fund.Fund{Name: "studio", Year: 2026, Title: "创新工作室", Budget: 8_000_00}, fund.Entry{At: today}))
	h.ring = ring
	for _, do := range prepare {
		do(h)
	}
	h.start()
	t.Cleanup(func() { h.stop() })
	if h.opened {
		h.openActivities()
	}
	return h
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *harness) seed(p person) {
	h.t.Helper()
	ctx := h.t.Context()
	org, err := h.members.EnsureOrganisation(ctx, p.org)
	check(h.t, err)
	id, err := h.members.Put(ctx, union.Member{
		StaffNo: p.staffNo, Name: p.name, Org: org.ID, Post: p.post, WeComUserID: p.wecom, IDCard: p.idCard, Phone: p.phone, Status: cmp.Or(p.status, union.Active),
		Birthday: p.born, LunarBirthday: p.lunar, Joined: p.joined, ContractUntil: p.contract, RetireOn: p.retires, Tags: p.tags, Family: p.family,
	}, today)
	check(h.t, err)
	h.names[id] = p.name
	if p.wecom == "" { // reached on the Official Account alone
		h.names[id] += "的公众号"
	}
	if p.role != "" {
		over, err := h.members.OrganisationByPath(ctx, p.over)
		check(h.t, err)
		check(h.t, h.members.Grant(ctx, id, p.role, over.ID))
	}
}

// start wires the service on the stores. The names under which it is known to Redis stay the same.
func (h *harness) start() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	zone := time.FixedZone("CST", 8*60*60)
	days, err := calendar.New(zone)
	check(h.t, err)
	days = days.Speaking(h.Now).WithRosters(h.reference().Rostered)
	set := h.services()
	catalogue := service.NewCatalogue(storage.NewServices(h.stores.db, h.Now), h.Now, zone)
	check(h.t, catalogue.Offer(ctx, set))
	words := flows.NewNotices(days, "zh-CN").WithDispatch("内线 6110").WithLines(h.reference())
	desk := cases.NewDesk(cases.Deps{
		Store: storage.NewCaseStore(h.stores.db), Members: h.members, Services: catalogue, Groups: h.reference(), Rota: h.reference(), Outbox: h.outbox, Words: words,
		Calendar: days, Zone: zone, Now: h.Now, NewID: h.stores.db.NewID,
		Attempts: storage.NewBindings(h.stores.db), Sealer: h.ring, Random: h.random, Custodians: h.custodians, Funds: storage.NewFunds(h.stores.db),
		Press: h.press, Keep: hashOnly, Site: h.site, Keys: h.ring,
	})
	h.signUp = enrolment.NewDesk(enrolment.Deps{
		Store: storage.NewEnrolmentStore(h.stores.db), Members: h.members, Outbox: h.outbox, Words: words, Zone: zone, Now: h.Now,
		Clock: h.Now, NewID: h.stores.db.NewID,
	})
	h.book = directory.NewDesk(directory.Deps{
		Store: storage.NewDirectoryChanges(h.stores.db), Members: h.members, Outbox: h.outbox, Record: storage.NewAudit(h.stores.db), Words: words,
		Units: map[string]string{"20": "集团公司/二分厂", "21": "集团公司/二分厂/质检班", "30": "集团公司/三分厂", "99": "集团公司/没有的分厂"}, Zone: zone, Now: h.Now, NewID: h.stores.db.NewID,
	})
	h.checks = &checkup.Desk{
		Store: storage.NewCheckups(h.stores.db), Members: h.members, Outbox: h.outbox, Words: words, Zone: zone, Now: h.Now, NewID: h.stores.db.NewID,
	}
	h.casting = storage.NewBroadcasts(h.stores.db, string(h.wecom))
	h.casting.UseClock(h.Now)
	book := h.reference()
	h.casts = broadcast.NewDesk(broadcast.Deps{
		Rosters: book,
		Store:   h.casting, Members: h.members, Outbox: h.outbox, Words: words, Hours: days, Zone: zone, Now: h.Now, NewID: h.stores.db.NewID, Weekly: 2, Keep: hashOnly,
		Windows: h, Notices: broadcast.Businesses,
		Lists: storage.NewLists(storage.NewAttachments(h.stores.db), listFile, h.Now),
	})
	h.castQueue = storage.NewBroadcastQueue(h.casting, days, zone, h.Now)
	h.talks = talk.NewDesk(talk.Deps{
		Store: storage.NewTalks(h.stores.db), Members: h.members, StandIns: storage.NewStandIns(h.stores.db), Outbox: h.outbox, Words: words, Calendar: days, Book: book, Windows: h,
		Now: h.Now, NewID: h.stores.db.NewID, Most: 2, Keep: hashOnly,
	})
	_, err = h.talks.Sweep(ctx, 100) // as a process does that starts
	check(h.t, err)
	h.greets = &occasion.Desk{
		Store: storage.NewGreetings(h.stores.db), Members: h.members, Outbox: h.outbox, Words: words, Data: book, Zone: zone, Now: h.Now, NewID: h.stores.db.NewID, Language: "zh-CN", Directory: true, Keep: hashOnly,
	}
	bindings := storage.NewBindings(h.stores.db)
	router, err := flows.New(flows.Deps{
		Articles: h.articles(), Reference: h.reference(), Members: h.members, Lookup: h.members, Services: catalogue, Desk: desk, Calendar: days, Privacy: privacy.NewKeeper(h.members, storage.NewPrivacy(h.stores.db)), Phone: "内线 6100", Dispatch: "内线 6110", Language: "zh-CN",
		Enrol:     h.signUp,
		Contacts:  h.book,
		Checkups:  h.checks,
		Casts:     h.casts,
		Occasions: h.greets,
		Talks:     h.talks,
		Windows:   h,
		Topics:    book,
		Awards:    fund.Office{Reader: storage.NewFunds(h.stores.db), Awards: storage.NewAwards(h.stores.db), Members: h.members, Outbox: h.outbox, Zone: zone, Unsent: words.NoSheet, Keep: hashOnly},
		Directory: []bot.ChannelID{h.wecom},
		Ledgers: fund.Office{
			Reader: storage.NewFunds(h.stores.db), Members: h.members, Outbox: h.outbox, Zone: zone, Unsent: words.NoSheet,
			Keep: hashOnly,
		},
		Binder: binding.New(binding.Deps{
			Members: h.members, Identities: h.members, Attempts: bindings, Codes: bindings, Outbox: h.outbox, Words: words,
			Sealer: h.ring, Now: h.Now, Random: rand.NewChaCha8([32]byte{}),
		}),
	})
	check(h.t, err)
	h.desk, h.router = desk, router
	h.stores.turns, err = turns.Open(ctx, h.stores.redisURL, turns.WithKeys(storagetest.Keys(h.t)))
	check(h.t, err)
	h.engine, err = bot.NewEngine(bot.EngineConfig{
		Turns: h.stores.turns, Shelf: h.stores.turns, Router: h, Anyway: router.Anyway, Now: h.Now, Clock: time.Now,
		Ledger: storage.NewLedger(h.stores.db, h.outbox, time.Now), Inbox: storage.NewInbox(h.stores.db, h.outbox, time.Now),
		Channels: []bot.Channel{
			{ID: h.wecom, TextBytes: 2048, Push: true, Render: bottest.Plain},
			{ID: h.official, TextBytes: 2048, Render: bottest.Plain},
		},
		Logger:   slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		AnswerIn: time.Minute, // a slow machine must not turn an answer into a late one
		TurnTime: time.Minute,
	})
	check(h.t, err)
	var running sync.WaitGroup
	running.Go(func() { desk.RunDrafts(ctx) })
	running.Go(func() { h.engine.Run(ctx) })
	h.stop = func() {
		if err := h.engine.Close(context.WithoutCancel(ctx)); err != nil {
			h.t.Error(err)
		}
		cancel()
		running.Wait()
		if err := h.stores.turns.Close(); err != nil {
			h.t.Error(err)
		}
	}
}

// Turn implements bot.Router: the catalogue, with SQL away where the test says so.
func (h *harness) Turn(ctx context.Context, in bot.Input) (bot.Outcome, error) {
	out, err := h.router.Turn(ctx, in)
	if h.away.Load() {
		return bot.Outcome{}, bot.ErrUnavailable
	}
	return out, err
}

// Open implements broadcast.Windows.
func (h *harness) Open(ctx context.Context, who union.Identity) (bool, error) {
	w, err := h.Window(ctx, who)
	return w.Left > 0, err
}

// What comes with the program is the same for all tests, and is read once.
var (
	figures = sync.OnceValues(func() (*reference.Data, error) {
		talks, err := fs.ReadFile(shipped.Files, "talks.yaml")
		if err != nil {
			return nil, err
		}
		more := "  - {name: 交接单, folder: 办事, text: '{称呼},单子在这里。', files: [form.png, form.pdf]}\n"
		sums, err := fs.ReadFile(shipped.Files, "standards.yaml")
		if err != nil {
			return nil, err
		}
		place := "places:\n  - {unit: 集团公司/三分厂, rule: 三分厂慰问细则, source: 三分厂工会〔2026〕3号, as_of: 2026-03-01, review_by: 2027-01-31, ceilings_of: 安徽, yuan: {hospital: 900, birthday: 200}}\n"
		own := fstest.MapFS{"standards.yaml": {Data: append(sums, place...)}, "talks.yaml": {Data: append(talks, more...)}, "form.png": {Data: []byte("\x89PNG\r\n\x1a\n")}, "form.pdf": {Data: []byte("%PDF-1.4")}}
		return reference.Load(shipped.Files, os.DirFS("testdata/reference"), own)
	})
	written = sync.OnceValues(func() (*article.Library, error) {
		all, err := article.Load(articles.Files)
		return article.NewLibrary(all...), err
	})
	usual = sync.OnceValues(func() (*service.Set, error) { return withServices(services.Files) })
)

// withServices are these services and those that only tests have.
func withServices(files fs.FS) (*service.Set, error) {
	data, err := figures()
	if err != nil {
		return nil, err
	}
	return service.Load(reference.Fill(files, data), reference.Fill(os.DirFS("testdata/services"), data))
}

// reference is that which comes with the program.
func (h *harness) reference() *reference.Book {
	h.t.Helper()
	data, err := figures()
	check(h.t, err)
	if h.onDuty {
		own, err := reference.Load(shipped.Files, os.DirFS("testdata/duty"))
		check(h.t, err)
		with := *data
		with.Duty = own.Duty
		data = &with
	}
	if h.silences {
		own, err := reference.Load(shipped.Files, os.DirFS("testdata/talk_silence"))
		check(h.t, err)
		with := *data
		with.Talks = own.Talks
		data = &with
	}
	return reference.NewBook(data)
}

// articles are those that come with the program.
func (h *harness) articles() *article.Library {
	h.t.Helper()
	library, err := written()
	check(h.t, err)
	return library
}
