package union

// Sealer keeps sensitive fields unreadable in databases, dumps and backups. The context is not secret and ties a sealed
// value to its place ("member/100237/phone"): moved to another place it does not open.
type Sealer interface {
	// Seal returns plain sealed, as text; sealing the same value twice gives two different texts.
	Seal(plain, context string) (string, error)
	// Open returns what was sealed, under any key that is still held.
	Open(sealed, context string) (string, error)
	// Digests returns a keyed digest of plain for every key that is held. The first is the one to store; a stored
	// digest is equal to one of them if it was made of the same value.
	Digests(plain, context string) []string
}
