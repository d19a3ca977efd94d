package union

import "slices"

// Parties are the members who may not decide a matter, whatever their role: its author, and those whom the author's
// kinship or apprenticeship makes party to it.
type Parties []MemberID

// MayDecide says whether a member with these holdings may decide, in this role, a matter of the organisation with this
// lineage. A party to the matter never may. The holdings are read at the act: a screen that offered the act
// proves nothing.
func MayDecide(holdings []Holding, role Role, lineage string, parties Parties) bool {
	return slices.ContainsFunc(holdings, func(h Holding) bool {
		return h.Role == role && h.Covers(lineage) && !slices.Contains(parties, h.Member)
	})
}
