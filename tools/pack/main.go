// Command pack writes files into an archive that a package embeds in their place, which makes the binary smaller by two
// thirds of them. The same files give the same archive, whenever and wherever they are packed.
//
//	cd tools && go run ./pack ../flows/services/packed.zip ../flows/services/*.yaml
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"log"
	"os"
	"path/filepath"
)

const perm = 0o644

func main() {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, path := range os.Args[2:] {
		if err := add(w, path); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], archive.Bytes(), perm); err != nil {
		log.Fatal(err)
	}
}

// add puts a file into the archive, under its name without the folder and without a time.
func add(w *zip.Writer, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := w.Create(filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return err
}
