package flows

import (
	"math"
	"slices"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// Kinds of Understood.
const (
	KindClear   = "clear"
	KindUnclear = "unclear"
	KindCrisis  = "crisis"
)

// Understood is what a sentence is taken for, as a program reads it.
type Understood struct {
	// Start is the service or conversation that begins at once, crisis or danger; empty if the person is asked first.
	Start string `json:"start"`
	Kind  string `json:"kind"`
	// Confidence is that of the likeliest, from 0 to 1.
	Confidence float64 `json:"confidence"`
	// Others are what else it may be, the likeliest first. If nothing starts, the first of them is offered first.
	Others []string `json:"others"`
	// Fields are the answers of the service's form that the sentence holds already.
	Fields map[string]string `json:"fields"`
	// Doubt is what kept a likely sentence from starting anything; Why is what speaks for the likeliest.
	Doubt string `json:"doubt,omitempty"`
	Why   []Why  `json:"why"`
}

// Why is what speaks for a topic: a phrase or sign in the sentence, and the example that is most like it.
type Why struct {
	Topic      string  `json:"topic"`
	Confidence float64 `json:"confidence"`
	Named      string  `json:"named,omitempty"`
	Example    string  `json:"example,omitempty"`
}

// whyShown is how many topics are explained.
const whyShown = 3

// Understander tells what sentences are taken for where these services are offered, outside of any form.
type Understander struct {
	*trained
	all []*service.Service
	// explains has the nearest example found, which takes longer than all else.
	explains bool
	// fields finds what a sentence fills of a service's form; nil where nobody asked for that.
	fields func(service, text string) map[string]string
}

// NewUnderstander learns the services.
func NewUnderstander(all []*service.Service) *Understander {
	return &Understander{trained: learn(all), all: all, explains: true}
}

// FillOn has Understand say what a sentence fills of the form as well, as it would at a time.
func (u *Understander) FillOn(now time.Time, c Calendar, shared Reference, language string) {
	u.fields = func(name, text string) map[string]string {
		filled := map[string]string{}
		i := slices.IndexFunc(u.all, func(s *service.Service) bool { return s.Name == name })
		if i < 0 {
			return filled
		}
		for field, v := range Extract(u.all[i], text, now, c, nil, shared, language) {
			filled[field] = v.Text
		}
		if field, ok := u.all[i].SentenceField(); ok {
			if said := matter(u.all[i].Understand, text); said != "" {
				filled[field.Name] = said
			}
		}
		return filled
	}
}

// Understand takes a sentence as the bot would.
func (u *Understander) Understand(text string) Understood {
	text = bot.Simplified(text)
	result := Understood{Kind: KindUnclear, Others: []string{}, Fields: map[string]string{}, Why: []Why{}}
	if start := u.urgent(text); start != "" {
		result.Start, result.Kind, result.Confidence = start, KindCrisis, alarmSure
		return result
	}
	if asksProgress.MatchString(text) {
		result.Start, result.Kind, result.Confidence = topicProgress, KindClear, progressScore
		return result
	}
	reading := u.model.Read(text)
	if kind := u.cry(text, reading); kind != "" { // it is asked after
		result.Kind, result.Confidence = KindCrisis, cryUnsure
		result.Others = append(result.Others, crises[kind])
	}
	result.Doubt = string(reading.Why)
	for i, l := range reading.Likely {
		if i == 0 && l.Topic == topicTalk {
			return result // nothing that anybody answers
		}
		if i == 0 && result.Kind != KindCrisis {
			result.Confidence = rounded(l.Confidence)
		}
		if i == 0 && reading.Sure && result.Kind != KindCrisis {
			result.Start, result.Kind = l.Topic, KindClear
		} else if l.Topic != topicTalk && (l.Confidence >= leastOffered || i == 0 && l.Open) {
			result.Others = append(result.Others, l.Topic)
		}
		if i < whyShown {
			why := Why{Topic: l.Topic, Confidence: rounded(l.Confidence), Named: l.Named}
			if u.explains {
				why.Example = u.model.Nearest(text, l.Topic)
			}
			result.Why = append(result.Why, why)
		}
	}
	if u.fields != nil && result.Start != "" {
		result.Fields = u.fields(result.Start, text)
	}
	return result
}

// crises names what cannot wait as a program reads it.
var crises = map[string]string{cryLife: "crisis", cryDanger: "danger"}

// cryOf is the kind of what a program reads.
var cryOf = map[string]string{"crisis": cryLife, "danger": cryDanger}

// urgent says whether a sentence is a cry for help, or rings an alarm.
func (u *Understander) urgent(text string) string {
	if urgentIn(text) == urgentLife {
		return crises[cryLife]
	}
	if _, score, doubted := u.dangerIn(text); score == alarmSure && !doubted {
		return crises[cryDanger]
	}
	return ""
}

// rounded leaves out figures that mean nothing.
func rounded(confidence float64) float64 { return math.Round(1000*confidence) / 1000 }
