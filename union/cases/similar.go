package cases

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// How like cases are found. A text is a set of its characters and pairs of characters; two texts are as like as the
// part of both sets that they share. Comparing with a million cases is spared by bands (locality-sensitive hashing):
// of pairs that share three tenths nine in ten meet in one band at least, of unlike ones few.
const (
	similarBands  = 24
	similarRows   = 2 // hashes a band
	similarEnough = 0.3
	// similarMonths is how far back cases are compared.
	similarMonths = 24
	similarShown  = 3
	// similarRead bounds the candidates whose titles are compared one by one.
	similarRead = 30
)

// Likeness is a text's place among the texts of one service in one union: the bands in which it is looked for.
type Likeness struct {
	Service string
	Root    union.OrgID
	Bands   []int64
	Case    ID
	FiledAt time.Time
}

// Similar lists up to three cases of a service, filed in the member's union and going on or accepted, that say nearly the same as
// these answers, as the service's file has it. Of each only number, title and state are told, for they may be anybody's.
func (d *Desk) Similar(ctx context.Context, member union.MemberID, s *service.Service, values map[string]Value) ([]Summary, error) {
	like := s.Summary.Similar
	wanted := features(values[like.By].Text)
	if len(wanted) == 0 {
		return nil, nil
	}
	m, err := d.members.Get(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("find like cases: %w", err)
	}
	since := d.now().AddDate(0, -similarMonths, 0)
	if like.Days > 0 {
		since = d.now().AddDate(0, 0, -like.Days)
	}
	ids, err := d.store.Likeness.Find(ctx, Likeness{Service: s.Name, Root: rootOf(m.Lineage), Bands: bands(wanted)}, since, similarRead)
	if err != nil {
		return nil, fmt.Errorf("find like cases: %w", err)
	}
	found, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("find like cases: %w", err)
	}
	type candidate struct {
		Summary
		score float64
	}
	var list []candidate
	for _, id := range ids {
		c, ok := found[id]
		if !ok || !matches(like, values, c) || like.Under == service.ReachPlant && unitOf(c.Lineage) != unitOf(m.Lineage) {
			continue
		}
		began, err := d.services.ByHash(ctx, c.Hash)
		if err != nil {
			return nil, fmt.Errorf("find like cases: %w", err)
		}
		if like.Open && began.Mended(c.Step) || like.Follow && c.State == Returned { // its author is asked for something
			continue
		}
		if score := overlap(wanted, features(c.Values[began.Summary.Similar.By].Text)); score >= similarEnough {
			list = append(list, candidate{Summary{ID: c.ID, Number: c.Number, Service: c.Service, Title: c.Title, State: c.State}, score})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var alike []Summary
	for _, c := range list[:min(similarShown, len(list))] {
		alike = append(alike, c.Summary)
	}
	return alike, nil
}

func likenessOf(c Case, text string) Likeness {
	return Likeness{Service: c.Service, Root: rootOf(c.Lineage), Bands: bands(features(text)), Case: c.ID, FiledAt: c.FiledAt}
}

// rootOf takes the first id of a lineage: the union itself.
func rootOf(lineage string) union.OrgID {
	first, _, _ := strings.Cut(strings.TrimPrefix(lineage, "/"), "/")
	id, _ := strconv.ParseInt(first, 10, 64) // a lineage is made of ids
	return union.OrgID(id)
}

// fillers are characters that say nothing about what a text is about.
const fillers = "的了吗呢吧啊个是在我们你他给把让就都也还有要想能可以建议希望请一下"

// features is the set of characters and neighbouring pairs of a text, as hashes, without fillers.
func features(text string) map[uint64]bool {
	kept := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && !strings.ContainsRune(fillers, r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text))
	set := make(map[uint64]bool, 2*len(kept))
	for i := range kept {
		set[hashOf(string(kept[i]))] = true
		if i > 0 {
			set[hashOf(string(kept[i-1:i+1]))] = true
		}
	}
	return set
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash takes everything
	return h.Sum64()
}

// bands are the places where a set is looked for: each is made of the least of its features in some random orders.
func bands(set map[uint64]bool) []int64 {
	if len(set) == 0 {
		return nil
	}
	all := slices.Collect(maps.Keys(set))
	out := make([]int64, similarBands)
	for band := range out {
		place := uint64(band + 1)
		for row := range similarRows {
			least := ^uint64(0)
			for _, f := range all {
				least = min(least, scramble(f, uint64(band*similarRows+row)))
			}
			place = scramble(place, least)
		}
		out[band] = int64(place >> 1) // BIGINT has a sign
	}
	return out
}

// scramble orders features anew for every seed (the finalizer of splitmix64).
func scramble(x, seed uint64) uint64 {
	x += (seed + 1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// overlap is the part of both sets that they share.
func overlap(a, b map[uint64]bool) float64 {
	shared := 0
	for f := range a {
		if b[f] {
			shared++
		}
	}
	all := len(a) + len(b) - shared
	if all == 0 {
		return 0
	}
	return float64(shared) / float64(all)
}
