package flows

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// manyFiles are as many files as the largest union may have: 课题申报 over and over, with so many questions and other examples.
func manyFiles(t *testing.T, n, fields int) fstest.MapFS {
	t.Helper()
	there, err := fs.ReadFile(services.Files, "studio_topic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(there), "\nunderstand:")
	understand, rest, _ := strings.Cut(rest, "\nform:")
	form, tail, found := strings.Cut(rest, "\n\n")
	if !found {
		t.Fatal("studio_topic.yaml is laid out otherwise than this test expects")
	}
	for i := strings.Count(form, "\n  - name:"); i < fields; i++ {
		form = strings.TrimRight(form, "\n") + fmt.Sprintf("\n  - name: more_%d\n    kind: text\n    label: {zh: 第%d项, en: Item %d}\n    ask: {zh: '第%d项是什么?', en: 'Item %d?'}\n    max: 100\n", i, i, i, i, i)
	}
	files := fstest.MapFS{}
	for i := range n {
		shifted := []rune(understand)
		for j, r := range shifted {
			if r >= '\u4e00' && r < '\u9000' {
				shifted[j] = r + rune(3*i)
			}
		}
		own := strings.NewReplacer("prefix: GT", fmt.Sprintf("prefix: %c%c", 'A'+i/26, 'A'+i%26), "课题", fmt.Sprint("课题", i)).Replace(head)
		files[fmt.Sprintf("topic_%d.yaml", i)] = &fstest.MapFile{Data: []byte(own + "\nunderstand:" + string(shifted) + "\nform:" + form + "\n\n" + tail)}
	}
	return files
}

// onCore is how long the process has had a core: what others do on the machine is not in it.
func onCore(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestLoadingIsQuick compares with what TestUnderstandingIsQuick compares with: 300 ms of one core are some ten thousand such
// floors. It fails at half as much again, for a collector that runs beside it.
func TestLoadingIsQuick(t *testing.T) {
	files := manyFiles(t, 200, 30)
	loaded, learnt, floor := time.Hour, time.Hour, time.Hour
	words := map[string]int{}
	for i := range 2000 {
		words[fmt.Sprint("word ", i)] = i
	}
	found := 0
	const most = 15000 * raced
	for range 3 {
		began := onCore(t)
		set, err := service.Load(files)
		if err != nil {
			t.Fatal(err)
		}
		loaded = min(loaded, onCore(t)-began)
		topics := Topics(set.On("").All())
		began = onCore(t)
		understanding.Train(topics)
		learnt = min(learnt, onCore(t)-began)
		for range 50 {
			began := time.Now()
			for word := range words {
				found += words[word]
			}
			floor = min(floor, time.Since(began))
		}
	}
	t.Logf("loading 200 services of 30 fields %v, learning them %v, the floor %v", loaded, learnt, floor)
	if found == 0 || loaded > most*floor || learnt > most*floor {
		t.Errorf("loading takes %v and learning %v, more than %d floors of %v", loaded, learnt, most, floor)
	}
}
