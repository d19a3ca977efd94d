package service

// ShareField returns the field that says who are the co-authors and which share is whose.
func (s *Service) ShareField() (Field, bool) {
	for _, f := range s.Form {
		if f.Shares {
			return f, true
		}
	}
	return Field{}, false
}

// NamesParty says whether the answer names members whose own matter the case is.
func (f *Field) NamesParty() bool {
	return (f.Kind == KindMember || f.Kind == KindMembers) && !f.Shares && !f.MayDecide
}

// EqualShares divides a hundred among n; what does not go up is the first ones'.
func EqualShares(n int) []int {
	shares := make([]int, n)
	for i := range shares {
		shares[i] = 100 / n
		if i < 100%n {
			shares[i]++
		}
	}
	return shares
}

// SharesFit says whether the shares are those of as many different members, and a hundred together.
func (r Ref) SharesFit() bool {
	if len(r.IDs) < 2 || len(r.Shares) != len(r.IDs) {
		return false
	}
	seen, sum := map[int64]bool{}, 0
	for i, id := range r.IDs {
		if seen[id] || r.Shares[i] < 1 {
			return false
		}
		seen[id], sum = true, sum+r.Shares[i]
	}
	return sum == 100
}

// checkShares refuses shares where nobody could be told of them, or two fields that say them.
func (p *parser) checkShares(path string, s *Service, f Field) {
	if !f.Shares {
		return
	}
	first, _ := s.ShareField()
	switch {
	case f.Kind != KindMembers:
		p.addAt(path, "is for fields of kind %s", KindMembers)
	case f.MayDecide:
		p.addAt(path, "who shares in a matter never decides it; leave `may_decide` out")
	case f.Others:
		p.addAt(path, "the author is among those who share; leave `others` out")
	case s.Sealed:
		p.addAt(path, "a sealed service does not know its author, and tells nobody of a case")
	case !f.Optional:
		p.addAt(path, "a field of co-authors is optional: most have none")
	case first.Name != f.Name:
		p.addAt(path, "one field of the form says it: %s", first.Name)
	}
}
