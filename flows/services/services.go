// Package services holds the union's services as data: one YAML file each, whose schema is union/service. It holds no
// code; a union changes a service by a file of the same name in a folder of its own.
package services

import (
	_ "embed"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../../tools && go run ./pack ../flows/services/*.yaml | bzip2 -9 > ../flows/services/packed.bz2"
//go:embed packed.bz2
var archive []byte

// Files are the services that come with the program.
var Files = packed.Files(archive)
