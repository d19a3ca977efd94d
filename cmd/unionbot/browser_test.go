package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// glance is how long one thing on the page may take to appear.
const glance = 15 * time.Second

// tab is a browser's tab that shows the phones.
type tab struct {
	t     *testing.T
	ctx   context.Context
	shots string // where pictures of it are left; "" for none
	strip []image.Image
}

// openTab opens the page in a browser that can reach this machine only, as on a plant's network.
func openTab(t *testing.T, url string) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findBrowser(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "zh-CN"), chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.UserDataDir(t.TempDir()))
	browser, closeBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(browser, chromedp.WithListener(func(event any) { complain(t, event) }))
	t.Cleanup(func() {
		patient, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := chromedp.Cancel(patient); err != nil {
			t.Errorf("close browser: %v", err)
		}
		closeBrowser()
	})
	b := &tab{t: t, ctx: ctx, shots: os.Getenv("UNIONBOT_TEST_SCREENSHOTS")}
	// The context of the first action is the browser's life, so this one has no deadline.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url)); err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	b.shows(byTestID("link"), "已连接")
	return b
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("UNIONBOT_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no browser: install chromium, or name one in UNIONBOT_TEST_CHROMIUM")
	return ""
}

// complain fails the test on what a developer would see in red: exceptions, and what the page's policy forbids.
func complain(t *testing.T, event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		t.Errorf("the page threw: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			t.Errorf("the page logged: %s %s", e.Entry.Text, e.Entry.URL)
		}
	}
}

func byTestID(id string) string { return fmt.Sprintf("[data-testid=%q]", id) }

// on names a thing on a person's phone.
func on(person, selector string) string { return fmt.Sprintf("[data-phone=%q] %s", person, selector) }

func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, glance)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.shoot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// click clicks what can be seen.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// says types words on a phone and sends them.
func (b *tab) says(person, words string) {
	b.t.Helper()
	box := chromedp.CSS(on(person, byTestID("say")))
	b.do("type "+words, chromedp.SendKeys(box, words, chromedp.NodeVisible))
	b.click(on(person, byTestID("send")))
}

// reads waits until the newest line that the bot said on a phone has the words in it.
func (b *tab) reads(person, words string) {
	b.t.Helper()
	b.shows(on(person, `[data-side="bot"]`), words)
}

// shows waits until the last thing that the selector finds is in sight and has the words in it.
func (b *tab) shows(selector, words string) {
	b.t.Helper()
	const found = `(selector, words) => {
		const last = [...document.querySelectorAll(selector)].at(-1);
		if (!last || !last.innerText.includes(words)) return false;
		const box = last.getBoundingClientRect();
		return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest(selector) === last;
	}`
	b.do(fmt.Sprintf("see %q in %s", words, selector), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.PollFunction[bool](found, chromedp.WithPollingArgs(selector, words), chromedp.WithPollingTimeout(glance))(ctx, target)
		return err
	}))
}

// pictureBytes is the largest picture that belongs into the repository.
const pictureBytes = 400 << 10

// shoot leaves a picture of the page, if pictures are wanted.
func (b *tab) shoot(name string) {
	b.t.Helper()
	if b.shots == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatalf("take picture: %v", err)
	}
	b.keep(name, picture)
}

func (b *tab) keep(name string, picture []byte) {
	b.t.Helper()
	if len(picture) > pictureBytes {
		b.t.Errorf("picture %s has %d bytes", name, len(picture))
	}
	if err := os.WriteFile(filepath.Join(b.shots, name+".png"), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// frame takes a phone as it is now into the strip of pictures, if pictures are wanted.
func (b *tab) frame(person string) {
	b.t.Helper()
	if b.shots == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS(fmt.Sprintf("[data-phone=%q]", person))))
	if err != nil {
		b.t.Fatalf("take picture of a phone: %v", err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatal(err)
	}
	b.strip = append(b.strip, picture)
}

// leaveStrip leaves the frames side by side.
func (b *tab) leaveStrip(name string) {
	b.t.Helper()
	if len(b.strip) == 0 {
		return
	}
	const gap = 12
	var all image.Rectangle
	for i, each := range b.strip {
		all = image.Rect(0, 0, all.Dx()+min(i, 1)*gap+each.Bounds().Dx(), max(all.Dy(), each.Bounds().Dy()))
	}
	strip, at := image.NewRGBA(all), 0
	draw.Draw(strip, all, image.White, image.Point{}, draw.Src)
	for _, each := range b.strip {
		draw.Draw(strip, each.Bounds().Sub(each.Bounds().Min).Add(image.Pt(at, 0)), each, each.Bounds().Min, draw.Src)
		at += each.Bounds().Dx() + gap
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, strip); err != nil {
		b.t.Fatal(err)
	}
	b.keep(name, out.Bytes())
}

func TestDemoInABrowser(t *testing.T) {
	demo := startDemo(t, buildBinary(t), "--addr", "127.0.0.1:0")
	b := openTab(t, demo.url)

	b.click(on(zhangWei, byTestID("try"))) // 我想给锅炉房提个建议,加个护栏
	b.reads(zhangWei, "好的,记为【合理化建议】(安全生产类):给锅炉房加个护栏")
	b.click(on(zhangWei, byTestID("plus")))
	b.click(on(zhangWei, byTestID("picture-boiler")))
	b.reads(zhangWei, "收到 1 张照片")
	b.says(zhangWei, "夜班巡检经过炉口没有护栏,上月有人滑倒")
	b.reads(zhangWei, "做好了会有什么效果?")
	b.frame(zhangWei)

	b.click(byTestID("advance-48h"))
	b.shows(byTestID("offset"), "快了 2 天")
	b.says(zhangWei, "你好")
	b.reads(zhangWei, "您有一份没写完的建议(给锅炉房加个护栏,照片 1 张)")
	b.shoot("draft")
	b.says(zhangWei, "1")
	b.reads(zhangWei, "做好了会有什么效果?")
	b.says(zhangWei, "夜班巡检不再担心滑倒")
	b.reads(zhangWei, "这也是安全隐患")
	b.says(zhangWei, "2")
	b.reads(zhangWei, "请核对")
	b.says(zhangWei, "1")
	b.reads(zhangWei, "收到,谢谢张师傅!建议 JY")
	b.frame(zhangWei)

	card := on(liFang, byTestID("card"))
	b.shows(card, "给锅炉房加个护栏")
	b.shows(card, "夜班巡检经过炉口没有护栏,上月有人滑倒")
	b.frame(liFang)
	b.click(on(liFang, byTestID("card-button")+`[data-key^="case:accept"]`))
	b.shows(on(liFang, byTestID("settled")), "已办结")
	b.reads(liFang, "已记为受理")
	b.shows(on(zhangWei, byTestID("card")), "办得怎么样") // below what was decided
	b.click(on(zhangWei, byTestID("card-button")+`[data-key^="say:满意"]`))
	b.reads(zhangWei, "记为满意")
	b.frame(zhangWei)
	b.leaveStrip("strip")

	for _, turn := range []struct{ said, answer string }{
		{"绑定", "请发送工号"}, {wangQiangStaffNo, "请发送姓名"}, {"王强", "身份证后六位"}, {wangQiangProof, "认证好了,王师傅"},
	} {
		b.says(wangQiang, turn.said)
		b.reads(wangQiang, turn.answer)
	}
	b.click(on(wangQiang, byTestID("line")+`[data-say="1"]`)) // a line of the menu that comes with that
	b.reads(wangQiang, "您建议怎么做?")
	b.shoot("demo")

	b.do("make the window narrow", chromedp.EmulateViewport(400, 900))
	b.says(zhangWei, "进度")
	b.reads(zhangWei, "已受理")
}
