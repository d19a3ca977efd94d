package cases

import (
	"cmp"
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	// similarRead bounds the candidates whose texts are compared one by one, those with the most bands in common first, and
	// so many at a time: where ten are unlike, those that share less are not read.
	similarRead   = 30
	similarAtOnce = 10
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
	m, err := d.members.Get(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("find like cases: %w", err)
	}
	return d.similarTo(ctx, m.Lineage, s, values, func(Summary) (bool, error) { return true, nil })
}

// similarTo is Similar of whom the lineage is, among the cases that fit.
func (d *Desk) similarTo(ctx context.Context, lineage string, s *service.Service, values map[string]Value, fits func(Summary) (bool, error)) ([]Summary, error) {
	like := s.Summary.Similar
	wanted := features(values[like.By].Text)
	if len(wanted) == 0 {
		return nil, nil
	}
	since := d.now().AddDate(0, -similarMonths, 0)
	if like.Days > 0 {
		since = d.now().AddDate(0, 0, -like.Days)
	}
	ids, err := d.store.Likeness.Find(ctx, Likeness{Service: s.Name, Root: rootOf(lineage), Bands: bands(wanted)}, since, similarRead)
	if err != nil {
		return nil, fmt.Errorf("find like cases: %w", err)
	}
	var list []candidate
	for some := range slices.Chunk(ids, similarAtOnce) {
		more, near, err := d.compare(ctx, some, s, wanted, lineage, values)
		if err != nil {
			return nil, fmt.Errorf("find like cases: %w", err)
		}
		for _, c := range more {
			ok, err := fits(c.Summary)
			if err != nil {
				return nil, fmt.Errorf("find like cases: %w", err)
			}
			if ok {
				list = append(list, c)
			}
		}
		if near == 0 || len(list) >= similarShown {
			break // what shares less is less like
		}
	}
	sort.SliceStable(list, func(i, j int) bool { // of those that are as like, the first that was filed
		return cmp.Or(cmp.Compare(list[j].score, list[i].score), strings.Compare(list[i].Number, list[j].Number)) < 0
	})
	var alike []Summary
	for _, c := range list[:min(similarShown, len(list))] {
		alike = append(alike, c.Summary)
	}
	return alike, nil
}

// candidate is a case that is like enough.
type candidate struct {
	Summary
	score float64
}

// compare lists those of some cases that are like enough to what a member of this lineage writes. near counts the texts that are,
// wherever they are about.
func (d *Desk) compare(ctx context.Context, ids []ID, s *service.Service, wanted []uint64, lineage string, values map[string]Value) (list []candidate, near int, err error) {
	like := s.Summary.Similar
	found, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range ids {
		c, ok := found[id]
		if !ok {
			continue
		}
		began, err := d.services.ByHash(ctx, c.Hash)
		if err != nil {
			return nil, 0, err
		}
		score := overlap(wanted, features(c.Values[began.Summary.Similar.By].Text))
		if score < similarEnough {
			continue
		}
		near++
		switch {
		case !matches(like, values, c), like.Under == service.ReachPlant && unitOf(c.Lineage) != unitOf(lineage):
		case like.Open && began.Mended(c.Step), like.Follow && c.State == Returned: // its author is asked for something
		default:
			list = append(list, candidate{Summary{ID: c.ID, Number: c.Number, Service: c.Service, Title: c.Title, State: c.State}, score})
		}
	}
	return list, near, nil
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

// features is the set of characters and neighbouring pairs of a text, as hashes in their order, without fillers.
func features(text string) []uint64 {
	set := make([]uint64, 0, len(text))
	h := fnv.New64a()
	var last, pair []byte
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || strings.ContainsRune(fillers, r) {
			continue
		}
		before := len(last)
		pair = utf8.AppendRune(append(pair[:0], last...), unicode.ToLower(r))
		last = append(last[:0], pair[before:]...)
		set = append(set, hashOf(h, last))
		if before > 0 {
			set = append(set, hashOf(h, pair))
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

func hashOf(h hash.Hash64, text []byte) uint64 {
	h.Reset()
	_, _ = h.Write(text) // a hash takes everything
	return h.Sum64()
}

// bands are the places where a set is looked for: each is made of the least of its features in some random orders.
func bands(set []uint64) []int64 {
	if len(set) == 0 {
		return nil
	}
	out := make([]int64, similarBands)
	for band := range out {
		place := uint64(band + 1)
		for row := range similarRows {
			least := ^uint64(0)
			for _, f := range set {
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
func overlap(a, b []uint64) float64 {
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	all := len(a) + len(b) - shared
	if all == 0 {
		return 0
	}
	return float64(shared) / float64(all)
}
