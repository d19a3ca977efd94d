package service

// Ref is what stands, as JSON, beside the name of something that the union knows otherwise: its name may change, and it is
// to be found all the same. The name, as it was at the time, is what is shown.
type Ref struct {
	// IDs are those of an organisation or of members.
	IDs []int64 `json:"ids,omitempty"`
	// Shares are those of the members of IDs, in percent, where the field asks for them.
	Shares []int `json:"shares,omitempty"`
	// Place is the name of one of the field's places.
	Place string `json:"place,omitempty"`
	// At is where a phone was, in degrees.
	At *Degrees `json:"at,omitempty"`
}

// Degrees is a point on earth.
type Degrees struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Refers says whether a Ref stands beside an answer of the kind.
func (k Kind) Refers() bool {
	return k == KindOrganisation || k == KindMember || k == KindMembers || k == KindPlace
}

// fits says whether the Ref is one of the kind.
func (r Ref) fits(k Kind) bool {
	switch k {
	case KindOrganisation, KindMember:
		return len(r.IDs) == 1
	case KindMembers:
		return len(r.IDs) > 0
	}
	return len(r.IDs) == 0
}
