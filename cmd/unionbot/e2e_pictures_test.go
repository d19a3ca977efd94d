package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func testPictures(t *testing.T, binary string) {
	w := newWorld(t, binary)
	bucket := storagetest.BucketURL(t)
	storagetest.MakeBucket(t, bucket)
	w.common = append(w.common, "UNIONBOT_MEDIA_URL="+bucket) // the last of a name counts
	w.route(w.serve())
	w.ask(zhangWei, "提个建议,给锅炉房加个护栏", "现在是什么情况")
	for _, picture := range []string{"boiler", "rope"} {
		sent := w.act(simulator.Act{Person: zhangWei, Do: "picture", Media: picture})
		w.hears(zhangWei, sent.ID, "张照片")
	}
	w.ask(zhangWei, "推车容易翻", "做好了会有什么效果")
	w.ask(zhangWei, "跳过", "请核对", "照片 2 张")
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	card := w.hears(liFang, 0, number, "看照片")
	w.ask(liFang, "待办", number)
	w.ask(liFang, "1", number, "5 看照片")
	asked := w.ask(liFang, "5", number+" 的照片")
	for deadline := time.Now().Add(patience); strings.Contains(asked.Text, "还在接收"); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the pictures are not fetched:\n%s", w.phone(liFang))
		}
		if strings.Contains(asked.Text, "正在发给您") {
			w.seesPictures(liFang, asked.ID, 1) // the other one was not there yet
		}
		asked = w.ask(liFang, "5", number+" 的照片")
	}
	w.seesPictures(liFang, asked.ID, 2)

	tapped := w.tap(liFang, card, "看照片")
	w.seesPictures(liFang, tapped.ID, 2)
	if err := w.platforms.Redeliver(liFang, tapped.ID); err != nil {
		t.Fatal(err)
	}
	w.settled(liFang)
	w.ask(liFang, "同意 "+number, number+" 已记为受理")
	w.hears(liFang, 0, number, "已办结") // comes after whatever the copy had caused
	w.seesPictures(liFang, tapped.ID, 2)
}

// seesPictures waits for pictures on a phone after a line, and fails if there are more.
func (w *world) seesPictures(person string, after int64, n int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	last := after
	for range n {
		e, err := w.platforms.Await(ctx, person, last, func(e simulator.Entry) bool {
			return e.Side == simulator.Bot && e.Kind == simulator.Picture && e.Media != ""
		})
		if err != nil {
			w.t.Fatalf("%s waits for a picture: %v; the phone shows:\n%s", person, err, w.phone(person))
		}
		last = e.ID
	}
	for _, e := range w.chat(person) {
		if e.ID > last && e.Kind == simulator.Picture {
			w.t.Errorf("one picture too many:\n%s", w.phone(person))
		}
	}
}
