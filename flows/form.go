package flows

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// DraftDesk keeps half-filled forms.
type DraftDesk interface {
	// Drafts lists the member's open drafts, the newest first.
	Drafts(ctx context.Context, owner union.MemberID) ([]cases.Draft, error)
	// SaveDraft writes a draft in the turn. It returns union.ErrStale if a newer version is there.
	SaveDraft(ctx context.Context, d cases.Draft) error
	// ExpiredDraft returns the service of the draft that expired last, or union.ErrNotFound.
	ExpiredDraft(ctx context.Context, owner union.MemberID) (*service.Service, error)
	// DraftFate tells whether a draft is still open.
	DraftFate(ctx context.Context, owner union.MemberID, id cases.ID) (cases.DraftState, error)
	FlowDraftDesk
}

// FlowDraftDesk keeps what a conversation knows so far that is no service's form.
type FlowDraftDesk interface {
	NewDraftID() cases.ID
	// FlowDraft reads the last of the member's there, or returns union.ErrNotFound.
	FlowDraft(ctx context.Context, member union.MemberID, flow string) (cases.Draft, error)
	// SaveBehind writes a draft soon, and does not block.
	SaveBehind(d cases.Draft)
	DropDraft(ctx context.Context, owner union.MemberID, id cases.ID) error
}

// FilingDesk files a form.
type FilingDesk interface {
	// File makes a case of a draft; the same draft gives the same case.
	File(ctx context.Context, d cases.Draft) (cases.Filed, error)
	// MayFile says whether the service is one for the member to file.
	MayFile(ctx context.Context, member union.MemberID, s *service.Service) (bool, error)
	SecondDesk
	PaperDesk
	DecidingDesk
	// Similar finds up to three cases that look like the answers.
	Similar(ctx context.Context, asker union.MemberID, s *service.Service, values map[string]cases.Value) ([]cases.Summary, error)
	Attach(ctx context.Context, a cases.Attachment) (cases.ID, error)
	// ForgetAttachments drops the pictures and sounds of a draft that is given up for good.
	ForgetAttachments(ctx context.Context, draft cases.Draft) error
	// Holders are those who would have a step, or the first, were the form handed in as it stands.
	Holders(ctx context.Context, draft cases.Draft, step string) ([]union.Member, error)
	// KeepsNames says whether a sealed case keeps its author's name for two custodians.
	KeepsNames() bool
}

const (
	formExpires = 2 * time.Hour
	// draftDays is how long a draft is promised to be kept.
	draftDays = int(cases.DraftKept / (24 * time.Hour))
	// formBytes is the most that the answers of one form may take together, encoded: a session has to carry them, and
	// bot.SessionBytes has to hold what else there is.
	formBytes = bot.SessionBytes - 3<<10
	// shownRunes is how much of an answer the summary repeats.
	shownRunes = 120
)

const saidMembersOnly = "这项服务现在只对在册会员开放。有疑问请联系分会。"

const saidOfficersOnly = "这一项由工会干部登记,您不用填。有事要办,直接说就行。"

// form fills the form of any service and files it.
type form struct {
	people   people
	services Services
	drafts   DraftDesk
	desk     FilingDesk
	calendar Calendar
	lookup   Lookup
	language string
	reader   *reader
	// reference has the lists by which a text may be understood.
	reference Reference
	// helplines are whom to ring.
	helplines helplines
}

type formData struct {
	Draft cases.Draft `json:"draft"`
	// Field is the question that is open.
	Field string `json:"field,omitempty"`
	// Heard is what was recognised of a voice message and waits for a yes.
	Heard string `json:"heard,omitempty"`
	// Meant is the value that it was understood as.
	Meant string `json:"meant,omitempty"`
	// Voice is the attachment of that message.
	Voice cases.ID `json:"voice,omitempty"`
	// Rest is the part of an answer that was understood: the day, where the hour is missing.
	Rest string `json:"rest,omitempty"`
	// Said is a sentence of which something is taken over once the person has agreed to what the form is for.
	Said string `json:"said,omitempty"`
	// Ahead is what was said of a question that waits for the answer to the open one.
	Ahead string `json:"ahead,omitempty"`
	// Told is what was said of what the form is about before the question was open.
	Told string `json:"told,omitempty"`
	// Aside is the draft that waited for this form to end; 0 where there is none.
	Aside cases.ID `json:"aside,omitempty"`
	// More is what was said at the summary besides, and may belong to the matter.
	More string `json:"more,omitempty"`
	// Later are the pictures that the person has not at hand: they are asked for once nothing else is open.
	Later []string `json:"later,omitempty"`
	// Redo is which of a list is to be said anew, from 1; 0 where none is.
	Redo int `json:"redo,omitempty"`
	// Lookups counts how often members were looked for.
	Lookups int `json:"lookups,omitempty"`
	// Either are the values that an unclear answer may have meant.
	Either pickData `json:"either,omitempty"`
	// Doubt is an answer that may have been an officer's decision.
	Doubt eitherData `json:"doubt,omitzero"`
	// Alike are the cases that look alike.
	Alike []likeData `json:"alike,omitempty"`
	// Named are the questions for a member for which what was said has been looked through.
	Named []string `json:"named,omitempty"`
	// Spot is the place for which the form was asked.
	Spot string `json:"spot,omitempty"`
	// By is the officer who proposed the form.
	By string `json:"by,omitempty"`
	// Sent are pictures that were sent before the form was begun.
	Sent []cases.ID `json:"sent,omitempty"`
	// Brief leaves the form out of the next summary: only one field has changed since it was shown.
	Brief bool `json:"brief,omitempty"`
	// Anew is what the second choice of `resume` offers: to start a new one, rather than to do something else.
	Anew bool `json:"anew,omitempty"`
	// From is the step to which the answer leads whether the name is to be left out.
	From string `json:"from,omitempty"`
	// Warned is set once the person has read which answer rings at once, and names them.
	Warned bool `json:"warned,omitempty"`
	// Others are the person's other phones, where this draft may be open too.
	Others []bot.Address `json:"others,omitempty"`
	// Hinted is set once the person was told how to leave.
	Hinted bool `json:"hinted,omitempty"`
}

type formTurn = bot.Turn[formData]

// Keys by which the form is entered, besides the name of a service.
const (
	entryDraft = "draft:"  // goes on with the newest draft, or with the one whose id follows
	entryOffer = "offer:"  // asks first whether to go on
	entryBack  = "back:"   // the same, after another form; says nothing if the draft is gone
	byMark     = "/by:"    // behind the name of a service, before that of the officer who proposed it
	sentMark   = "/sent:"  // behind that, before the pictures that were sent already
	soundMark  = "/sound:" // behind that, before the voice message that Text was
)

func (f *form) flow() bot.Flow {
	return bot.Define(bot.Spec[formData]{
		Name: "form", Rev: 1, Title: "填写", Expires: formExpires, Scans: true,
		Starts: []bot.Trigger{bot.OnMenu("service"), bot.OnWord(bot.WordContinue), bot.OnWord(bot.WordConfirm)},
		Begin:  f.begin,
		To:     []bot.StepName{"field", "pick", "voice", "similar", "also", "summary", stepNameless, stepSigning, "append", "change", "resume"},
		Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){
			bot.WordCancel: f.cancel, bot.WordBack: f.back, bot.WordSkip: f.skip, bot.WordExplain: f.explain,
			bot.WordChange: f.change, bot.WordConfirm: f.confirmEarly, bot.WordLacks: f.lacks,
		},
		HandsTo: []string{"menu", "bind", "pack", "alarm", "tasks"},
		Understand: func(text string) []bot.Guess {
			return guessServices(f.services.All(), f.language, text, f.reader.read(text))
		},
		Rest:   func(t *formTurn) (string, bool) { return "", !t.Data.Draft.Sealed && worthKeeping(t.Data.Draft) },
		Anyway: f.anyway, Expired: f.expired, Return: "resume", Restore: f.restore, Refresh: f.refresh,
		Steps: []bot.Step[formData]{
			{Name: "field", AskFunc: f.askField, Handle: f.signing(f.takeField)},
			{Name: "pick", AskFunc: f.askPick, Handle: f.signing(f.takePick)},
			{Name: "voice", AskFunc: f.askVoice, Handle: f.signing(f.takeVoice)},
			{Name: "similar", AskFunc: f.askSimilar, Handle: f.signing(f.takeSimilar)},
			{Name: "also", AskFunc: f.askAlso, Handle: f.signing(f.takeAlso)},
			{Name: "summary", AskFunc: f.askSummary, Handle: f.signing(f.takeSummary),
				Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){bot.WordConfirm: f.confirm}},
			{Name: stepNameless, AskFunc: f.askSummary, Handle: f.signing(f.takeSummary),
				Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){bot.WordConfirm: f.confirm}},
			{Name: "append", AskFunc: f.askAppend, Handle: f.signing(f.takeAppend),
				Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){bot.WordConfirm: f.confirmAppend}},
			{Name: stepSigning, AskFunc: f.askSigning, Handle: f.signing(f.takeSigning),
				Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){bot.WordSkip: f.skipSigning}},
			{Name: "change", AskFunc: f.askChange, Handle: f.signing(f.takeChange)},
			{Name: "resume", AskFunc: f.askResume, Handle: f.signing(f.takeResume),
				Commands: map[bot.Word]func(context.Context, *formTurn) (bot.Next, error){bot.WordContinue: f.goOnNewest}},
		},
	})
}

// begin starts a new form, or goes on with a draft.
func (f *form) begin(ctx context.Context, t *formTurn) (bot.Next, error) {
	who, err := f.people.member(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	member := who.ID
	key, where, _ := strings.Cut(strings.TrimPrefix(t.Entry.Key, "service:"), spotMark)
	key, by, _ := strings.Cut(key, byMark)
	by, sound, _ := strings.Cut(by, soundMark)
	by, sent, _ := strings.Cut(by, sentMark)
	if member == 0 {
		return f.mustBind(t, key), nil
	}
	t.Data.Spot, t.Data.By, t.Data.Sent = where, by, picturesOf(sent)
	for _, id := range picturesOf(sound) {
		t.Data.Voice = id
	}
	switch {
	case t.Command.Word == bot.WordConfirm:
		return f.confirmNothing(ctx, t, member)
	case t.Command.Word == bot.WordContinue:
		return f.open(ctx, t, member, entryDraft)
	case strings.HasPrefix(key, entryDraft), strings.HasPrefix(key, entryOffer), strings.HasPrefix(key, entryBack):
		return f.open(ctx, t, member, key)
	}
	s, ok := f.services.Current(key)
	if !ok {
		t.Say("这项服务现在没有开放。回复\"菜单\"看能办什么。")
		return bot.End(), nil
	}
	if who.Status != union.Active { // filing looks again; nobody is to fill a form in vain
		t.Say(saidMembersOnly)
		return bot.End(), nil
	}
	if may, err := f.desk.MayFile(ctx, member, s); err != nil {
		return bot.Next{}, fmt.Errorf("look at roles: %w", err)
	} else if !may {
		t.Say(saidOfficersOnly)
		return bot.End(), nil
	}
	if shut, err := f.shut(ctx, t, s); shut || err != nil {
		return bot.End(), err
	}
	next, err := f.startNew(ctx, t, member, s)
	f.putAside(t)
	return next, err
}

// mustBind sends a stranger to the binding, which leads back here with the same words.
func (f *form) mustBind(t *formTurn, name string) bot.Next {
	if knowsMembers(f.people.directory, t.Message.Channel) {
		return f.people.stranger(t.Talk)
	}
	back := t.Entry
	if t.Command.Word != "" {
		back = bot.Entry{}
	}
	t.Say("好的。办这件事要先认证一次。" + f.saidCodeOnly(name))
	return bot.Hand(bot.Entry{Flow: "bind", Key: back.Key, Text: back.Text})
}

// startNew begins a form with what the first sentence has said already.
func (f *form) startNew(ctx context.Context, t *formTurn, member union.MemberID, s *service.Service) (bot.Next, error) {
	if field, ok := s.SentenceField(); ok && t.Entry.Text != "" && t.Command.Word == "" {
		said := matter(s.Understand, t.Entry.Text)
		if t.Entry.Text == spokenOnly {
			said = spokenOnly
		}
		if said != "" && tooLong(field, said) == "" {
			return f.startWith(ctx, t, member, s, field, said)
		}
	}
	drafts, err := f.drafts.Drafts(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list drafts: %w", err)
	}
	for _, d := range drafts {
		if d.Service == s.Name && worthKeeping(d) {
			t.Data = formData{Draft: d, Anew: true, Hinted: true, Spot: t.Data.Spot, Sent: t.Data.Sent}
			t.Title = s.Short.In(f.language)
			return bot.Goto("resume"), nil
		}
	}
	f.blank(t, member, s)
	t.Lead(f.beginning(s, "好的,记一条【"+s.Title.In(f.language)+"】。", ""))
	f.setSpot(t, s)
	if err := f.takeLoose(ctx, t, s); err != nil {
		return bot.Next{}, err
	}
	if t.Command.Word == "" {
		told, err := f.fill(ctx, t, s, t.Entry.Text)
		if err != nil {
			return bot.Next{}, err
		}
		leadFilled(t, "\n记下了:", told)
	}
	if next, asks, err := f.fillNamed(ctx, t, s); asks || err != nil {
		return next, err
	}
	return f.next(t, s), nil
}

func (f *form) startWith(ctx context.Context, t *formTurn, member union.MemberID, s *service.Service, field service.Field, said string) (bot.Next, error) {
	sound := t.Data.Voice
	f.blank(t, member, s)
	signingIn(t, s, t.Entry.Text)
	f.set(t, s, field, cases.Value{Text: said, Voice: sound})
	t.Lead(f.beginning(s, "好的,记为【"+s.Title.In(f.language)+"】"+guessed(s, field, t.Data.Draft)+":"+strings.TrimRight(said, "。.!！")+"。", "\n"))
	if err := f.takeLoose(ctx, t, s); err != nil {
		return bot.Next{}, err
	}
	told, err := f.fill(ctx, t, s, t.Entry.Text)
	if err != nil {
		return bot.Next{}, err
	}
	leadFilled(t, "记下了:", told)
	return f.afterText(ctx, t, s, field)
}

// guessed shows what was guessed from the text of a field: (生育类、我自己). What is guessed first says what kind of thing it is.
func guessed(s *service.Service, field service.Field, d cases.Draft) string {
	var kinds []string
	for first, g := true, 0; g < len(s.Form); g++ {
		if s.Form[g].Guess != field.Name {
			continue
		}
		if v, ok := d.Values[s.Form[g].Name]; ok && first {
			kinds = append(kinds, v.Text+"类")
		} else if ok {
			kinds = append(kinds, v.Text)
		}
		first = false
	}
	if len(kinds) == 0 {
		return ""
	}
	return "(" + strings.Join(kinds, "、") + ")"
}

func (f *form) blank(t *formTurn, member union.MemberID, s *service.Service) {
	sent := t.Data.Sent
	t.Data = formData{Spot: t.Data.Spot, Draft: cases.Draft{
		By: t.Data.By, ID: f.drafts.NewDraftID(), Owner: member, Service: s.Name, Hash: s.Hash, Values: map[string]cases.Value{},
		Sealed: s.Sealed,
	}}
	takeSent(t, s, sent)
	t.Data.Hinted = s.Sealed // it leaves no draft to speak of
	t.Title = s.Short.In(f.language)
}

// beginning is said before the first question: what is begun, and what the service says first; end stands behind where it says
// nothing. Of a sealed one what helps is said before how it is kept.
func (f *form) beginning(s *service.Service, head, end string) string {
	opening := s.Opening.In(f.language)
	switch {
	case s.Sealed && s.Opening.Empty():
		return f.sealedHint() + head + end
	case s.Sealed:
		return opening + "\n" + f.sealedHint() + head + "\n"
	case s.Opening.Empty():
		return head + end
	}
	return head + "\n" + opening + "\n"
}

// service is the version with which the draft began.
func (f *form) service(ctx context.Context, t *formTurn) (*service.Service, error) {
	s, err := f.services.ByHash(ctx, t.Data.Draft.Hash)
	if err != nil {
		return nil, fmt.Errorf("find service: %w", err)
	}
	return s, nil
}

// changed counts the draft's version up and writes it behind.
func (f *form) changed(t *formTurn) {
	d := &t.Data.Draft
	d.Version++
	d.UpdatedAt = t.Now
	d.Step = t.Data.Field
	behind := *d
	behind.Values = maps.Clone(d.Values)
	t.After(func() { f.drafts.SaveBehind(behind) })
	t.Stir(t.Data.Others...)
}

// next asks the first question that is still open, or shows the summary.
func (f *form) next(t *formTurn, s *service.Service) bot.Next {
	t.Data.Draft.Aside, t.Data.Doubt = false, eitherData{}
	f.dropComing(t, s)
	field, open := f.unanswered(t, s)
	if asksSigning(s, t.Data.Draft) {
		if t.Data.Field = field.Name; !open {
			t.Data.Field = "summary"
		}
		f.changed(t)
		return bot.Goto(stepSigning)
	}
	if !open {
		t.Data.Field = "summary"
		f.changed(t)
		if f.offersAlso(t, s) {
			return bot.Goto("also")
		}
		return bot.Goto(summaryOf(t.Data.Draft))
	}
	t.Data.Field = field.Name
	f.changed(t)
	return bot.Goto("field")
}

// unanswered finds the first question that is still open. What was put off comes last.
func (f *form) unanswered(t *formTurn, s *service.Service) (field service.Field, open bool) {
	all := f.allUnanswered(s, t.Data.Draft)
	if len(all) == 0 {
		return service.Field{}, false
	}
	for _, field := range all {
		if !slices.Contains(t.Data.Later, field.Name) {
			return *field, true
		}
	}
	return *all[0], true
}

func (f *form) allUnanswered(s *service.Service, d cases.Draft) []*service.Field {
	shown := d.Shown(s)
	var open []*service.Field
	for _, field := range s.Questions() {
		v, answered := d.Values[field.Name]
		if contains(shown, field.Name) && (!answered || openList(*field, v)) && (!field.Kind.Sent() || len(d.Pictures) == 0) {
			open = append(open, field)
		}
	}
	return open
}

func contains(fields []*service.Field, name string) bool {
	return slices.ContainsFunc(fields, func(field *service.Field) bool { return field.Name == name })
}

// worthKeeping says whether anything was filled in.
func worthKeeping(d cases.Draft) bool { return !d.Empty() }
