package main

import (
	"context"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

// testTelephone tells of danger, and listens to the telephone of whoever is called.
func testTelephone(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve(), w.serve())
	const zhaoMin, zhouQiang = "wecom:zhaomin", "wecom:zhouqiang"
	w.ask(zhaoMin, "三号行车钢丝绳快断了,正吊着东西", "发消息、打语音电话")
	ringing := func(e simulator.Entry) bool {
		return e.Side == simulator.System && strings.Contains(e.Text, "语音来电")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := w.platforms.Await(ctx, zhouQiang, 0, ringing); err != nil {
		t.Fatalf("no telephone rings: %v; the phone shows:\n%s", err, w.phone(zhouQiang))
	}
	w.ask(zhouQiang, "收到,我马上去", "由您接单")
	w.hears(zhaoMin, 0, "周强 已接单")
	n := 0
	for _, e := range w.chat(zhouQiang) {
		if ringing(e) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the telephone rang %d times:\n%s", n, w.phone(zhouQiang))
	}
}
