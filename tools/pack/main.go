// Command pack writes files as one txtar archive to its output, each under its name without the folder. bzip2 then makes it
// what union/packed reads:
//
//	cd tools && go run ./pack ../flows/services/*.yaml | bzip2 -9 > ../flows/services/packed.bz2
package main

import (
	"log"
	"os"
	"path/filepath"

	"golang.org/x/tools/txtar"
)

func main() {
	var archive txtar.Archive
	for _, path := range os.Args[1:] {
		content, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		archive.Files = append(archive.Files, txtar.File{Name: filepath.Base(path), Data: content})
	}
	if _, err := os.Stdout.Write(txtar.Format(&archive)); err != nil {
		log.Fatal(err)
	}
}
