package service

import "github.com/unionbot/unionbot/union/folder"

// Problem is one mistake in a service file.
type Problem = folder.Problem

// Problems is every mistake that was found, in the order of file and line.
type Problems = folder.Problems

func oneOf(word string, expected []string) string { return folder.OneOf(word, expected) }
