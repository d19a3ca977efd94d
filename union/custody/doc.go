// Package custody keeps something so that two custodians open it together, and nobody alone: not one of them, and not
// whoever holds the service's keys and its database. What is kept is encrypted to a public key (HPKE, RFC 9180, with
// X25519); the private key was cut into shares when it was made (Shamir's scheme, any two of which restore it) and exists
// nowhere. The package stores nothing, logs nothing, and knows of no case.
package custody

import "errors"

// Why a share is not taken. All say that nothing was opened.
var (
	// ErrMistyped: it is no share, or one with a slip of the pen.
	ErrMistyped = errors.New("the share is mistyped")
	// ErrOtherKey: it is a share of another key than what was kept.
	ErrOtherKey = errors.New("the share is of another key")
	// ErrForged: it is written like a share of the key, and none.
	ErrForged = errors.New("the share is none of the key's")
	// ErrSameShare: both shares are the same one.
	ErrSameShare = errors.New("it is the same share")
)

// ErrUnknownKey says that the key of what was kept is not among the configured ones.
var ErrUnknownKey = errors.New("the custodian key is not configured")
