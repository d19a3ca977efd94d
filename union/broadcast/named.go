package broadcast

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// Listing is an audience in whose list people were looked up.
type Listing struct {
	Audience
	// Unknown are staff numbers and words that are nobody's in the audience's organisations, and no post.
	Unknown []string
	// Either are those of whom one is meant by a name that several have.
	Either []union.Member
}

// Named finds the people whom an audience names, by number or name: what ParseAudience has taken for posts may be names. It returns
// ErrNobody where nobody is found of those who are named. typed are words as they were written where the audience has them in simplified
// characters: a name is looked for as it was written first. Beside people only what somebody's post is called is one.
func (d *Desk) Named(ctx context.Context, writer union.MemberID, a Audience, typed map[string]string) (Listing, error) {
	n := Listing{Audience: a}
	if len(a.Posts)+len(a.Staff) == 0 || a.ByFamily() {
		return n, nil
	}
	if err := d.mayWrite(ctx, writer, Broadcast{Details: Details{Audience: a}}); err != nil {
		return n, err
	}
	asked := a
	asked.Posts = slices.AppendSeq(slices.Clone(a.Posts), maps.Values(typed))
	found, err := d.Store.Listed(ctx, asked)
	if err != nil {
		return n, err
	}
	n.Staff, n.Posts = nil, nil
	for _, no := range a.Staff {
		if !slices.ContainsFunc(found, func(m union.Member) bool { return m.StaffNo == no }) {
			n.Unknown = append(n.Unknown, no)
		} else if !slices.Contains(n.Staff, no) {
			n.Staff = append(n.Staff, no)
		}
	}
	words := n.name(a.Posts, typed, found)
	people := len(n.Staff)+len(n.Unknown)+len(n.Either) > 0
	posts := words
	if people && len(words) > 0 {
		if posts, err = d.Store.Posts(ctx, Audience{Orgs: a.Orgs, Retired: a.Retired}, words); err != nil {
			return n, err
		}
	}
	for _, word := range words {
		if slices.Contains(posts, word) {
			n.Posts = append(n.Posts, word)
		} else {
			n.Unknown = append(n.Unknown, cmp.Or(typed[word], word))
		}
	}
	if people && len(n.Staff) == 0 {
		return n, ErrNobody
	}
	return n, nil
}

// name takes up those whom words name, and returns the words that name nobody. Of several with one name the numbers beside it say which.
func (n *Listing) name(words []string, typed map[string]string, found []union.Member) (left []string) {
	called := func(word string) (same []union.Member) {
		for _, m := range found {
			if union.NameKey(m.Name) == union.NameKey(word) {
				same = append(same, m)
			}
		}
		return same
	}
	for _, word := range words {
		same := called(cmp.Or(typed[word], word))
		if len(same) == 0 {
			same = called(word)
		}
		switch {
		case len(same) == 0:
			left = append(left, word)
		case slices.ContainsFunc(same, func(m union.Member) bool { return slices.Contains(n.Staff, m.StaffNo) }):
		case len(same) == 1:
			n.Staff = append(n.Staff, same[0].StaffNo)
		case !slices.ContainsFunc(n.Either, func(m union.Member) bool { return m.ID == same[0].ID }):
			n.Either = append(n.Either, same...)
		}
	}
	return left
}
