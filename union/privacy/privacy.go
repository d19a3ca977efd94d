// Package privacy tells people what is kept about them, and who looked at it.
package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
)

// Data is what is kept about a member, as the member is told of it.
type Data struct {
	Member union.Member
	// Phone and IDCard are masked; empty where they are not known.
	Phone, IDCard string
	// Tags are the union's words for the member, Family facts of union.FamilyFact.
	Tags, Family []string
	Accounts     []union.Identity
	Counts
}

// Counts are how much is kept of what the member filed, has begun, has signed up for, had others stand in for, has talked about
// with a person, was greeted for, and has declared of ties to others.
type Counts struct {
	Cases, Drafts, Entries, StandIns, Talks, Greetings, Ties int
	// GreetedIn is the language in which the member wants to be greeted, "" where they have said nothing.
	GreetedIn string
}

// Look is somebody's look at a sensitive case, or at what is known of the member.
type Look struct {
	ID int64
	At time.Time
	// Number is the case's; empty where the member was looked up, and no case.
	Number string
	// Name is empty where an operator looked, who is no member.
	Name string
	Role union.Role
}

// Members is the members' list as Keeper needs it.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	// Sealed returns phone and id card.
	Sealed(ctx context.Context, id union.MemberID) (phone, idCard string, err error)
	// Labels returns tags and family facts.
	Labels(ctx context.Context, id union.MemberID) (tags, family []string, err error)
	Addresses(ctx context.Context, id union.MemberID) ([]union.Identity, error)
}

// Store knows what else is kept of a member.
type Store interface {
	// Kept counts the member's cases, open drafts, entries and talks.
	Kept(ctx context.Context, member union.MemberID) (Counts, error)
	// Looks lists the latest looks at the member's cases and at the member, newest first: those before one, of which moment and ID are given; the zero Look
	// for the latest of all.
	Looks(ctx context.Context, member union.MemberID, before Look, limit int) ([]Look, error)
}

// looksAtOnce fit into one message.
const looksAtOnce = 10

// Keeper answers for what is kept.
type Keeper struct {
	members Members
	store   Store
}

// NewKeeper makes a keeper.
func NewKeeper(members Members, store Store) *Keeper { return &Keeper{members: members, store: store} }

// Mine gathers what is kept about a member.
func (k *Keeper) Mine(ctx context.Context, member union.MemberID) (d Data, err error) {
	defer func() {
		if err != nil {
			d, err = Data{}, fmt.Errorf("gather personal data: %w", err)
		}
	}()
	if d.Member, err = k.members.Get(ctx, member); err != nil {
		return d, err
	}
	phone, idCard, err := k.members.Sealed(ctx, member)
	if err != nil {
		return d, err
	}
	d.Phone, d.IDCard = personal.Mask(personal.Phone, phone), personal.Mask(personal.IDCard, idCard)
	if d.Tags, d.Family, err = k.members.Labels(ctx, member); err != nil {
		return d, err
	}
	if d.Accounts, err = k.members.Addresses(ctx, member); err != nil {
		return d, err
	}
	d.Counts, err = k.store.Kept(ctx, member)
	return d, err
}

// Looks lists who looked at the member's sensitive cases, and at the member, before a look, newest first, and says whether there are older ones.
func (k *Keeper) Looks(ctx context.Context, member union.MemberID, before Look) (list []Look, more bool, err error) {
	list, err = k.store.Looks(ctx, member, before, looksAtOnce+1)
	if err != nil {
		return nil, false, fmt.Errorf("list looks: %w", err)
	}
	return list[:min(len(list), looksAtOnce)], len(list) > looksAtOnce, nil
}
