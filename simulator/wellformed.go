package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// wellFormed refuses what a strict reader refuses: another root than xml, a directive, an element left open, a character
// that XML forbids, anything after the end.
func wellFormed(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	depth, roots := 0, 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("XML 格式不对：%w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth == 0 {
				if roots++; roots > 1 || t.Name.Local != "xml" {
					return errors.New("XML 的根元素应是唯一的 xml")
				}
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return errors.New("XML 里不能有 DOCTYPE")
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return errors.New("XML 之外有多余的内容")
			}
		}
	}
	if roots == 0 {
		return errors.New("应答不是 XML")
	}
	return nil
}
