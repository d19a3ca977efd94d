package cases

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// Deps is what a desk works with. All of it is needed but Log.
type Deps struct {
	Store    Store
	Members  Members
	Services Services
	// Groups decide together; nil where there are none.
	Groups Groups
	// Rota says who is on duty; nil where nobody keeps rosters.
	Rota   Rota
	Outbox notice.Outbox
	Words  Words
	// Calendar is what deadlines run on.
	Calendar Calendar
	// Zone is the union's: its year stands in numbers.
	Zone *time.Location
	Now  func() time.Time
	// NewID makes ids that grow with time.
	NewID func() int64
	// Attempts and Sealer guard the fetch codes of sealed cases.
	Attempts Attempts
	Sealer   union.Sealer
	// Custodians keep the names of those who file sealed cases; nil where nobody keeps them.
	Custodians *custody.Ring
	// Funds is the money of services that pay; nil where none does.
	Funds fund.Book
	// Telephones is true where an alarm rings telephones beside its message.
	Telephones bool
	// Press prints; nil where nothing is printed. Keep keeps a file until it is sent. Site is the address of the service for links
	// and pages, empty where it has none.
	Press Press
	Keep  func(ctx context.Context, r io.Reader) (hash string, err error)
	Site  string
	// Keys sign what stands on papers.
	Keys audit.Keys
	// Random makes what a sealed case is known by; nil is crypto/rand's.
	Random io.Reader
	Log    *slog.Logger
}

// Desk is the use cases of drafts, cases and tasks. It is safe for use by many goroutines.
type Desk struct {
	store    Store
	members  Members
	services Services
	outbox   notice.Outbox
	words    Words
	calendar Calendar
	zone     *time.Location
	now      func() time.Time
	newID    func() int64
	random   io.Reader
	attempts Attempts
	sealer   union.Sealer
	behind   *behind
	groups   Groups                 // nil where there are none
	rota     Rota                   // nil where nobody keeps rosters
	grouped  atomic.Pointer[string] // the groups for which what waits was looked at

	custodians *custody.Ring
	funds      fund.Book
	moves      moveCounts
	telephones bool

	press Press
	keep  func(ctx context.Context, r io.Reader) (hash string, err error)
	site  string
	keys  audit.Keys
}

// NewDesk makes a desk. RunDrafts has to run beside it.
func NewDesk(deps Deps) *Desk {
	log := deps.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	random := deps.Random
	if random == nil {
		random = rand.Reader
	}
	press := deps.Press
	if press == nil {
		press = noPress{}
	}
	members := deps.Members
	if deps.Groups != nil {
		members = grouped{members, deps.Groups}
	}
	return &Desk{
		store: deps.Store, members: members, services: deps.Services, outbox: deps.Outbox, words: deps.Words,
		calendar: deps.Calendar, zone: deps.Zone, now: deps.Now, newID: deps.NewID, random: random, attempts: deps.Attempts, sealer: deps.Sealer, custodians: deps.Custodians,
		funds: deps.Funds, telephones: deps.Telephones,
		press: press, keep: deps.Keep, site: strings.TrimRight(deps.Site, "/"), keys: deps.Keys,
		behind: newBehind(deps.Store, log), groups: deps.Groups, rota: deps.Rota,
	}
}

// matter is a case with what is needed to judge it.
type matter struct {
	Case
	service    *service.Service
	author     union.Member
	tasks      []Task                            // all, oldest first
	from       string                            // lineage of the author of a sealed case, while it is filed
	standby    bool                              // they keep ready only
	called     []Called                          // who is rung for a new case
	former     map[string]Value                  // the answers as they were before the decision's
	said       string                            // the latest note of the review, where somebody is to read it
	hands      map[union.MemberID][]Event        // of the open step, by which it came to each
	helps      []HelpLine                        // of colleagues
	signed     Task                              // of whoever decides just now, as it will be kept
	vacant     []Vacancy                         // of the step that is asked for now, by offices
	once       []Task                            // of the steps that are accepted with it
	places     map[union.MemberID]seating        // seats of those who are asked now
	lent       map[union.MemberID]union.Member   // in whose place those have it who are asked now
	away       []union.Member                    // who would be asked now, were they there
	kept       []union.MemberID                  // parties to it who would be
	swaps      []swap                            // in whose place others are
	absent     map[union.MemberID]union.Member   // in whose place tasks are others'
	above      map[union.MemberID][]union.Member // those of them above whom somebody is asked now
	upcoming   []union.Member                    // whose turn it is to sign once this is signed
	lost       []Task                            // of those who may not sign any more
	resumes    time.Time                         // since when the step was undecided that goes on as it was
	wish       Undo                              // that was refused just now
	freed      int64                             // of its money, and owed what is to come back
	owed       int64
	handed     bool                               // those who are asked now hear of it with their digest
	stepsBack  bool                               // who had it stays out of it
	challenged bool                               // its author asks so of whoever had it, or did
	tied       []union.MemberID                   // to whoever it concerns, as they have said of another case
	decidedAt  map[string]Level                   // where in the tree steps were decided that others look above
	left       bool                               // nobody of those who had it may decide it any more
	follows    bool                               // for its author has moved
	stuck      bool                               // nobody is left who may have it
	holdings   map[union.MemberID][]union.Holding // of those who have it, once they were read
	clocks     clocks                             // once they were read, or set
	stored     clocks                             // as they are stored
	later      bool                               // some end later by the calendar than was promised
	shifted    bool                               // some end later for the shifts of those who have it now
	daysOff    bool                               // and the case does for days off that were announced, and on a later day
	promised   bool                               // anew by what happens just now, which speaks of that itself
	looks      int                                // how often the author asked for another, once they were counted
	told       bool                               // what the author adds answers questions of the open step
}

// load finds a case by id or, where that is 0, by number.
func (d *Desk) load(ctx context.Context, id ID, number string) (*matter, error) {
	var c Case
	var err error
	if id != 0 {
		c, err = d.store.Cases.ByID(ctx, id)
	} else {
		c, err = d.store.Cases.ByNumber(ctx, strings.ToUpper(strings.TrimSpace(number)))
	}
	if err != nil {
		return nil, err
	}
	return d.matterOf(ctx, c)
}

func (d *Desk) matterOf(ctx context.Context, c Case) (*matter, error) {
	tasks, err := d.store.Tasks.OfCases(ctx, false, c.ID)
	if err != nil {
		return nil, err
	}
	m, err := d.matterWith(ctx, c, tasks)
	if err != nil {
		return nil, err
	}
	return m, d.readTies(ctx, m)
}

// loadAll loads cases with their clocks, in the order of the ids.
func (d *Desk) loadAll(ctx context.Context, ids []ID) ([]*matter, error) {
	found, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	tasks, err := d.store.Tasks.OfCases(ctx, false, ids...)
	if err != nil {
		return nil, err
	}
	list, err := d.store.Clocks.Of(ctx, ids...)
	if err != nil {
		return nil, err
	}
	matters := make([]*matter, len(ids))
	for i, id := range ids {
		c, there := found[id]
		if !there {
			return nil, union.ErrNotFound
		}
		if matters[i], err = d.matterWith(ctx, c, slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return t.Case != id })); err != nil {
			return nil, err
		}
		d.readClocks(matters[i], list)
	}
	return matters, d.readTies(ctx, matters...)
}

// matterWith leaves the ties to be read, of all cases at once.
func (d *Desk) matterWith(ctx context.Context, c Case, tasks []Task) (*matter, error) {
	s, err := d.services.ByHash(ctx, c.Hash)
	if err != nil {
		return nil, err
	}
	var author union.Member // of a sealed case nobody
	if c.Seal == nil {
		if author, err = d.members.Get(ctx, c.Author); err != nil {
			return nil, err
		}
	}
	m := &matter{Case: c, service: s, author: author, tasks: tasks}
	if m.begunInOrder() {
		m.service = s.UndoneInOrder()
	}
	if err := d.nameAbsent(ctx, m); err != nil {
		return nil, err
	}
	if err := d.readLevels(ctx, m); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *matter) open() []Task {
	var open []Task
	for _, t := range m.tasks {
		if t.State == TaskOpen {
			open = append(open, t)
		}
	}
	return open
}

// had is open without what stays with an officer who stays out of the case, as it has nobody else to go to yet.
func (m *matter) had() []Task {
	return m.withoutRecused(m.open())
}

func (m *matter) withoutRecused(tasks []Task) []Task {
	return slices.DeleteFunc(tasks, m.staysOut)
}

// staysOut says whether a task is with an officer who stays out of the case.
func (m *matter) staysOut(t Task) bool {
	return slices.ContainsFunc(m.steppedBack(), t.by)
}

func (m *matter) review() review.State {
	state := review.State{Status: m.State, Step: m.Step, Decided: m.Decided, Seats: m.seats(), Leaps: m.leaps()}
	if m.Undo != nil {
		state.Undo = review.Origin{Status: m.Undo.State, Step: m.Undo.Step}
	}
	return state
}

// become takes over the state that the review came to.
func (m *matter) become(next review.State, now time.Time) {
	m.State, m.Step, m.Decided, m.Leaps = next.Status, next.Step, next.Decided, next.Leaps
	m.DueAt = time.Time{}
	if next.Status.Ended() {
		m.EndedAt = now
	}
}
