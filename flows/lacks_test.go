package flows

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// overtaken offers nothing any more and has the version with which a case began.
type overtaken struct {
	Services
	before *service.Service
}

func (overtaken) Current(string) (*service.Service, bool) { return nil, false }

func (o overtaken) ByHash(_ context.Context, hash string) (*service.Service, error) {
	if hash != o.before.Hash {
		return nil, union.ErrNotFound
	}
	return o.before, nil
}

// paperless has one case whose papers may follow.
type paperless struct {
	lacksDesk
	view cases.View
}

func (p paperless) Mine(context.Context, union.MemberID) ([]cases.Summary, error) {
	return []cases.Summary{{Number: p.view.Number, Service: p.view.Service.Name, Hash: p.view.Service.Hash, State: p.view.State}}, nil
}

func (p paperless) Case(context.Context, union.MemberID, string) (cases.View, error) {
	return p.view, nil
}

func TestACaseLacksWhatItsOwnVersionWants(t *testing.T) {
	days, err := calendar.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	s := &service.Service{Name: "aid", Hash: "before", Papers: service.Papers{What: service.Text{ZH: "费用单据"}}}
	view := cases.View{Case: cases.Case{Number: "BF26-0001", Author: 7, State: cases.Open}, Service: s, PapersDue: time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)}
	l := lacks{caseWords: caseWords{calendar: days, language: "zh-CN"}, desk: paperless{view: view}, form: form{services: overtaken{before: s}, language: "zh-CN"}}
	lines, err := l.ofCases(t.Context(), 7)
	if err != nil || len(lines) != 1 || !strings.Contains(lines[0], "还没补费用单据") {
		t.Errorf("got %q, %v", lines, err)
	}
}
