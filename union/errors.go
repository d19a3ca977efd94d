package union

import "errors"

// What use cases answer when they do not do it. Flows and console put them into words.
var (
	// ErrNotFound: there is no such thing, or the asker may not know of it.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the asker holds no role for it, or is party to the matter.
	ErrForbidden = errors.New("not allowed")
	// ErrUnproven: whoever asks is not known for sure enough for it.
	ErrUnproven = errors.New("not known for sure")
	// ErrSettled: it has been decided already.
	ErrSettled = errors.New("already settled")
	// ErrStale: it was changed elsewhere since it was read.
	ErrStale = errors.New("changed elsewhere")
	// ErrTaken: it belongs to somebody else already.
	ErrTaken = errors.New("already taken")
	// ErrNoOfficer: no officer is responsible, so that nobody would get the task.
	ErrNoOfficer = errors.New("no officer is responsible")
)
