package cases

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
)

// PrintWords puts a case on paper.
type PrintWords interface {
	// Paper is all that stands on it.
	Paper(v PaperView) paper.Document
	// NoPaper is said in place of a paper that could not be sent; link opens it until then, and is empty where there is none.
	NoPaper(number, link string, until time.Time) string
}

// Press makes files of what is to be printed and drawn.
type Press interface {
	// Ready returns an error that is paper.ErrNoFont where there is no font to print with.
	Ready() error
	PDF(d paper.Document) ([]byte, error)
	PNG(c paper.Chart) ([]byte, error)
}

// noPress prints nothing.
type noPress struct{}

// Ready implements Press.
func (noPress) Ready() error { return paper.ErrNoFont }

// PDF implements Press.
func (noPress) PDF(paper.Document) ([]byte, error) { return nil, paper.ErrNoFont }

// PNG implements Press.
func (noPress) PNG(paper.Chart) ([]byte, error) { return nil, paper.ErrNoFont }

// PaperView is a case as it is printed.
type PaperView struct {
	View
	// Union is the name of the whole union.
	Union string
	// People are those who did something, and who prints it.
	People map[union.MemberID]union.Member
	// By prints it, At that time. Its author is named where the case itself names the author.
	By union.MemberID
	At time.Time
	// Check is the address at which the paper is checked; empty where there is none.
	Check string
}

// PrintRequest asks for a case on paper. The occasion names the request: asked again with the same one, it is printed once.
type PrintRequest struct {
	Viewer   union.MemberID
	Number   string
	Occasion string
	// Link wants an address at which the paper is fetched, in place of a file.
	Link bool
}

// Printed is what Print did.
type Printed struct {
	Number string
	// Link opens the paper until then; empty where the file is on its way.
	Link  string
	Until time.Time
}

// linkLife is how long a link opens its paper.
const linkLife = 15 * time.Minute

// PaperType is the MIME type of a paper.
const PaperType = "application/pdf"

// Print puts a case on paper for somebody who may see it; for everybody else it returns union.ErrNotFound. A sealed case is
// fetched by a link only, and not by its author: what is sent stays in a chat. It returns ErrNoSite where there is no address for a
// link, and an error that is paper.ErrNoFont where nothing can be printed.
func (d *Desk) Print(ctx context.Context, r PrintRequest) (Printed, error) {
	var done Printed
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.print(ctx, r)
		return err
	})
	if err != nil {
		return Printed{}, fmt.Errorf("print case: %w", err)
	}
	return done, nil
}

func (d *Desk) print(ctx context.Context, r PrintRequest) (none Printed, _ error) {
	m, holdings, err := d.seen(ctx, r.Viewer, 0, r.Number)
	if err != nil {
		return none, err
	}
	if m.Seal.is(r.Viewer) {
		return none, union.ErrNotFound
	}
	byLink := r.Link || m.service.Sealed
	if byLink && d.site == "" {
		return none, ErrNoSite
	}
	if err := d.press.Ready(); err != nil {
		return none, d.notReady(ctx, m, err)
	}
	if err := d.looked(ctx, m, r.Viewer, holdings); err != nil {
		return none, err
	}
	v, err := d.viewOf(ctx, m, r.Viewer)
	if err != nil {
		return none, err
	}
	p := Printing{Case: m.ID, By: r.Viewer, At: d.now(), Entries: len(v.Timeline)}
	if p.ID, err = d.printingID(m.ID, r); err != nil {
		return none, err
	}
	if err := d.store.Printings.Put(ctx, p); err != nil {
		return none, err
	}
	if p, err = d.store.Printings.ByID(ctx, p.ID); err != nil { // the first, whose codes hold
		return none, err
	}
	if err := d.printed(ctx, m, p, holdings); err != nil {
		return none, err
	}
	done := Printed{Number: m.Number, Until: p.At.Add(linkLife)}
	if done.Link, err = d.address(p, PaperPath, forPaper); err != nil {
		return none, err
	}
	if byLink {
		return done, nil
	}
	return Printed{Number: m.Number}, d.sendPaper(ctx, v, p, done)
}

// NotReadyError says that nothing can be printed, and who looks after that.
type NotReadyError struct {
	Admins []union.Member
	cause  error
}

func (e *NotReadyError) Error() string { return "nothing can be printed: " + e.cause.Error() }

func (e *NotReadyError) Unwrap() error { return e.cause }

func (d *Desk) notReady(ctx context.Context, m *matter, cause error) error {
	holdings, err := d.members.Holders(ctx, union.Admin, m.Lineage)
	if err != nil {
		return err
	}
	var ids []union.MemberID
	for _, h := range holdings {
		if !slices.Contains(ids, h.Member) {
			ids = append(ids, h.Member)
		}
	}
	admins, err := d.people(ctx, ids)
	if err != nil {
		return err
	}
	return &NotReadyError{Admins: admins, cause: cause}
}

// printed records a printing. Who is not named in a case is not named here either.
func (d *Desk) printed(ctx context.Context, m *matter, p Printing, holdings []union.Holding) error {
	e := audit.Entry{Key: "print/" + p.ID, At: p.At, Kind: audit.Print, Case: int64(m.ID)}
	if !m.Anonymous || p.By != m.Author {
		by, err := d.members.Get(ctx, p.By)
		if err != nil {
			return err
		}
		e.Actor, e.Name, e.Role = p.By, by.Name, m.roleOf(holdings)
	}
	return d.store.Audit.Append(ctx, e)
}

// sendPaper has the file sent to who prints.
func (d *Desk) sendPaper(ctx context.Context, v View, p Printing, link Printed) error {
	file, err := d.pdf(ctx, v, p)
	if err != nil {
		return err
	}
	hash, err := d.keep(ctx, bytes.NewReader(file))
	if err != nil {
		return fmt.Errorf("keep paper: %w", err)
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: "print/" + p.ID, Kind: notice.KindPrint, Policy: notice.Resend, To: p.By, Case: int64(p.Case),
		Body: notice.Body{
			Text: d.words.NoPaper(v.Number, link.Link, link.Until),
			File: &notice.File{Hash: hash, Type: PaperType, Name: v.Number},
		},
	})
}

// address is where a code of a printing is opened; empty where the service has no address.
func (d *Desk) address(p Printing, path, what string) (string, error) {
	if d.site == "" {
		return "", nil
	}
	code, err := d.code(p, what)
	return d.site + path + code, err
}

// pdf is the paper of a printing. It may come into anybody's hands, so that what officers say among themselves is not on it.
func (d *Desk) pdf(ctx context.Context, v View, p Printing) ([]byte, error) {
	v.withoutAsides()
	ids := []union.MemberID{p.By}
	for _, e := range v.Timeline {
		if e.Actor != 0 && !slices.Contains(ids, e.Actor) {
			ids = append(ids, e.Actor)
		}
	}
	people, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	paper := PaperView{View: v, Union: people[p.By].Root(), People: people, By: p.By, At: p.At}
	if paper.Check, err = d.address(p, CheckPath, forCheck); err != nil {
		return nil, err
	}
	return d.press.PDF(d.words.Paper(paper))
}
