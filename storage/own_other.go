//go:build !unix

package storage

// Own does nothing where there is no flock.
func Own(string) (release func() error, err error) { return func() error { return nil }, nil }
