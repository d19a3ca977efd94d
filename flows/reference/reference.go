// Package reference holds hotlines, standard sums and festivals as data, whose form is that of union/reference. It holds no
// code; a union changes a file by one of the same name in a folder of its own.
package reference

import (
	_ "embed"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../../tools && go run ./pack ../flows/reference/*.yaml | bzip2 -9 > ../flows/reference/packed.bz2"
//go:embed packed.bz2
var archive []byte

// Files are the files that come with the program.
var Files = packed.Files(archive)
