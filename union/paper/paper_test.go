package paper_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/unionbot/unionbot/union/paper"
)

// fontFile is of the package that .ci/with-stores installs: a collection.
const fontFile = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"

func fontData(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(fontFile)
	if err != nil {
		t.Fatalf("%v: apt-get install fonts-wqy-microhei, or run by .ci/with-stores", err)
	}
	return data
}

func font(t testing.TB) *paper.Font {
	t.Helper()
	f, err := paper.ParseFont(fontData(t))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// printed is the document as a reader shows it: the text of each page.
func printed(t *testing.T, d paper.Document) []string {
	t.Helper()
	file, err := font(t).PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

func document() paper.Document {
	return paper.Document{
		Union: "集团公司工会", Title: "合理化建议办理单", Number: "编号 JY26-0138",
		Rows:         []paper.Row{{Label: "提出人", Text: "张伟 · 一分厂/锅炉班"}, {Label: "建议", Text: "给锅炉房加个护栏"}},
		EntriesTitle: "办理记录和意见",
		Entries:      []paper.Entry{{Head: "2026-11-22 20:00  李芳(一分厂分会主席)  初审:受理", Text: "这就办"}},
		Boxes:        []string{"经办人(签字)", "工会(盖章)"},
		Notes:        []string{"以系统记录为准。"}, Lacking: "有的字印不出。",
		Foot: "2026-11-22 20:01 李芳 打印", Pages: "第 %d 页 共 %d 页",
		Check: "https://union.example.com/check/abcdefghijkmnpqrstuvwxyz23456789abcdefgh", CheckWords: "扫码核对真伪",
	}
}

func TestAPaperIsReadAgain(t *testing.T) {
	pages := printed(t, document())
	if len(pages) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, want := range []string{
		"集团公司工会", "合理化建议办理单", "编号 JY26-0138", "张伟 · 一分厂/锅炉班", "给锅炉房加个护栏", "李芳(一分厂分会主席)", "这就办", "经办人(签字)", "工会(盖章)",
		"以系统记录为准。", "2026-11-22 20:01 李芳 打印", "第1页共1页", "扫码核对真伪",
	} {
		if !strings.Contains(pages[0], want) {
			t.Errorf("%q is not on\n%s", want, pages[0])
		}
	}
	if strings.Contains(pages[0], "有的字印不出") {
		t.Error("something could not be printed")
	}
}

// What people write, in every field: nothing of it breaks a paper or turns its words round.
func TestWhatCannotBePrintedIsSaid(t *testing.T) {
	d := document()
	d.Rows = append(d.Rows, paper.Row{Label: "现状", Text: "笑😀脸 𬍛 \u202eabc\u202c\x00\x1b[31m \u200b空 שלום العربية\r\n第二行\t末 \xff"})
	page := printed(t, d)[0]
	for _, want := range []string{"笑〓脸 〓 abc[31m 空 〓〓〓〓 〓〓〓〓〓〓〓", "第二行 末 \ufffd", "有的字印不出。"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on\n%s", want, page)
		}
	}
}

var pageOf = regexp.MustCompile(`第 ?(\d+) ?页 ?共 ?(\d+) ?页`)

// TestTheCodeOpensTheCheck reads the code off the paper as a phone does.
func TestTheCodeOpensTheCheck(t *testing.T) {
	d := document()
	file, err := font(t).PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "paper")
	if err := os.WriteFile(path+".pdf", file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "150", "-singlefile", path+".pdf", path).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm (poppler-utils): %v %s", err, out)
	}
	shown, err := os.Open(path + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = shown.Close() }()
	picture, err := png.Decode(shown)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil || code.GetText() != d.Check {
		t.Errorf("the code says %v, %v", code, err)
	}
}

func TestALongCaseTakesPages(t *testing.T) {
	d := document()
	d.Rows = append(d.Rows, paper.Row{Label: "一个很长很长的栏目名称要折行", Text: strings.Repeat("锅炉房,", 500)},
		paper.Row{Label: "连写", Text: strings.Repeat("x", 600)})
	d.Entries = nil
	for i := range 200 {
		d.Entries = append(d.Entries, paper.Entry{Head: fmt.Sprintf("2026-11-22 20:00  李芳(一分厂分会主席)  意见%03d", i), Text: strings.Repeat("同意办理。", i%40)})
	}
	pages := printed(t, d)
	if len(pages) < 8 {
		t.Fatalf("%d pages", len(pages))
	}
	next := 0
	for i, page := range pages {
		m := pageOf.FindStringSubmatch(page)
		if m == nil || m[1] != fmt.Sprint(i+1) || m[2] != fmt.Sprint(len(pages)) || !strings.Contains(page, "JY26-0138") {
			t.Errorf("page %d says %v", i+1, m)
		}
		for strings.Contains(page, fmt.Sprintf("意见%03d", next)) {
			next++
		}
	}
	all := strings.Join(pages, "")
	if n := strings.Count(all, "锅炉房,"); next != 200 || n < 400 || strings.Count(all, "x") < 600 {
		t.Errorf("%d entries, %d words, %d letters are there", next, n, strings.Count(all, "x"))
	}
	if !strings.Contains(pages[len(pages)-1], "工会(盖章)") {
		t.Errorf("there is no place for a seal on\n%s", pages[len(pages)-1])
	}
}

// Nothing stands beyond the margins: the reader tells where each word is.
func TestNothingStandsBeyondTheMargins(t *testing.T) {
	d := document()
	d.Union, d.Title = strings.Repeat("集团公司", 30), strings.Repeat("办理单", 30)
	d.Foot = strings.Repeat("打印人", 60)
	d.Rows = append(d.Rows, paper.Row{Label: strings.Repeat("长", 50), Text: strings.Repeat("W", 3000) + strings.Repeat("。", 300)})
	file, err := font(t).PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-bbox", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, m := range regexp.MustCompile(`xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"`).FindAllStringSubmatch(string(out), -1) {
		var box [4]float64
		for i := range box {
			if _, err := fmt.Sscan(m[i+1], &box[i]); err != nil {
				t.Fatal(err)
			}
		}
		words++
		if box[0] < 50 || box[1] < 40 || box[2] > 550 || box[3] > 842 {
			t.Errorf("a word stands at %v", box)
		}
	}
	if words < 50 {
		t.Errorf("only %d words", words)
	}
}

// TestAChartIsAPicture of the sums that it is given, whatever the words.
func TestAChartIsAPicture(t *testing.T) {
	c := paper.Chart{Title: strings.Repeat("集团公司", 60) + "😀\u202e\n", Parts: []string{"按期", "晚办", "超期未办"}}
	for i, values := range [][]int{{30, 6, 4}, {0, 0, 10}, {0, 0, 0}, {-5, 0, 0}, nil} {
		c.Bars = append(c.Bars, paper.Bar{Label: strings.Repeat("分厂", 1+40*i), Values: values, Note: "共 40 · 按期 30"})
	}
	file, err := font(t).PNG(c)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	// The colours of a bar, counted along its middle.
	along := func(bar int) map[color.Color]int {
		seen := map[color.Color]int{}
		for x := range picture.Bounds().Dx() {
			seen[color.RGBAModel.Convert(picture.At(x, 140+96*bar+24+10+12))]++
		}
		return seen
	}
	onTime, late, overdue, none := color.RGBA{0x2f, 0x6f, 0xb0, 0xff}, color.RGBA{0xf0, 0xa8, 0x30, 0xff}, color.RGBA{0xb8, 0x28, 0x28, 0xff}, color.RGBA{0xee, 0xee, 0xee, 0xff}
	if got := along(0); got[onTime] != 627 || got[late] != 125 || got[overdue] != 84 || got[none] != 0 {
		t.Errorf("30, 6 and 4 of 40 are %v", got)
	}
	if got := along(1); got[onTime] != 0 || got[overdue] != 209 || got[none] != 627 {
		t.Errorf("10 of 40 are %v", got)
	}
	for bar := 2; bar < 5; bar++ {
		if got := along(bar); got[none] != 836 {
			t.Errorf("nothing is %v", got)
		}
	}
	ink := 0
	for x := range picture.Bounds().Dx() {
		if r, _, _, _ := picture.At(x, 48).RGBA(); r < 0x8000 {
			ink++
		}
	}
	if ink < 100 || ink > 800 {
		t.Errorf("%d dots of the title's middle are dark", ink)
	}
	if r, _, _, _ := picture.At(picture.Bounds().Dx()-8, 48).RGBA(); r < 0x8000 {
		t.Error("the title runs over the edge")
	}
}

func TestAFontThatWillNotDoIsNamed(t *testing.T) {
	data := fontData(t)
	cut := append([]byte(nil), data[:1000]...)
	many := append([]byte(nil), data[:20]...)
	binary.BigEndian.PutUint32(many[8:], 1<<31)
	far := append([]byte(nil), data[:20]...)
	binary.BigEndian.PutUint32(far[12:], 1<<31-1)
	for name, data := range map[string][]byte{
		"what the writer needs is gone": bytes.ReplaceAll(data, []byte("OS/2"), []byte("OS/1")), "its outlines are cut": shortened(data, "glyf"), "its places are cut": shortened(data, "loca"),
		"nothing": nil, "no font": bytes.Repeat([]byte("no font at all. "), 100), "cut": cut, "many": many, "far": far,
		"outlines": append([]byte("OTTO"), make([]byte, 60)...),
	} {
		if f, err := paper.ParseFont(data); err == nil || f != nil {
			t.Errorf("%s is taken for a font", name)
		}
	}
}

// shortened is a collection whose tables of this name are 100 bytes long.
func shortened(data []byte, table string) []byte {
	data = bytes.Clone(data)
	for i := range binary.BigEndian.Uint32(data[8:]) {
		at := int(binary.BigEndian.Uint32(data[12+4*i:]))
		for j := range int(binary.BigEndian.Uint16(data[at+4:])) {
			if record := data[at+12+16*j:]; string(record[:4]) == table {
				binary.BigEndian.PutUint32(record[12:], 100)
			}
		}
	}
	return data
}

func FuzzParseFont(f *testing.F) {
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10OTTO"))
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00glyf\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = paper.ParseFont(data) })
}

func BenchmarkPaper(b *testing.B) {
	f, d := font(b), document()
	for b.Loop() {
		if _, err := f.PDF(d); err != nil {
			b.Fatal(err)
		}
	}
}
