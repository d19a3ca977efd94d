package broadcast

import (
	"context"
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

// mostPosts is of how many words it is asked whether they are posts: a longer list is one of people.
const mostPosts = 20

// Named finds the people whom an audience names, by number or name: what ParseAudience has taken for posts may be names. It returns
// ErrNobody where nobody is found of those who are named.
func (d *Desk) Named(ctx context.Context, writer union.MemberID, a Audience) (Listing, error) {
	n := Listing{Audience: a}
	if len(a.Posts)+len(a.Staff) == 0 || a.ByFamily() {
		return n, nil
	}
	if err := d.mayWrite(ctx, writer, Broadcast{Details: Details{Audience: a}}); err != nil {
		return n, err
	}
	found, err := d.Store.Listed(ctx, a)
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
	words := n.name(a.Posts, found)
	people := len(n.Staff)+len(n.Unknown)+len(n.Either) > 0
	for i, word := range words {
		posts := 1
		if people && i >= mostPosts {
			posts = 0
		} else if people {
			if posts, err = d.Store.Count(ctx, Audience{Orgs: a.Orgs, Retired: a.Retired, Posts: []string{word}}, d.Now().In(d.Zone)); err != nil {
				return n, err
			}
		}
		if posts > 0 {
			n.Posts = append(n.Posts, word)
		} else {
			n.Unknown = append(n.Unknown, word)
		}
	}
	if people && len(n.Staff) == 0 {
		return n, ErrNobody
	}
	return n, nil
}

// name takes up those whom words name, and returns the words that name nobody. Of several with one name the numbers beside it say which.
func (n *Listing) name(words []string, found []union.Member) (left []string) {
	for _, word := range words {
		var same []union.Member
		for _, m := range found {
			if union.NameKey(m.Name) == union.NameKey(word) {
				same = append(same, m)
			}
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
