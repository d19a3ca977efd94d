package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	mathrand "math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// patience is how long a test waits for what must come; it is far longer than anything may take.
const patience = 40 * time.Second

// Whose phones the tests hold: workers, and the branch chairs above them.
const (
	zhangWei    = "wecom:zhangwei"
	hanXue      = "wecom:hanxue"
	liFang      = "wecom:lifang" // chair of 张伟's branch
	wangQiang   = "officialaccount:oWangQiang-demo-0000000000001"
	zhaoJianjun = "wecom:zhaojianjun" // chair of 王强's branch
)

// buildBinary builds the program without the race detector, whatever the tests themselves are built with: many processes of it run at a
// time, and it would make each several times as slow. It watches what runs in the process of the tests.
func buildBinary(t *testing.T, flags ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "unionbot")
	build := exec.CommandContext(t.Context(), "go", slices.Concat([]string{"build", "-o", path}, flags, []string{"."})...)
	build.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// world is the seeded union: the platforms in this process, and the stores that its replicas share.
type world struct {
	t         *testing.T
	binary    string
	platforms *simulator.Simulator
	played    played
	database  string // URLs of the stores themselves
	redis     string
	common    []string // settings of every replica
	secrets   []string
	replicas  []*replica
}

// redisNumber gives worlds a Redis database each: what is stashed there belongs to nobody in particular.
var redisNumber atomic.Int32

// newWorld makes a union on MariaDB and Redis.
func newWorld(t *testing.T, binary string, change ...func(*simulator.Config)) *world {
	t.Helper()
	server, err := url.Parse(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	server.Path = "/" + strconv.Itoa(1+int(redisNumber.Add(1))%15)
	return newWorldOn(t, binary, storagetest.MigratedURL(t), server.String(), change...)
}

// newWorldOn brings the database to where the program wants it. Most databases are there: the migrations take seconds each time.
func newWorldOn(t *testing.T, binary, database, redis string, change ...func(*simulator.Config)) *world {
	t.Helper()
	w := &world{t: t, binary: binary, played: newPlayed(), database: database, redis: redis}
	w.played.app.AgentID = 1_000_000 + mathrand.IntN(9_000_000) // its sessions outlive the test in Redis
	everybody, err := people()
	if err != nil {
		t.Fatal(err)
	}
	played := simulator.Config{
		WeCom: &w.played.app, Account: &w.played.account, People: everybody, RetryPause: 100 * time.Millisecond, Gap: 50 * time.Millisecond,
	}
	for _, c := range change {
		c(&played)
	}
	w.platforms, err = simulator.New(played)
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(w.platforms)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := w.platforms.Close(ctx); err != nil {
			t.Errorf("close platforms: %v", err)
		}
		api.Close()
	})
	key := base64.StdEncoding.EncodeToString([]byte("a key of thirty-two bytes, tests"))
	w.common = append(w.played.environ(api.URL), "UNIONBOT_ENCRYPTION_KEYS=k1:"+key, "UNIONBOT_LISTEN=127.0.0.1:0",
		"UNIONBOT_INNER_LISTEN=off", "UNIONBOT_LOG_LEVEL=debug", "UNIONBOT_MEDIA_URL=file:"+filepath.Join(t.TempDir(), "media"))
	app, account := w.played.app, w.played.account
	w.secrets = []string{key, app.Secret, app.ContactSecret, app.Token, app.AESKey, account.Secret, account.Token, account.AESKey}
	w.command("migrate")
	w.command("members", "import", seedFile)
	return w
}

// command runs the program to its end beside the replicas and returns what it wrote to standard output.
func (w *world) command(args ...string) string {
	w.t.Helper()
	c := exec.CommandContext(w.t.Context(), w.binary, args...)
	c.Env = slices.Concat(w.common, []string{"UNIONBOT_DATABASE_URL=" + w.database, "UNIONBOT_REDIS_URL=" + w.redis})
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		w.t.Fatalf("unionbot %s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String()
}

// replica is one running `unionbot serve`, with its own ways to the stores.
type replica struct {
	w               *world
	database, redis *storagetest.Link // nil where the store is embedded
	command         *exec.Cmd
	address         string
	log             *journal
	ended           chan struct{}
	expected        bool // its end was looked at
}

// serve starts a replica and waits until it serves.
func (w *world) serve(flags ...string) *replica {
	w.t.Helper()
	return w.serveWith(func(*replica) {}, flags...)
}

// serveWith is serve with something to do once the replica's ways to the stores are there, before it starts.
func (w *world) serveWith(prepare func(*replica), flags ...string) *replica {
	w.t.Helper()
	r := &replica{w: w, log: newJournal(), ended: make(chan struct{})}
	database, redis := w.database, w.redis
	r.database, database = storagetest.LinkTo(w.t, database)
	r.redis, redis = storagetest.LinkTo(w.t, redis)
	prepare(r)
	r.command = exec.Command(w.binary, append([]string{"serve"}, flags...)...)
	r.command.Env = slices.Concat(w.common, []string{"UNIONBOT_DATABASE_URL=" + database, "UNIONBOT_REDIS_URL=" + redis})
	r.command.Stderr = r.log
	if err := r.command.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		_ = r.command.Wait() // its end is looked at in ProcessState
		close(r.ended)
	}()
	w.replicas = append(w.replicas, r)
	w.t.Cleanup(func() {
		if !r.expected {
			r.stop()
		}
		r.checkLog()
	})
	serving := regexp.MustCompile(`"msg":"serving","address":"([^"]+)"`)
	r.address = r.log.await(w.t, r.ended, serving)[1]
	return r
}

// stop asks the replica to end, which it does within ten seconds and without complaint.
func (r *replica) stop() {
	r.w.t.Helper()
	r.expected = true
	if err := r.command.Process.Signal(syscall.SIGTERM); err != nil {
		r.w.t.Errorf("stop: %v", err)
	}
	select {
	case <-r.ended:
	case <-time.After(10 * time.Second):
		r.w.t.Errorf("the replica did not end within ten seconds; its log:\n%s", r.log)
		_ = r.command.Process.Kill()
		<-r.ended
	}
	if code := r.command.ProcessState.ExitCode(); code != exitDone {
		r.w.t.Errorf("the replica ended with %s; its log:\n%s", r.command.ProcessState, r.log)
	}
}

// kill ends the replica as a power cut would.
func (r *replica) kill() {
	r.w.t.Helper()
	r.expected = true
	if err := r.command.Process.Kill(); err != nil {
		r.w.t.Fatal(err)
	}
	<-r.ended
	if r.database != nil {
		r.database.Cut()
		r.redis.Cut()
	}
}

// route sends the callbacks to these replicas in turn.
func (w *world) route(to ...*replica) {
	w.t.Helper()
	for platform, path := range map[simulator.Platform]string{
		simulator.WeCom: "/callback/wecom", simulator.OfficialAccount: "/callback/officialaccount",
	} {
		var urls []string
		for _, r := range to {
			urls = append(urls, "http://"+r.address+path)
		}
		if err := w.platforms.SetCallbacks(platform, urls...); err != nil {
			w.t.Fatal(err)
		}
	}
}

// routeOf sends what one person says on WeCom to a replica, and nobody else's: what the platform says again of others is not
// for one that is about to be struck.
func (w *world) routeOf(person string, to *replica) {
	w.t.Helper()
	if err := w.platforms.SetCallbackOf(person, "http://"+to.address+"/callback/wecom"); err != nil {
		w.t.Fatal(err)
	}
}

var hanzi = regexp.MustCompile(`\p{Han}`)

// checkLog looks for what must never be in a log. Everything that a person says or is called is Chinese here, and the
// log is English; phones and id cards are those of the seed.
func (r *replica) checkLog() {
	t := r.w.t
	t.Helper()
	forbidden := slices.Concat(r.w.secrets, r.w.numbersOfPeople())
	for line := range strings.Lines(r.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line of the log is not JSON: %s", line)
		}
		if hanzi.MatchString(line) {
			t.Errorf("the log quotes somebody: %s", line)
		}
		for _, each := range forbidden {
			if strings.Contains(line, each) {
				t.Errorf("the log contains %q: %s", each, line)
			}
		}
	}
}

// numbersOfPeople are the phones and id cards of the seed.
func (w *world) numbersOfPeople() []string {
	file, err := seed.ReadFile(seedFile)
	if err != nil {
		w.t.Fatal(err)
	}
	return regexp.MustCompile(`\b\d{17}[\dX]\b|\b1\d{10}\b`).FindAllString(string(file), -1)
}

// journal is what a process wrote, and wakes who waits for a line of it.
type journal struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // closed at the next write
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

// Write implements io.Writer.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
	return j.text.Write(p)
}

// String returns all of it.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// next is closed at the next write.
func (j *journal) next() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// await waits until something of the journal matches.
func (j *journal) await(t *testing.T, ended <-chan struct{}, wanted *regexp.Regexp) []string {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		j.mu.Lock()
		text, changed := j.text.String(), j.changed
		j.mu.Unlock()
		if found := wanted.FindStringSubmatch(text); found != nil {
			return found
		}
		select {
		case <-changed:
		case <-ended:
			t.Fatalf("the process ended; its log:\n%s", j)
		case <-timer.C:
			t.Fatalf("nothing in the log matches %s:\n%s", wanted, j)
		}
	}
}
