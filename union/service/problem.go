package service

import "github.com/unionbot/unionbot/union/folder"

// Problem is one mistake in a service file, and Problems are all that were found.
type (
	Problem  = folder.Problem
	Problems = folder.Problems
)

func oneOf(word string, expected []string) string { return folder.OneOf(word, expected) }
