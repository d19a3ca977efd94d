package callback

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseRefusesWhatAParserElsewhereMightReadOtherwise(t *testing.T) {
	tests := map[string]string{
		"empty":                   "",
		"blanks":                  " \n",
		"another root":            "<yml/>",
		"root in upper case":      "<XML></XML>",
		"a DOCTYPE":               `<!DOCTYPE xml [<!ENTITY a "b">]><xml/>`,
		"a directive inside":      "<xml><!ELEMENT a></xml>",
		"a declared entity":       "<xml>&a;</xml>",
		"a namespace":             `<xml xmlns="urn:x"/>`,
		"a prefix":                "<xml><a:Encrypt>x</a:Encrypt></xml>",
		"text before":             "x<xml/>",
		"text after":              "<xml/>x",
		"a second root":           "<xml/><xml/>",
		"broken markup after":     "<xml/><",
		"tags that do not match":  "<xml><a></b></xml>",
		"no end":                  "<xml><a>",
		"another encoding":        `<?xml version="1.0" encoding="GBK"?><xml/>`,
		"a forbidden character":   "<xml>\x01</xml>",
		"bytes that are not text": "<xml>\xff</xml>",
		"a doubled field":         "<xml><A>1</A><A>2</A></xml>",
		"seventeen levels":        "<xml>" + strings.Repeat("<a>", 16) + strings.Repeat("</a>", 16) + "</xml>",
	}
	for name, document := range tests {
		t.Run(name, func(t *testing.T) {
			if root, err := Parse([]byte(document), "A"); err == nil {
				t.Errorf("read as %+v", root)
			}
		})
	}
}

func TestParseReadsWhatThePlatformsWrite(t *testing.T) {
	document := `<?xml version="1.0" encoding="UTF-8"?>` + "\n<xml> <A><![CDATA[ 1<2 ]]></A>\n<B>&lt;b&gt;</B><!-- x --><L><I>1</I><I>2</I></L><C>a<![CDATA[b]]>c</C></xml>\n"
	root, err := Parse([]byte(document), "A", "B", "C")
	if err != nil {
		t.Fatal(err)
	}
	want := &Element{Name: "xml", Children: []*Element{
		{Name: "A", Text: "1<2"},
		{Name: "B", Text: "<b>"},
		{Name: "L", Children: []*Element{{Name: "I", Text: "1"}, {Name: "I", Text: "2"}}},
		{Name: "C", Text: "abc"},
	}}
	if diff := cmp.Diff(want, root); diff != "" {
		t.Errorf("tree differs (-want +got):\n%s", diff)
	}
	if got := root.Get("None", "B", "A"); got != "<b>" {
		t.Errorf("the first name with a text is %q", got)
	}
	if got := root.Child("None").Child("Deeper").Get("X"); got != "" {
		t.Errorf("what is absent reads as %q", got)
	}
	if _, err := Parse([]byte("<xml>" + strings.Repeat("<a>", 15) + strings.Repeat("</a>", 15) + "</xml>")); err != nil {
		t.Errorf("sixteen levels: %v", err)
	}
}

func TestCDATAHoldsAnyTextAndNothingElse(t *testing.T) {
	nasty := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"]]>", "]]", "]", ">", "<![CDATA[", "</xml>", "&amp;", "\x00", "\x0b", "\uFFFE", "\xff", "\xed\xa0\x80", "😀", "\r\n", "你好"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(nasty).Draw(t, "text"), "")
		document := append(AppendCDATA([]byte("<xml>"), "Content", text), "</xml>"...)
		var got struct{ Content string }
		if err := xml.Unmarshal(document, &got); err != nil {
			t.Fatalf("%q is no XML: %v", document, err)
		}
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(Clean([]byte(text)))) // as every XML reader does
		if got.Content != want {
			t.Fatalf("got %q, want %q", got.Content, want)
		}
	})
}

func TestCleanKeepsWhatXMLAllowsAndTouchesNothingElse(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"clean":             {"你好 😀\t\r\n", "你好 😀\t\r\n"},
		"control":           {"a\x00b\x1f\x7fc", "ab\x7fc"},
		"noncharacters":     {"a\uFFFE\uFFFFb\uFFFD", "ab\uFFFD"},
		"half a rune":       {"a\xe4\xbd", "a\uFFFD\uFFFD"},
		"a lone surrogate":  {"a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb"},
		"an overlong slash": {"\xc0\xaf", "\uFFFD\uFFFD"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := string(Clean([]byte(tt.in))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("<xml><A><![CDATA[x]]></A><L><I>1</I></L></xml>"))
	f.Add([]byte(` {"A":"x\u0000","L":{"I":[1,{"J":null},true]}} `))
	f.Add([]byte("{\"A\":\"\x01\xff\"}"))
	f.Add([]byte("<?xml version='1.0'?><!-- c --><xml>\x01\xff&lt;</xml>"))
	f.Fuzz(func(t *testing.T, document []byte) {
		root, err := ReadCleaned(document, "A")
		if err != nil {
			return
		}
		if root.Name != "xml" || root.count("A") > 1 || depth(root) > maxDepth {
			t.Errorf("%q was read as %+v", document, root)
		}
		if !utf8.ValidString(root.Text) {
			t.Errorf("text %q is not UTF-8", root.Text)
		}
	})
}

func depth(e *Element) int {
	deepest := 0
	for _, c := range e.Children {
		deepest = max(deepest, depth(c))
	}
	return deepest + 1
}
