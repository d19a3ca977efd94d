package flows

import (
	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// pick is the question which of somebody's own cases is meant.
type pick struct {
	Numbers []string `json:"numbers,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

// list offers those of somebody's own cases that may be meant, as many as fit into one message.
func (p *pick) list(filed []cases.Summary, words caseWords, meant func(cases.Summary) bool) {
	*p = pick{}
	for _, c := range filed {
		if len(p.Numbers) < listed && c.Own && meant(c) {
			p.add(c, words)
		}
	}
}

func (p *pick) add(c cases.Summary, words caseWords) {
	p.Numbers, p.Labels = append(p.Numbers, c.Number), append(p.Labels, words.line(c))
}

func (p pick) choices() []bot.Choice { return labelled(p.Labels) }
