package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

// guessName is the catalogue's own flow, which lets a person choose what was meant.
const guessName = "guess"

// guessesOffered is how many guesses a person has to read.
const guessesOffered = 3

type guessData struct {
	Ask     string   `json:"ask"`
	Labels  []string `json:"labels"`
	Entries []Entry  `json:"entries"`
	// Only is true where the first is the only guess, so that a yes means it.
	Only bool `json:"only,omitempty"`
}

func guessFlow() Flow {
	return Define(Spec[guessData]{
		Name: guessName, Rev: 1, Expires: 30 * time.Minute, Passing: true,
		Steps: []Step[guessData]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *Turn[guessData]) (Reply, error) {
				return Reply{Text: t.Data.Ask, Choices: t.Data.choices()}, nil
			},
			Handle: func(_ context.Context, t *Turn[guessData]) (Next, error) {
				i, ok := Choose(t.Text(), t.Data.choices())
				switch plain := fold(t.Text()); {
				case !t.IsText():
				case ok:
					return Hand(t.Data.Entries[i]), nil
				case t.Command.Word == WordConfirm || agrees.MatchString(plain):
					if !t.Data.Only {
						t.Lead(saidWhichGuess)
						return Repeat(), nil
					}
					t.Command = Command{} // the yes is no word of what is begun
					return Hand(t.Data.Entries[0]), nil
				case declines.MatchString(plain):
					t.Say(saidNoGuess)
					return End(), nil
				}
				return Miss(), nil
			},
		}},
	})
}

// agrees and declines are a yes and a no to what is offered.
var (
	agrees   = regexp.MustCompile(`^(?:是|对|嗯|好|行|可以|没错|就是|就这个|yes|y)[的啊呀吧嗯对好是了滴]*$`)
	declines = regexp.MustCompile(`^(?:都?不是|不对|不要|不用|没有|no|n)[的啊呀吧了]*$`)
)

func (d guessData) choices() []Choice {
	var choices []Choice
	for _, label := range d.Labels {
		choices = append(choices, Choice{Label: label})
	}
	return choices
}

type guessed struct {
	Guess
	flow string
}

// guess asks every flow whether it is meant. The likeliest come first, and what is unlikely last.
func (c *Catalog) guess(text string) []guessed { return c.guessBy(Flow.understanding, text) }

func (c *Catalog) guessBy(how func(Flow) func(string) []Guess, text string) []guessed {
	if text == "" {
		return nil
	}
	text = Simplified(text) // as phrases and examples are written
	var found []guessed
	for _, name := range c.order {
		guess := how(c.flows[name])
		if guess == nil {
			continue
		}
		for _, g := range guess(text) {
			if g.Score > 0 {
				found = append(found, guessed{g, name})
			}
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].Score > found[j].Score })
	return found
}

// understand takes the message as a sentence of its own.
func (r *route) understand(ctx context.Context) error {
	if number, ok := ParseNumber(r.talk.Text()); ok {
		if flow, owned := r.catalog.triggers[OnWord(WordProgress)]; owned {
			r.talk.Command = Command{Word: WordProgress, Said: WordProgress.Name(), Number: number}
			return r.start(ctx, Entry{Flow: flow, Text: r.talk.Text()})
		}
	}
	if flow, ok := r.catalog.triggers[OnKind(r.talk.Message.Kind)]; ok && r.talk.Text() == "" {
		if entry, ok, err := r.claimed(ctx, true); ok || err != nil {
			return r.startIf(ctx, entry, err)
		}
		return r.start(ctx, Entry{Flow: flow})
	}
	guesses := r.catalog.guess(r.talk.Text())
	if entry, ok := sure(guesses, SureScore, r.talk.Text()); ok {
		if r.catalog.flows[entry.Flow].tellable {
			r.remember()
		}
		return r.start(ctx, entry)
	}
	if entry, ok, err := r.claimed(ctx, true); ok || err != nil {
		return r.startIf(ctx, entry, err)
	}
	r.remember()
	return r.missed(ctx, guesses)
}

// sure picks the guess that is taken without asking: of the least score by itself, and no other as likely.
func sure(guesses []guessed, least float64, text string) (Entry, bool) {
	if len(guesses) == 0 || guesses[0].Score < least {
		return Entry{}, false
	}
	if len(guesses) > 1 && guesses[1].Score == guesses[0].Score {
		return Entry{}, false
	}
	return Entry{Flow: guesses[0].flow, Key: guesses[0].Key, Text: text}, true
}

// miss handles a message that is no answer to the running step.
func (r *route) miss(ctx context.Context) error {
	if r.catalog.flows[r.s.Flow].passing {
		return r.pass(ctx)
	}
	if entry, ok := sure(r.catalog.guess(r.talk.Text()), BreakingScore, r.talk.Text()); ok && entry.Flow != r.s.Flow {
		return r.start(ctx, entry)
	}
	r.s.Misses = r.misses + 1
	switch r.s.Misses {
	case 1:
		r.talk.Lead(saidMissedAnswer)
		return r.ask(ctx)
	case 2:
		r.talk.Lead(saidMissedAgain)
		return r.ask(ctx)
	}
	r.talk.Say(saidGivenUp)
	return nil
}

// pass lets a passing flow go whose question the message does not answer. It may be the answer to what that flow had
// interrupted, and otherwise a sentence of its own.
func (r *route) pass(ctx context.Context) error {
	if w := r.talk.Command.Word; w == WordConfirm {
		if owner, ok := r.catalog.triggers[OnWord(w)]; ok {
			return r.start(ctx, Entry{Flow: owner, Text: r.talk.Text()})
		}
	}
	if r.staysFor(r.talk.Text()) {
		r.s.Misses = 1
		r.talk.Lead(saidMissedAnswer)
		return r.ask(ctx)
	}
	if err := r.part(ctx); err != nil {
		return err
	}
	r.leave()
	if r.unpark() {
		if done, err := r.expire(ctx); done || err != nil {
			return err
		}
		if r.s.Flow != "" {
			return r.handle(ctx)
		}
	}
	return r.understand(ctx)
}

// staysFor says whether a question that waits is asked once more, for nobody understands what was said in place of an answer.
func (r *route) staysFor(text string) bool {
	f := r.catalog.flows[r.s.Flow]
	return f.stays && r.misses == 0 && len(r.s.Under) == 0 && r.talk.IsText() && len(worthOffering(r.catalog.guess(text))) == 0
}

// missed handles a sentence that nobody understood: guesses first, then a way out. There is no third round of the same guesses, and
// none of unlikely ones; who says something else by then is offered what that may be.
func (r *route) missed(ctx context.Context, guesses []guessed) error {
	switch fetches, asks := fetches(r.talk.Text()); {
	case fetches && r.in.Waits == WaitsSaid:
		r.leave()
		return nil
	case asks:
		r.leave()
		r.talk.Say(r.noneWaits())
		return nil
	}
	r.s.Misses = r.misses + 1
	guesses = worthOffering(guesses)
	if len(guesses) > 0 {
		r.s.Guessed = asideOf(guesses[0].flow + " " + guesses[0].Key + " " + guesses[0].Label)
	}
	again := r.s.Guessed == 0 || r.s.Guessed == r.guessed || guesses[0].Score < LeastScore
	var data guessData
	words := saidNotUnderstood
	switch {
	case r.s.Misses == 1 && len(guesses) == 0:
		words = saidFirstMiss
	case r.s.Misses == 1:
		data.Ask = saidGuess
		data.addGuesses(guesses, guessesOffered-1, r.talk.Text())
		data.Only = len(guesses) == 1
		r.addWords(&data, WordMenu)
	case r.s.Misses == 2 || !again:
		data.Ask = saidWayOut
		data.addGuesses(guesses, guessesOffered-2, r.talk.Text())
		data.Only = len(guesses) > 0
		r.addWords(&data, WordMenu, WordPerson)
	}
	if len(data.Labels) == 0 {
		r.leave()
		r.talk.Say(words)
		return nil
	}
	return r.offer(ctx, data)
}

// fetches knows the word that a notice asks for: what waited for it is all that is to be said. asks is true where it means nothing else,
// so that it asks for something also where nothing waits any more.
func fetches(text string) (fetches, asks bool) {
	switch strings.Trim(strings.TrimSpace(text), "。!！") {
	case "查看", "看全文", "全文":
		return true, true
	case "看看":
		return true, false
	}
	return false, false
}

// fetched asks the running step again where the word that a notice asks for comes instead of an answer: it is none, also where nothing
// waits any more. A flow that takes whatever is said knows it by itself.
func (r *route) fetched(ctx context.Context) (done bool, err error) {
	f := r.catalog.flows[r.s.Flow]
	if _, asks := fetches(r.talk.Text()); !asks || !r.talk.IsText() || f.passing || f.keeps != nil {
		return false, nil
	}
	if r.in.Waits != WaitsSaid {
		r.talk.Lead(r.noneWaits() + "\n")
	}
	return true, r.ask(ctx)
}

// noneWaits answers who asks for what waits where nothing is said. Where no notice asks for a word, an officer means their tasks.
func (r *route) noneWaits() string {
	switch {
	case r.in.Waits == WaitsUnknown:
		return saidWaitsUnknown
	case r.in.Push:
		return saidNothingApart
	}
	return saidNothingWaits
}

// worthOffering leaves out what is unlikely, unless there is nothing else.
func worthOffering(guesses []guessed) []guessed {
	if i := slices.IndexFunc(guesses, func(g guessed) bool { return g.Score < LeastScore }); i > 0 {
		return guesses[:i]
	}
	return guesses
}

func (d *guessData) addGuesses(guesses []guessed, most int, text string) {
	for _, g := range guesses[:min(len(guesses), most)] {
		d.Labels = append(d.Labels, g.Label)
		d.Entries = append(d.Entries, Entry{Flow: g.flow, Key: g.Key, Text: text})
	}
}

func (r *route) addWords(d *guessData, words ...Word) {
	for _, w := range words {
		if flow, ok := r.catalog.triggers[OnWord(w)]; ok && !slices.Contains(d.Labels, wayOutLabels[w]) {
			d.Labels = append(d.Labels, wayOutLabels[w])
			d.Entries = append(d.Entries, Entry{Flow: flow, Key: string(w)})
		}
	}
}

func (r *route) offer(ctx context.Context, data guessData) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write guesses: %w", err)
	}
	if err := r.park(ctx, guessName); err != nil {
		return err
	}
	r.enter(r.catalog.flows[guessName])
	r.setData(raw)
	r.s.Step = "which"
	return r.ask(ctx)
}
