package cases

import (
	"context"
	"crypto/hmac"
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

// Lengths of the two parts of a code, in characters of five bits.
const (
	idLength  = 16
	macLength = 24
)

// coding writes codes in letters that no dictation, and no QR code, takes for others.
var coding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// keyed is a digest in letters, of this length at most.
func keyed(digest string, length int) string {
	raw, err := hex.DecodeString(digest)
	if err != nil {
		return ""
	}
	return coding.EncodeToString(raw)[:length]
}

// printingID is the same for the same request, and tells nothing of it.
func (d *Desk) printingID(id ID, r PrintRequest) string {
	return keyed(d.sealer.Digests(fmt.Sprintf("%d/%d/%s", id, r.Viewer, r.Occasion), "printing/id")[0], idLength)
}

// What a digest is for: the code on the paper is no link to it.
const (
	forCheck = "printing/check"
	forPaper = "printing/paper"
)

// facts are what a code proves. Whoever can write the record and has no key makes no code that holds.
func (p Printing) facts() string {
	return fmt.Sprintf("%s/%d/%d/%d/%d", p.ID, p.Case, p.By, p.At.UnixMilli(), p.Entries)
}

func (d *Desk) checkCode(p Printing) string { return d.code(p, forCheck) }

func (d *Desk) token(p Printing) string { return d.code(p, forPaper) }

func (d *Desk) code(p Printing, what string) string {
	return p.ID + keyed(d.sealer.Digests(p.facts(), what)[0], macLength)
}

// printing finds what a code was made for. Every code that was not is union.ErrNotFound, whether there is such a printing or
// not, and takes as long.
func (d *Desk) printing(ctx context.Context, code, what string) (Printing, error) {
	code = strings.ToLower(strings.TrimSpace(code))
	if len(code) != idLength+macLength {
		return Printing{}, union.ErrNotFound
	}
	if _, err := coding.DecodeString(code); err != nil {
		return Printing{}, union.ErrNotFound
	}
	p, err := d.store.Printings.ByID(ctx, code[:idLength])
	known := err == nil
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return Printing{}, err
	}
	holds := false
	for _, digest := range d.sealer.Digests(p.facts(), what) {
		holds = hmac.Equal([]byte(keyed(digest, macLength)), []byte(code[idLength:])) || holds
	}
	if !holds || !known {
		return Printing{}, union.ErrNotFound
	}
	return p, nil
}

// Check says whether a paper is genuine and current, by the code on it; it returns union.ErrNotFound for a code that stands
// on none.
func (d *Desk) Check(ctx context.Context, code string) (Checked, error) {
	p, err := d.printing(ctx, code, forCheck)
	if err != nil {
		return Checked{}, fmt.Errorf("check paper: %w", err)
	}
	m, err := d.load(ctx, p.Case, "")
	if err != nil {
		return Checked{}, fmt.Errorf("check paper: %w", err)
	}
	events, err := d.store.Timeline.Of(ctx, p.Case)
	if err != nil {
		return Checked{}, fmt.Errorf("check paper: %w", err)
	}
	c := Checked{Number: m.Number, State: m.State, At: p.At, Entries: p.Entries, Moved: len(events) != p.Entries}
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
	m, _, err := d.seen(ctx, p.By, p.Case, "")
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
