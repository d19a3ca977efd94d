package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// turn is a kind of message that is measured.
type turn struct {
	Name string `json:"name"`
	// text is what each of the people says, wants what the answer must contain.
	text  func(i int) string
	wants string
	// officers is true where the chairs speak.
	officers bool
}

func says(text string) func(int) string { return func(int) string { return text } }

// journey takes everybody from nothing to a filed suggestion. Each turn is measured in a round of its own.
var journey = []turn{
	{Name: "menu", text: says("菜单"), wants: "建议"},
	{Name: "open a form", text: func(int) string { return "我要提合理化建议," + proposal() }, wants: "现在是什么情况"},
	{Name: "form", text: says("推车容易翻,夏天更难受"), wants: "做好了会有什么效果"},
	{Name: "form, back", text: says("上一步"), wants: "现在是什么情况"},
	{Name: "form, again", text: says("推车容易翻,冬天也一样"), wants: "做好了会有什么效果"},
	{Name: "form, summary", text: says("跳过"), wants: "请核对"},
	{Name: "filing", text: says("提交"), wants: "收到,谢谢"},
	{Name: "progress", text: says("进度"), wants: "JY"},
	{Name: "mine", text: says("我的"), wants: "JY"},
	{Name: "to do", text: says("待办"), wants: "待办", officers: true},
}

// sample is one round of a turn.
type sample struct {
	// micros is the CPU time a message, floor that of the floor handler just before.
	micros, floor float64
	asked         asked
	perSecond     float64
}

// field is what a measurement works with.
type field struct {
	core     int
	people   people
	platform *platform
	stores   *stores
	floor    *process
	environ  []string
	binary   string
	// profiles is the folder for profiles, empty for none.
	profiles string
}

// settle is how long what is done behind a turn is waited for: drafts are written half a second later.
const settle = 900 * time.Millisecond

// floorMessages is how many make one measurement of the floor.
const floorMessages = 6000

// measureFloor returns the floor's CPU time a message.
func (f *field) measureFloor(ctx context.Context) (float64, error) {
	l, err := dial(ctx, f.floor.address)
	if err != nil {
		return 0, err
	}
	defer l.close() //nolint:errcheck // nothing is left to be written
	request, err := f.platform.message("bench000001", "推车容易翻,夏天更难受")
	if err != nil {
		return 0, err
	}
	requests := make([][]byte, floorMessages)
	for i := range requests {
		requests[i] = request
	}
	before, err := f.floor.cpu()
	if err != nil {
		return 0, err
	}
	if _, err := l.saturate(requests); err != nil {
		return 0, fmt.Errorf("load floor: %w", err)
	}
	after, err := f.floor.cpu()
	return micros(after-before, floorMessages), err
}

func micros(d time.Duration, messages int) float64 {
	return float64(d) / float64(time.Microsecond) / float64(messages)
}

// round lets everybody speak once and measures it.
func (f *field) round(ctx context.Context, t turn, l *load, replicas ...*process) (sample, error) {
	floor, err := f.measureFloor(ctx)
	if err != nil {
		return sample{}, err
	}
	speakers := f.people.members
	if t.officers {
		speakers = f.people.chairs
	}
	requests := make([][]byte, len(speakers))
	for i, who := range speakers {
		if requests[i], err = f.platform.message(who, t.text(i)); err != nil {
			return sample{}, err
		}
	}
	s, answers, err := f.measure(ctx, l, requests, replicas)
	if err != nil {
		return sample{}, err
	}
	s.floor = floor
	return s, f.look(t, l, requests, answers, speakers)
}

func (f *field) measure(ctx context.Context, l *load, requests [][]byte, replicas []*process) (s sample, answers [][]byte, err error) {
	askedBefore, err := f.stores.asked(ctx)
	if err != nil {
		return sample{}, nil, err
	}
	ranBefore, err := ran(replicas)
	if err != nil {
		return sample{}, nil, err
	}
	began := time.Now()
	answers, err = l.saturate(requests)
	if err != nil {
		return sample{}, nil, err
	}
	took := time.Since(began)
	time.Sleep(settle)
	ranAfter, err := ran(replicas)
	if err != nil {
		return sample{}, nil, err
	}
	askedAfter, err := f.stores.asked(ctx)
	if err != nil {
		return sample{}, nil, err
	}
	n := float64(len(requests))
	return sample{
		micros: micros(ranAfter-ranBefore, len(requests)), perSecond: n / took.Seconds(),
		asked: asked{(askedAfter.statements - askedBefore.statements) / n, (askedAfter.redis - askedBefore.redis) / n},
	}, answers, nil
}

// busy is what the service says when a store kept it waiting; on a machine that does other things too, that happens.
const busy = "系统暂时忙"

// guesses is what the service asks where it is not sure of a sentence: of those that are drawn at random, one in thousands.
const guesses = "您是不是想:\n1 合理化建议"

// look reads every answer: a figure of turns that went wrong is none. Who was told to wait says it again and who was asked
// what is meant chooses, unmeasured, up to one in a hundred.
func (f *field) look(t turn, l *load, requests, answers [][]byte, speakers []string) error {
	var again [][]byte
	for i, each := range answers {
		text, err := f.platform.open(each)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", t.Name, err)
		case strings.Contains(text, busy):
			if again, err = f.append(again, speakers[i], t.text(i)); err != nil {
				return err
			}
		case strings.HasPrefix(text, guesses):
			if again, err = f.append(again, speakers[i], "1"); err != nil {
				return err
			}
		case !strings.Contains(text, t.wants):
			return fmt.Errorf("%s was answered %q", t.Name, text)
		}
	}
	if len(again) == 0 {
		return nil
	}
	progress("%s: %d of %d were told to wait, or asked what is meant", t.Name, len(again), len(requests))
	if len(again) > len(requests)/100 {
		return fmt.Errorf("%s: the machine is too busy to measure on", t.Name)
	}
	_, err := l.saturate(again)
	return err
}

func ran(replicas []*process) (sum time.Duration, err error) {
	for _, r := range replicas {
		d, err := r.cpu()
		if err != nil {
			return 0, err
		}
		sum += d
	}
	return sum, nil
}

// travel takes everybody through the journey so often, after once to warm up, and returns the rounds of each turn.
func (f *field) travel(ctx context.Context, times int, replicas ...*process) (map[string][]sample, error) {
	var addresses []string
	for _, r := range replicas {
		addresses = append(addresses, r.address)
	}
	l, err := dial(ctx, addresses...)
	if err != nil {
		return nil, err
	}
	defer l.close() //nolint:errcheck // nothing is left to be written
	samples := map[string][]sample{}
	for i := range times + 1 {
		for _, t := range journey {
			progress("%s, round %d of %d", t.Name, i, times)
			kept := f.profile(ctx, replicas[0], fmt.Sprintf("%s %d", t.Name, i))
			s, err := f.round(ctx, t, l, replicas...)
			if err := errors.Join(err, <-kept); err != nil {
				return nil, err
			}
			if i > 0 {
				samples[t.Name] = append(samples[t.Name], s)
			}
		}
	}
	return samples, nil
}
