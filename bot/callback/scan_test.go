package callback

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sameTree checks that what scan reads, encoding/xml reads alike.
func sameTree(t *testing.T, document []byte) (read bool) {
	t.Helper()
	got, ok := scan(document)
	if !ok {
		return false
	}
	want, err := parseAny(document)
	if err != nil {
		t.Fatalf("%q was read as %+v, and is none: %v", document, got, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q is read differently (-encoding/xml +scan):\n%s", document, diff)
	}
	return true
}

func TestWhatThePlatformsWriteIsScanned(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/xml/*.xml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d samples: %v", len(files), err)
	}
	scanned := 0
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if sameTree(t, document) {
			scanned++
		}
	}
	if scanned < len(files)*3/4 {
		t.Errorf("only %d of %d samples were scanned, the rest takes ten times as long", scanned, len(files))
	}
}

func FuzzScan(f *testing.F) {
	for _, document := range []string{
		"<xml><A><![CDATA[x]]></A><L><I>1</I></L></xml>", " <xml>\n<A> a <b>c</b> d </A></xml>\n", "<xml>a]]>b</xml>", "<xml>]]<A/>></xml>",
		"<xml><![CDATA[]]]]><![CDATA[>]]></xml>", "<xml>\r\n</xml>", "<xml>&lt;</xml>", "<xml>\uFFFE</xml>", "<xml>\uFFFD\u0085\u00a0</xml>", "<xml></xml >", "<xml><_a1></_a1></xml>",
		"<xml><a></a><b></c></xml>", "<?xml version='1.0'?><xml></xml>", "<xml>\xff</xml>", "<xml><a:b></a:b></xml>", "<xml><a-b></a-b></xml>",
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) { sameTree(t, document) })
}

func BenchmarkParse(b *testing.B) {
	document, err := os.ReadFile("../wecom/testdata/xml/wecom-text.xml")
	if err != nil {
		b.Fatal(err)
	}
	for name, parse := range map[string]func([]byte, ...string) (*Element, error){
		"scan": Parse, "encoding-xml": func(d []byte, _ ...string) (*Element, error) { return parseAny(d) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := parse(document); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
