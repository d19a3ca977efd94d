package flows

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// reader understands sentences by the services that are offered and by the conversations that are none. Every flow asks
// one reader, so that what speaks for one speaks against the others.
type reader struct {
	services Services
	// model is the one of the services that are offered now, last what the last sentence was read as: every flow asks
	// about the same one. Neither is more than a memory, and two turns at once may push each other's out.
	model atomic.Pointer[trained]
	last  atomic.Pointer[remembered]
}

type trained struct {
	services []*service.Service
	model    *understanding.Model
	ear      *understanding.Ear
}

type remembered struct {
	by      *trained
	text    string
	reading understanding.Reading
}

// Topics are what a sentence may be meant for: the services, and the conversations that are none.
func Topics(all []*service.Service) []understanding.Topic { return topicsBy(all, sayings()) }

func topicsBy(all []*service.Service, by spoken) []understanding.Topic {
	topics := ownTopics(all)
	for i, t := range topics {
		topics[i].Examples = slices.Concat(t.Examples, by[t.Name])
		if t.Nothing {
			topics[i].Idle = by[saidIdle]
		}
	}
	return topics
}

func ownTopics(all []*service.Service) []understanding.Topic {
	var topics []understanding.Topic
	for _, s := range all {
		u := s.Understand
		topics = append(topics, understanding.Topic{
			Name: s.Name, Phrases: append([]string{s.Title.ZH}, u.Phrases...), Signs: u.Signs, Except: u.Except, Examples: u.Examples,
			Anything: u.Anything,
		})
	}
	return append(topics, conversations...)
}

func (r *reader) current() *trained {
	all := r.services.All()
	if t := r.model.Load(); t != nil && slices.Equal(t.services, all) {
		return t
	}
	t := learn(all)
	r.model.Store(t)
	return t
}

// learnt are the models of the sets of services that were offered last, by the hashes of their files: who asks for the same
// set again, as another reader or after a change was taken back, does not have it learnt again.
var learnt struct {
	sync.Mutex
	bySet map[string]*trained
}

// mostLearnt is how many of them are kept.
const mostLearnt = 4

// setOf names a set of services by the hashes of their files.
func setOf(all []*service.Service) string {
	var set strings.Builder
	for _, s := range all {
		set.WriteString(s.Name + " " + s.Hash + "\n")
	}
	return set.String()
}

func learn(all []*service.Service) *trained {
	set := setOf(all)
	learnt.Lock()
	defer learnt.Unlock()
	if t, ok := learnt.bySet[set]; ok {
		return &trained{all, t.model, t.ear}
	}
	topics := Topics(all)
	t := &trained{all, understanding.Train(topics), newEar(topics, sayings())}
	if learnt.bySet == nil || len(learnt.bySet) >= mostLearnt {
		learnt.bySet = map[string]*trained{}
	}
	learnt.bySet[set] = t
	return t
}

func (r *reader) read(text string) understanding.Reading {
	t := r.current()
	if l := r.last.Load(); l != nil && l.by == t && l.text == text {
		return l.reading
	}
	l := &remembered{t, text, t.model.Read(text)}
	r.last.Store(l)
	return l.reading
}

// mostScore leaves room above for what goes before any service: progress, and what cannot wait. What only sounds like
// its examples starts, and breaks nothing.
const (
	mostScore   = 0.95
	mostUnnamed = bot.BreakingScore - 0.01
)

// leastOffered is the confidence of a topic that is worth a line among the choices.
const leastOffered = bot.LeastScore

// score tells the catalogue how likely a topic is: bot.SureScore or more only if nobody need be asked, and 0 for one
// that the sentence does not mean.
func score(reading understanding.Reading, topic string) float64 {
	i := slices.IndexFunc(reading.Likely, func(l understanding.Likely) bool { return l.Topic == topic })
	if i < 0 {
		return 0
	}
	confidence := reading.Likely[i].Confidence
	if confidence < leastOffered {
		return 0
	}
	switch {
	case i == 0 && reading.Sure && reading.Likely[0].Named == "":
		return mostUnnamed
	case i == 0 && reading.Sure:
		return min(max(confidence, bot.SureScore), mostScore)
	}
	return min(confidence, bot.SureScore-0.01)
}

// about makes the guesses of a flow that answers a conversation.
func (r *reader) about(topic, label, key string) func(text string) []bot.Guess {
	return func(text string) []bot.Guess {
		if s := score(r.read(text), topic); s > 0 {
			return []bot.Guess{{Label: label, Key: key, Score: s}}
		}
		return nil
	}
}
