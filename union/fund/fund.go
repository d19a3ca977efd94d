// Package fund is the money from which the union pays: a fund a year, what was set aside of it, and what was paid. It holds
// no payment and no account number, and moves nothing by itself: a decision does, in its own transaction.
package fund

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Fund is a fund of one year. All sums are in fen.
type Fund struct {
	Name     string // aid
	Year     int
	Title    string // 帮扶专项
	Budget   int64
	Reserved int64 // set aside and not paid yet
	Paid     int64
	// Reclaim was paid, and is to come back.
	Reclaim int64
	// Lost was paid, was to come back, and is written off.
	Lost int64
}

// Left is what can still be set aside. What is to come back is not there yet.
func (f Fund) Left() int64 { return f.Budget - f.Reserved - f.Paid - f.Reclaim - f.Lost }

// Kind says what an entry did.
type Kind string

// The kinds of entries.
const (
	Budgeted Kind = "budget"  // the fund was set to this sum
	Reserved Kind = "reserve" // a decision set it aside
	Released Kind = "release" // what was set aside is free again
	Paid     Kind = "pay"     // what was set aside was paid
	Reclaim  Kind = "reclaim" // what was paid is to come back
	Returned Kind = "return"  // and has come
	Lost     Kind = "lost"    // or is written off
)

// Entry is one line of the ledger. It is never changed.
type Entry struct {
	ID     int64
	Fund   string
	Year   int // of the fund
	Kind   Kind
	Fen    int64
	Case   int64 // 0 of a budget
	Number string
	Actor  union.MemberID // 0: the command line
	// InPlaceOf is the officer who was away, in whose place Actor moved it; 0 for nobody's. Name then bears both names.
	InPlaceOf union.MemberID
	Name      string // of the actor, as the members' list has it when the ledger is read
	Note      string
	At        time.Time
}

var (
	// ErrUnknown means that there is no fund of this name for the year.
	ErrUnknown = errors.New("no such fund for the year")
	// ErrNothingReserved means that nothing is set aside for the case that is to be paid.
	ErrNothingReserved = errors.New("nothing is set aside for the case")
	// ErrNothingOwed means that no money is to come back for the case.
	ErrNothingOwed = errors.New("no money is to come back for the case")
)

// ShortError says that a fund does not hold what is to be set aside.
type ShortError struct {
	Fund   Fund
	Wanted int64
}

func (e *ShortError) Error() string {
	return fmt.Sprintf("fund %s of %d is %d fen short", e.Fund.Name, e.Fund.Year, e.Wanted-e.Fund.Left())
}

// Book keeps funds and their ledger. Its writes join the transaction that the context carries.
type Book interface {
	// Reserve sets the entry's sum aside, as long as nothing is for the case. It returns ErrUnknown or *ShortError, and then has changed nothing.
	Reserve(ctx context.Context, e Entry) (Fund, error)
	// Pay counts what is set aside for the entry's case as paid, and returns ErrNothingReserved if that is nothing.
	Pay(ctx context.Context, e Entry) (Fund, error)
	// Release frees what is set aside for the entry's case, if anything is.
	Release(ctx context.Context, e Entry) error
	// Undo gives back what was moved for the entry's case, once: what is set aside is free again, what was paid is to come back.
	// It returns the latter.
	Undo(ctx context.Context, e Entry) (reclaim int64, err error)
	// Return counts what is to come back for the entry's case as come, and returns ErrNothingOwed if that is nothing.
	Return(ctx context.Context, e Entry) (Fund, error)
	// WriteOff counts what is to come back for the entry's case as lost, and returns ErrNothingOwed if that is nothing.
	WriteOff(ctx context.Context, e Entry) (Fund, error)
	// Spent is the entry by which money was paid for a case and not claimed back; nil if there is none.
	Spent(ctx context.Context, id int64) (*Entry, error)
	// Held is the entry that sets money aside for a case and was neither paid nor released; nil if there is none.
	Held(ctx context.Context, id int64) (*Entry, error)
	// Of reads a fund, or returns ErrUnknown.
	Of(ctx context.Context, name string, year int) (Fund, error)
}

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// Check says what is wrong with a fund that somebody sets up.
func (f Fund) Check() error {
	switch {
	case !nameRule.MatchString(f.Name):
		return fmt.Errorf("a fund's name is small letters, digits and _, not %q", f.Name)
	case f.Year < 2000 || f.Year > 2200:
		return fmt.Errorf("a year is expected, not %d", f.Year)
	case f.Budget < 0:
		return errors.New("a budget is not below zero")
	case f.Title == "":
		return errors.New("a title is expected, by which officers know the fund")
	}
	return nil
}
