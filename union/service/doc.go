// Package service is the schema of a service file: what a service of the union is called, what its form asks, who
// reviews it by when, and what is said. A file is strict YAML; Parse explains every mistake in it with its line, what
// was expected and the nearest word. A version is named by the hash of its text, and is never changed. A Set is what the
// files of some folders hold, with the days from which it holds; a Catalogue offers one, and a Folder gives it the next
// when the files change.
//
// It fills no form and runs no review: flows and union/cases do, by what is written here. It reads no database.
package service
