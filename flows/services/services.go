// Package services holds the union's services as data: one YAML file each, whose schema is union/service. It holds no
// code; a union changes a service by a file of the same name in a folder of its own.
package services

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io/fs"
)

//go:generate sh -c "cd ../../tools && go run ./pack ../flows/services/packed.zip ../flows/services/*.yaml"
//go:embed packed.zip
var packed []byte

// Files are the services that come with the program, packed for the size of the binary.
var Files fs.FS = opened()

func opened() *zip.Reader {
	files, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		panic("packed.zip: " + err.Error()) //nolint:forbidigo // it was built in, and a test reads it
	}
	return files
}
