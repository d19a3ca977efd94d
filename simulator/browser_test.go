package simulator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestThePhonesWorkInARealBrowser types on one phone and taps a card on another.
func TestThePhonesWorkInARealBrowser(t *testing.T) {
	s := newStage(t, nil)
	s.wants(s.wecom("message/send", cardTo("lifang", "T-1")), 0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	phone := func(person, part string) string { return fmt.Sprintf(`[data-phone=%q] %s`, person, part) }
	err := chromedp.Do(ctx,
		chromedp.Navigate(s.url),
		chromedp.SendKeys(phone(zhangwei, `[data-testid="say"]`), "<b>你好</b>\r"),
		chromedp.Query(phone(zhangwei, `[data-side="bot"][data-kind="text"]`), chromedp.NodeVisible),
		chromedp.Click(phone(lifang, `[data-testid="card-button"][data-key="accept"]`), chromedp.NodeVisible),
		chromedp.Query(phone(lifang, `[data-kind="event"][data-state="delivered"]`), chromedp.NodeVisible),
		chromedp.Query(`[data-testid="record"][data-title="template_card_event"]`, chromedp.NodeVisible),
	)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('[data-phone="wecom:zhangwei"] [data-testid=chat]').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shown, "echo: <b>你好</b>") {
		t.Errorf("the phone shows %q", shown)
	}
}
