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

// Said is how the people of an audience were named.
type Said struct {
	// Typed are words as they were written where the audience has them in simplified characters: a name is looked for as it was
	// written first.
	Typed map[string]string
	// Called are the names that stood beside staff numbers. Whoever is called otherwise is not meant.
	Called map[string]string
	// Names are words that name people, and no post.
	Names []string
}

// Named finds the people whom an audience names, by number or name: what ParseAudience has taken for posts may be names. It returns
// ErrNobody where nobody is found of those who are named. Beside people only what somebody's post is called is one.
func (d *Desk) Named(ctx context.Context, writer union.MemberID, a Audience, how Said) (Listing, error) {
	n := Listing{Audience: a}
	if len(a.Posts)+len(a.Staff)+len(how.Names) == 0 || a.ByFamily() {
		return n, nil
	}
	if err := d.mayWrite(ctx, writer, Broadcast{Details: Details{Audience: a}}); err != nil {
		return n, err
	}
	asked := a
	asked.Posts = slices.Concat(a.Posts, how.Names, slices.Collect(maps.Values(how.Typed)))
	found, err := d.Store.Listed(ctx, asked)
	if err != nil {
		return n, err
	}
	n.Staff, n.Posts = nil, nil
	p := numbered(&n, a.Staff, how, found)
	words, strangers := p.name(a.Posts), p.name(how.Names)
	people := len(how.Names)+len(n.Staff)+len(n.Unknown)+len(n.Either) > 0
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
			strangers = append(strangers, word)
		}
	}
	for _, word := range strangers {
		n.Unknown = append(n.Unknown, cmp.Or(how.Typed[word], word))
	}
	if people && len(n.Staff) == 0 {
		return n, ErrNobody
	}
	return n, nil
}

// naming looks up the people of a list.
type naming struct {
	*Listing
	how    Said
	called map[string][]union.Member // by the key of their names
	taken  map[string]bool           // staff numbers
	open   map[union.MemberID]bool   // of several with one name
}

// numbered takes up those whom numbers name.
func numbered(n *Listing, numbers []string, how Said, found []union.Member) naming {
	p := naming{n, how, map[string][]union.Member{}, map[string]bool{}, map[union.MemberID]bool{}}
	has := map[string]union.Member{}
	for _, m := range found {
		has[m.StaffNo] = m
		p.called[union.NameKey(m.Name)] = append(p.called[union.NameKey(m.Name)], m)
	}
	for _, no := range numbers {
		m, known := has[no]
		name := how.Called[no]
		is := func(name string) bool { return union.NameKey(name) == union.NameKey(m.Name) }
		switch {
		case !known:
			n.Unknown = append(n.Unknown, no)
		case name != "" && !is(name) && !is(how.Typed[name]):
			n.Unknown = append(n.Unknown, no+" "+cmp.Or(how.Typed[name], name))
		default:
			p.take(no)
		}
	}
	return p
}

func (p naming) take(no string) {
	if !p.taken[no] {
		p.taken[no] = true
		p.Staff = append(p.Staff, no)
	}
}

// name takes up those whom words name, and returns the words that name nobody. Of several with one name the numbers beside it say which.
func (p naming) name(words []string) (left []string) {
	for _, word := range words {
		same := p.called[union.NameKey(cmp.Or(p.how.Typed[word], word))]
		if len(same) == 0 {
			same = p.called[union.NameKey(word)]
		}
		switch {
		case len(same) == 0:
			left = append(left, word)
		case slices.ContainsFunc(same, func(m union.Member) bool { return p.taken[m.StaffNo] }):
		case len(same) == 1:
			p.take(same[0].StaffNo)
		case !p.open[same[0].ID]:
			p.open[same[0].ID] = true
			p.Either = append(p.Either, same...)
		}
	}
	return left
}
