// Package reference holds hotlines, standard sums and festivals as data, whose form is that of union/reference. It holds no
// code; a union changes a file by one of the same name in a folder of its own.
package reference

import "embed"

// Files are the files that come with the program.
//
//go:embed *.yaml
var Files embed.FS
