package main

import (
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/unionbot/unionbot/simulator"
)

// testPaper prints with the font of this machine, and looks at the pages as a stranger with a phone does.
func testPaper(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.common = append(w.common, "UNIONBOT_PUBLIC_URL=https://example.com/hui")
	r := w.serve()
	w.route(r)
	w.ask(zhangWei, "提个建议,给锅炉房加个护栏", "现在是什么情况")
	w.ask(zhangWei, "炉口没有护栏", "做好了会有什么效果")
	w.ask(zhangWei, "跳过", "请核对")
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	asked := w.ask(liFang, "打印 "+number, "正在发给您")
	text, code := w.paper(w.fileAfter(liFang, asked.ID))
	for _, want := range []string{number, "给锅炉房加个护栏", "张伟", "李芳"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper:\n%s", want, text)
		}
	}
	path, ok := strings.CutPrefix(code, "https://example.com/hui/check/")
	if !ok {
		t.Fatalf("the code opens %s", code)
	}
	w.opens(r, "/hui/check/"+path, http.StatusOK, "是真的,也是最新的", number, "正在办理")
	w.opens(r, "/check/"+path, http.StatusOK, "是真的,也是最新的")
	w.ask(liFang, "受理 "+number, "已记为受理")
	page := w.opens(r, "/check/"+path, http.StatusOK, "此后有新的办理", number, "已受理")
	for _, told := range []string{"张伟", "李芳", "护栏", "锅炉"} {
		if strings.Contains(page, told) {
			t.Errorf("the page tells %s:\n%s", told, page)
		}
	}
	counted := w.ask(liFang, "统计", "共 1 件", "图正在发给您")
	w.seesPictures(liFang, counted.ID, 1)
	strange := w.opens(r, "/check/"+strings.Repeat("a", 40), http.StatusNotFound, "没有查到")
	for name, forged := range map[string]string{"forged": path[:39] + "!" + path[40:], "cut": path[:30], "turned round": path[20:] + path[:20]} {
		if page := w.opens(r, "/check/"+forged, http.StatusNotFound, "没有查到"); page != strange {
			t.Errorf("a code that is %s is answered otherwise:\n%s", name, page)
		}
	}
	w.opens(r, "/paper/"+path, http.StatusNotFound, "没有查到")
	for range 40 {
		w.get(r, "/check/"+path)
	}
	w.opens(r, "/check/"+path, http.StatusTooManyRequests, "过一分钟再试")
}

// fileAfter waits for a file on a phone and returns what it holds.
func (w *world) fileAfter(person string, after int64) []byte {
	w.t.Helper()
	e, err := w.platforms.Await(w.t.Context(), person, after, func(e simulator.Entry) bool { return e.Side == simulator.Bot && e.Kind == simulator.File })
	if err != nil {
		w.t.Fatalf("%s waits for a file: %v; the phone shows:\n%s", person, err, w.phone(person))
	}
	got := httptest.NewRecorder()
	w.platforms.ServeHTTP(got, httptest.NewRequest(http.MethodGet, "/control/media/"+e.Media, nil))
	if got.Code != http.StatusOK {
		w.t.Fatalf("file %s: %d", e.Media, got.Code)
	}
	return got.Body.Bytes()
}

// paper reads a paper: its words, and where its code leads.
func (w *world) paper(file []byte) (text, code string) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "paper")
	if err := os.WriteFile(path+".pdf", file, 0o600); err != nil {
		w.t.Fatal(err)
	}
	words, err := exec.CommandContext(w.t.Context(), "pdftotext", "-layout", path+".pdf", "-").Output()
	if err != nil {
		w.t.Fatalf("pdftotext (Debian: poppler-utils): %v", err)
	}
	if err := exec.CommandContext(w.t.Context(), "pdftoppm", "-png", "-r", "150", "-singlefile", path+".pdf", path).Run(); err != nil {
		w.t.Fatal(err)
	}
	shown, err := os.Open(path + ".png")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = shown.Close() }()
	picture, err := png.Decode(shown)
	if err != nil {
		w.t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		w.t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		w.t.Fatalf("the paper has no code: %v", err)
	}
	return string(words), read.GetText()
}

func (w *world) get(r *replica, path string) (status int, page string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://"+r.address+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// opens looks at a page, which has these words.
func (w *world) opens(r *replica, path string, want int, words ...string) string {
	w.t.Helper()
	status, page := w.get(r, path)
	if status != want {
		w.t.Errorf("%s is answered with %d, want %d:\n%s", path, status, want, page)
	}
	for _, word := range words {
		if !strings.Contains(page, word) {
			w.t.Errorf("%q is not on %s:\n%s", word, path, page)
		}
	}
	return page
}
