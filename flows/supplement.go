package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// supplement adds to a case what an officer has asked for, or what its author says of it unasked.
type supplement struct {
	people    people
	caseWords caseWords
	desk      supplementDesk
	attach    attachDesk
	form      form // reads what is answered anew
}

type supplementDesk interface {
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	Supplement(ctx context.Context, m union.MemberID, number, text string, pictures []cases.ID) (cases.Case, error)
	Mend(ctx context.Context, m cases.Mending) (cases.Case, error)
}

type attachDesk interface {
	Attach(ctx context.Context, a cases.Attachment) (cases.ID, error)
}

// supplementPictures is how many pictures one supplement takes: as many as a form does out of the box.
const supplementPictures = 9

type supplementData struct {
	Number string `json:"number"`
	// Papers is true where papers are lacking for what was granted already.
	Papers   bool       `json:"papers,omitempty"`
	Pictures []cases.ID `json:"pictures,omitempty"`
	// Asked are the questions that an officer has named, of the version Hash of the service, Values the answers so far; Done says
	// that no more pictures will come, Rounds how often the form took them not.
	Asked  []string               `json:"asked,omitempty"`
	Hash   string                 `json:"hash,omitempty"`
	Values map[string]cases.Value `json:"values,omitempty"`
	Done   bool                   `json:"done,omitempty"`
	Rounds int                    `json:"rounds,omitempty"`
	// More is what was said along with the wish to add something, until it is known to what.
	More string `json:"more,omitempty"`
	// Which is asked where several of the author's cases may be meant.
	Which  pick  `json:"which,omitzero"`
	Spoken aloud `json:"spoken,omitzero"`
	// Either are the values that an unclear answer may have meant.
	Either pickData `json:"either,omitempty"`
}

type supplementTurn = bot.Turn[supplementData]

// takes says whether what is asked for may still be added to a case: questions and papers as long as it waits for them, words and
// pictures also while it is open; to a sealed one as long as it waits.
func (d supplementData) takes(v cases.View) bool {
	switch {
	case v.State == cases.Returned:
		return true
	case d.Papers:
		return !v.PapersDue.IsZero()
	}
	step, _ := v.Service.Step(v.Step) // at one of the author's own there is something to answer
	return len(d.Asked) == 0 && v.State == cases.Open && !v.Service.Sealed && !step.Who.Author
}

func (s *supplement) flow() bot.Flow {
	return bot.Define(bot.Spec[supplementData]{
		Name: "supplement", Rev: 1, Title: "补充", Expires: formExpires, Scans: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordSupplement)},
		Understand: func(text string) []bot.Guess {
			if addsMore.MatchString(text) {
				return []bot.Guess{{Label: "补充", Score: supplementScore}}
			}
			return nil
		},
		Begin: s.begin,
		To:    []bot.StepName{"which", "text", "field"},
		Steps: []bot.Step[supplementData]{{
			Name: "which", To: []bot.StepName{"text", "field"},
			AskFunc: func(_ context.Context, t *supplementTurn) (bot.Reply, error) {
				return bot.Reply{Text: "要补充哪一件?", Choices: t.Data.Which.choices()}, nil
			},
			Handle: s.takeWhich,
		}, {
			Name: "field", Verbatim: true, AskFunc: s.askMended, Handle: s.handleMended,
		}, {
			Name: "text", Verbatim: true,
			AskFunc: func(_ context.Context, t *supplementTurn) (bot.Reply, error) {
				if reply, open := t.Data.Spoken.reply(); open {
					return reply, nil
				}
				if t.Data.Papers {
					return bot.Reply{Text: "请把 " + t.Data.Number + " 的材料拍照发来,发完回\"提交\"。"}, nil
				}
				return bot.Reply{Text: "请发要补充到 " + t.Data.Number + " 的内容,照片可以先发。"}, nil
			},
			Handle: s.handle,
			Commands: map[bot.Word]func(context.Context, *supplementTurn) (bot.Next, error){
				bot.WordConfirm: s.confirm, bot.WordSkip: s.confirm,
			},
		}},
	})
}

// supplementScore is taken at once where nothing else is going on: within a form, what is added belongs to that.
const supplementScore = (bot.SureScore + bot.BreakingScore) / 2

// addsMore knows 我想补充一下,今天又坏了, and what is added.
var addsMore = regexp.MustCompile(`^(?:我?(?:还|再|也)?(?:想|要|得|来)?(?:再)?)补充(?:一下|一点|一句|几句|两句|点|个情况|说明)?(?:情况)?[,，:：。\s]+((?s:\S.*))$`)

func (s *supplement) begin(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	member, next, err := s.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if at := addsMore.FindStringSubmatchIndex(bot.Simplified(t.Entry.Text)); at != nil && at[1] == len(t.Entry.Text) { // whose places are those of the text
		t.Data.More = strings.TrimSpace(t.Entry.Text[at[2]:])
	}
	if t.Command.Number == "" {
		return s.which(ctx, t, member)
	}
	t.Data.Number = t.Command.Number
	return s.one(ctx, t, member, t.Command.Rest)
}

// one adds to the case at hand what was said along with its number, or asks for it.
func (s *supplement) one(ctx context.Context, t *supplementTurn, member union.MemberID, text string) (bot.Next, error) {
	v, err := s.desk.Case(ctx, member, t.Data.Number)
	if err == nil && v.Author != member {
		err = union.ErrNotFound
	}
	t.Data.Papers = err == nil && v.State != cases.Returned && !v.PapersDue.IsZero()
	if err == nil && !t.Data.takes(v) {
		t.Say(s.needless(v))
		return bot.End(), nil
	}
	if err != nil {
		return s.refused(t, err)
	}
	if closed, err := s.closed(ctx, t, v); closed || err != nil {
		return bot.End(), err
	}
	switch {
	case v.State == cases.Returned && len(v.Asked) > 0:
		if text != "" && t.Command.Word == "" {
			t.Lead("先补经办人要的几项,刚才的话请照着答。\n")
		}
		return s.mends(ctx, t, v)
	case text != "":
		return s.take(ctx, t, text)
	}
	return bot.Goto("text"), nil
}

// closed tells whoever is not known well enough for what is asked what it is.
func (s *supplement) closed(ctx context.Context, t *supplementTurn, v cases.View) (bool, error) {
	closed, err := s.people.closed(ctx, t.Talk, v.AsksProof())
	if closed {
		t.Say(t.Data.Number + " 要补的是" + labelsOf(fieldsOf(v.Service, v.Asked), s.caseWords.language) + "。" + s.people.saidUnproved())
	}
	return closed, err
}

// which finds the case that is meant: the one that waits for its author, else one of those that are open.
func (s *supplement) which(ctx context.Context, t *supplementTurn, member union.MemberID) (bot.Next, error) {
	mine, err := s.desk.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own cases: %w", err)
	}
	t.Data.Which.list(mine, s.caseWords, func(c cases.Summary) bool { return c.State == cases.Returned })
	if len(t.Data.Which.Numbers) == 0 {
		t.Data.Which.list(mine, s.caseWords, func(c cases.Summary) bool { return c.State == cases.Open })
	}
	switch numbers := t.Data.Which.Numbers; len(numbers) {
	case 0:
		t.Say("您没有正在办的事项,不用补充。回复\"我的\"看您提过的。")
		return bot.End(), nil
	case 1:
		t.Data.Number = numbers[0]
		return s.one(ctx, t, member, t.Data.More)
	}
	return bot.Goto("which"), nil
}

func (s *supplement) takeWhich(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.Which.choices())
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return s.refused(t, err)
	}
	t.Data.Number = t.Data.Which.Numbers[i]
	return s.one(ctx, t, member, t.Data.More)
}

func (s *supplement) handle(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	if over, err := s.over(ctx, t); over || err != nil {
		return bot.End(), err
	}
	switch {
	case pictured(t.Message):
		return s.picture(ctx, t, false, t.Data.Papers)
	case t.Message.Kind == bot.KindScan:
		return unscanned(t), nil
	case t.Data.Spoken.listens(t.Talk, unheard(t.Talk, ownService(ctx, t.Talk, s.people, s.desk, t.Data.Number))):
		return bot.Repeat(), nil
	case !t.IsText() || wordless(t.Text()):
		return bot.Miss(), nil
	case len(t.Data.Pictures) > 0 && slices.Contains(enough, strings.TrimSpace(t.Text())):
		return s.confirm(ctx, t)
	}
	return s.take(ctx, t, strings.TrimSpace(t.Text()))
}

// over ends what was begun where the case waits for its author no more - it was paid meanwhile, or withdrawn on another phone - and
// where the account was bound anew, by less.
func (s *supplement) over(ctx context.Context, t *supplementTurn) (bool, error) {
	member, err := s.people.find(ctx, t.Talk)
	if err != nil {
		return false, err
	}
	v, err := s.desk.Case(ctx, member, t.Data.Number)
	if err != nil { // whoever acts on it hears why
		return false, nil //nolint:nilerr // the use case refuses by itself, with the reason
	}
	if t.Data.takes(v) {
		return s.closed(ctx, t, v)
	}
	t.Say(s.needless(v))
	return true, nil
}

// needless says that a case waits for nothing of its author's.
func (s *supplement) needless(v cases.View) string {
	return v.Number + " 现在不用补充:" + stateName(v.State, v.Service, s.caseWords.language) + "。"
}

// picture keeps a picture; alone says that nothing but pictures is wanted, paper that it has to be legible.
func (s *supplement) picture(ctx context.Context, t *supplementTurn, alone, paper bool) (bot.Next, error) {
	more := "还要说明就接着写,没有了回\"提交\"。"
	if alone {
		more = "还有就接着发,没有了回\"好了\"。"
	}
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return s.refused(t, err)
	}
	said, err := keepPicture(ctx, t.Talk, s.attach, member, sheet(service.Field{Legible: paper}, cases.Draft{Pictures: t.Data.Pictures}), &t.Data.Pictures)
	if err != nil {
		return bot.Next{}, err
	}
	if _, open := t.Data.Spoken.reply(); open {
		t.Lead(said + "\n")
		return bot.Repeat(), nil
	}
	t.Say(said + more)
	return bot.Stay(), nil
}

// take sends a text that is not too long.
func (s *supplement) take(ctx context.Context, t *supplementTurn, text string) (bot.Next, error) {
	if problem := tooLong(service.Field{Max: service.MaxText}, text); problem != "" {
		t.Lead(problem)
		return bot.Goto("text"), nil
	}
	if t.Data.Papers && len(t.Data.Pictures) == 0 {
		t.Lead("这里要照片。")
		return bot.Goto("text"), nil
	}
	return s.send(ctx, t, text)
}

func (s *supplement) confirm(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	if over, err := s.over(ctx, t); over || err != nil {
		return bot.End(), err
	}
	if len(t.Data.Pictures) == 0 {
		t.Lead("还没有内容。")
		return bot.Repeat(), nil
	}
	return s.send(ctx, t, fmt.Sprintf("照片 %d 张", len(t.Data.Pictures)))
}

func (s *supplement) send(ctx context.Context, t *supplementTurn, text string) (bot.Next, error) {
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return s.refused(t, err)
	}
	c, err := s.desk.Supplement(ctx, member, t.Data.Number, text, t.Data.Pictures)
	_, lacks := cases.Unfinished(err)
	switch {
	case lacks: // meanwhile an officer has named what is wanted
		t.Lead("刚才经办人写明了要补什么。\n")
		return s.one(ctx, t, member, "")
	case len(t.Data.Pictures) > 0 && (errors.Is(err, cases.ErrNumberSaid) || errors.Is(err, cases.ErrSaidMuch)): // they stay
		words, _ := s.caseWords.refusal(err, t.Data.Number)
		t.Lead(words + "\n")
		return bot.Goto("text"), nil
	case err != nil:
		return s.refused(t, err)
	}
	if t.Data.Papers {
		t.Say("收到,谢谢。" + c.Number + " 的材料补上了,会转给经办人核对。")
		return bot.End(), nil
	}
	return s.thank(ctx, t, c)
}

// thank says who has the case again.
func (s *supplement) thank(ctx context.Context, t *supplementTurn, c cases.Case) (bot.Next, error) {
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return s.refused(t, err)
	}
	v, err := s.desk.Case(ctx, member, c.Number)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read case: %w", err)
	}
	svc, err := s.caseWords.of(ctx, c)
	if err != nil {
		return bot.Next{}, err
	}
	author, err := s.people.members.Get(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read author: %w", err)
	}
	language := s.caseWords.language
	step, _ := svc.Step(c.Step)
	t.Say(svc.Words.Supplemented.Fill(language, map[string]string{
		service.PlaceName: master(author.Name), service.PlaceNumber: c.Number, service.PlaceTitle: c.Title,
		service.PlaceService: svc.Short.In(language), service.PlaceOfficer: strings.Join(v.Officers, "、"),
		service.PlaceStep: step.Title.In(language), service.PlaceDue: timeAlone(s.caseWords.calendar, c.DueAt),
	}) + promising(s.caseWords.calendar, svc.Words.Supplemented, c.DueAt) + packAdded(v.Case, svc))
	return bot.End(), nil
}

func (s *supplement) refused(t *supplementTurn, err error) (bot.Next, error) {
	words, ok := s.caseWords.refusal(err, t.Data.Number)
	if !ok {
		return bot.Next{}, fmt.Errorf("supplement: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}
