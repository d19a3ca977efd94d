package cases

import (
	"context"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// The paths of the pages below the address of the service, to be followed by a code.
const (
	PaperPath = "/paper/"
	CheckPath = "/check/"
)

// What Print and its pages answer.
var (
	// ErrNoSite: the service has no address at which pages are opened.
	ErrNoSite = errors.New("there is no address for links")
	// ErrLinkOver: the link has been open long enough.
	ErrLinkOver = errors.New("the link is over")
	// ErrMoved: something was done since it was printed.
	ErrMoved = errors.New("the case has moved on")
)

// Printing is one printing of a case. What is printed is not kept.
type Printing struct {
	ID   string
	Case ID
	By   union.MemberID
	At   time.Time
	// Entries is how many entries the timeline had.
	Entries int
}

// PrintingStore keeps which papers there are.
type PrintingStore interface {
	// Put keeps a printing, and passes over one that it has.
	Put(ctx context.Context, p Printing) error
	// ByID returns union.ErrNotFound if there is none.
	ByID(ctx context.Context, id string) (Printing, error)
}

// Checked is what a paper's check tells, to anybody who holds the paper.
type Checked struct {
	Number string
	// Service is nil where the paper does not tell of what kind it is.
	Service *service.Service
	State   State
	At      time.Time
	// Entries is how many entries stand on the paper, Moved that there are more by now.
	Entries int
	Moved   bool
}

// coding writes codes in letters that no reader takes for others.
var coding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

const (
	// idLength is that of a printing's id, with which its codes begin.
	idLength = 16
	// mostCode is longer than any code.
	mostCode = 200
)

// printingID is the same for the same request, and tells nothing of it.
func (d *Desk) printingID(id ID, r PrintRequest) (string, error) {
	digest, err := hex.DecodeString(d.sealer.Digests(fmt.Sprintf("%d/%d/%s", id, r.Viewer, r.Occasion), "printing")[0])
	return coding.EncodeToString(digest)[:idLength], err
}

// What a code is for: the one on the paper is no link to it.
const (
	forCheck = "check 1"
	forPaper = "paper 1"
)

// facts are what a code signs. Whoever can write the record and has no key makes no code that holds.
func (p Printing) facts(what string) []byte {
	return fmt.Appendf(nil, "%s/%s/%d/%d/%d/%d", what, p.ID, p.Case, p.By, p.At.UnixMilli(), p.Entries)
}

// code is a printing's id and a signature, which holds as long as anything that was signed with its key.
func (d *Desk) code(p Printing, what string) (string, error) {
	signature, err := hex.DecodeString(d.keys.Sign(p.facts(what)))
	return p.ID + coding.EncodeToString(signature), err
}

// printing finds what a code was made for. Every code that was not is union.ErrNotFound, whether there is such a printing or
// not, and takes as long.
func (d *Desk) printing(ctx context.Context, code, what string) (none Printing, _ error) {
	code = strings.ToLower(strings.TrimSpace(code))
	if len(code) <= idLength || len(code) > mostCode {
		return none, union.ErrNotFound
	}
	id, rest := code[:idLength], code[idLength:]
	_, err := coding.DecodeString(id)
	signature, wrong := coding.DecodeString(rest)
	if err != nil || wrong != nil || coding.EncodeToString(signature) != rest {
		return none, union.ErrNotFound
	}
	p, err := d.store.Printings.ByID(ctx, id)
	known := err == nil
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return none, err
	}
	if holds, _ := d.keys.Verify(p.facts(what), hex.EncodeToString(signature)); !holds || !known {
		return none, union.ErrNotFound
	}
	return p, nil
}

// Check says whether a paper is genuine and current, by the code on it; it returns union.ErrNotFound for a code that stands
// on none.
func (d *Desk) Check(ctx context.Context, code string) (none Checked, _ error) {
	p, err := d.printing(ctx, code, forCheck)
	if err != nil {
		return none, fmt.Errorf("check paper: %w", err)
	}
	m, err := d.load(ctx, p.Case, "")
	if err != nil {
		return none, fmt.Errorf("check paper: %w", err)
	}
	events, err := d.store.Timeline.Of(ctx, p.Case)
	if err != nil {
		return none, fmt.Errorf("check paper: %w", err)
	}
	c := Checked{Number: m.Number, State: m.Standing(), At: p.At, Entries: p.Entries, Moved: len(events) != p.Entries}
	if !m.service.Sensitive {
		c.Service = m.service
	}
	return c, nil
}

// FetchPaper makes the paper that a link of Print opens. It returns union.ErrNotFound for a link that was never made, or made for
// somebody who may not see the case any more, ErrLinkOver for one that is over, and ErrMoved where it would show another
// case than was printed.
func (d *Desk) FetchPaper(ctx context.Context, token string) (number string, file []byte, err error) {
	p, err := d.printing(ctx, token, forPaper)
	if err != nil {
		return "", nil, fmt.Errorf("fetch paper: %w", err)
	}
	if d.now().After(p.At.Add(linkLife)) {
		return "", nil, ErrLinkOver
	}
	m, holdings, err := d.seen(ctx, p.By, p.Case, "")
	if err == nil {
		err = d.looked(ctx, m, p.By, holdings) // whoever has the link reads it: each time is on record under whoever asked for it
	}
	if err != nil {
		return "", nil, fmt.Errorf("fetch paper: %w", err)
	}
	v, err := d.viewOf(ctx, m, p.By)
	if err != nil {
		return "", nil, fmt.Errorf("fetch paper: %w", err)
	}
	if len(v.Timeline) != p.Entries {
		return "", nil, ErrMoved
	}
	if file, err = d.pdf(ctx, v, p); err != nil {
		return "", nil, fmt.Errorf("fetch paper: %w", err)
	}
	return m.Number, file, nil
}
