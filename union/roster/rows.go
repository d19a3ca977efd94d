package roster

import (
	"errors"
	"io"
	"io/fs"
)

// ReadRows reads the rows of a csv or xlsx file that are not empty, the header among them, each with its line. A csv file may be in
// UTF-8, UTF-16 or GB 18030, as spreadsheets write it. The cells are good until each returns.
func ReadRows(file fs.File, each func(line int, cells []string) error) error {
	return readRows(file, ofMembers, each)
}

func readRows(file fs.File, b bounds, each func(line int, cells []string) error) (err error) {
	t, err := openTable(file, b)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	for {
		cells, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(line, cells); err != nil {
			return err
		}
	}
}
