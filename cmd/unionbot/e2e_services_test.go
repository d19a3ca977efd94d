package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/flows/services"
)

// suggestionWith is the suggestion that comes along, with other words: old, new, old, new, …
func suggestionWith(t *testing.T, oldNew ...string) []byte {
	t.Helper()
	source, err := fs.ReadFile(services.Files, "suggestion.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(string(source), oldNew[i]) {
			t.Fatalf("the suggestion has no %s", oldNew[i])
		}
	}
	return []byte(strings.NewReplacer(oldNew...).Replace(string(source)))
}

// testServicesFolder changes a service under the hands of the people who use it.
func testServicesFolder(t *testing.T, binary string) {
	w := newWorld(t, binary)
	folder := t.TempDir()
	w.common = append(w.common, "UNIONBOT_SERVICES_DIR="+folder)
	put := func(source []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "suggestion.yaml"), source, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one, two := w.serve(), w.serve()
	w.route(one, two)
	first := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.ask(hanXue, "提个建议,给检验台换一盏亮一点的灯", "现在是什么情况")

	put(suggestionWith(t, "days: 3", "days: three", "现在是什么情况", "现场是什么样子"))
	refused := regexp.MustCompile(`"msg":"files are refused, the ones before go on".*"file":"suggestion\.yaml","line":\d+,"field":"review\[1\]\.days","error":"a whole number is expected, not \\"three\\""`)
	one.log.await(t, one.ended, refused)
	two.log.await(t, two.ended, refused)
	const newcomer = "wecom:cuikai"
	w.ask(newcomer, "提个建议,给更衣室装一面镜子", "现在是什么情况")
	w.ask(newcomer, "取消", "")

	put(suggestionWith(t, "现在是什么情况", "现场是什么样子", "收到,谢谢{name}", "收悉,感谢{name}", "谢谢您的{service} {number}《{title}》", "感谢您提的{service} {number}《{title}》"))
	taken := regexp.MustCompile(`"msg":"files are taken from the folder"`)
	one.log.await(t, one.ended, taken)
	two.log.await(t, two.ended, taken)
	w.ask(newcomer, "提个建议,给食堂加一台风扇", "现场是什么样子")
	w.ask(newcomer, "中午太热", "做好了会有什么效果")
	w.ask(newcomer, "跳过", "请核对", "给食堂加一台风扇")
	third := numberIn(t, w.ask(newcomer, "1", "收悉,感谢"))

	// Who began with the old form goes on with it, also on a replica that has never read it.
	one.stop()
	two.stop()
	w.route(w.serve())
	w.ask(hanXue, "看不清刻度", "做好了会有什么效果")
	w.ask(hanXue, "跳过", "请核对", "给检验台换一盏亮一点的灯")
	w.ask(hanXue, "1", "收到,谢谢")
	w.tap(liFang, w.hears(liFang, 0, first, "受理"), "受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+first, "决定受理")
	w.ask(newcomer, "进度", third)

	put(suggestionWith(t, "days: 3", "days: three"))
	if said := w.refuses("serve"); !strings.Contains(said, "suggestion.yaml:") || !strings.Contains(said, "review[1].days: a whole number is expected") {
		t.Errorf("a start with a broken folder says %s", said)
	}
}
