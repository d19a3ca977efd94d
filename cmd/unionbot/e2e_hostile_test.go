package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

const (
	// manyConnections is what one attacker holds open, where the limit on open files allows.
	manyConnections = 10_000
	// honestWait is how long an honest caller may wait for an answer during an attack: what a platform waits.
	honestWait = 5 * time.Second
	// hostileGrowth is how much the process may grow by whatever is done to it, in KiB; the race detector needs about
	// eight times as much for everything.
	hostileGrowth = 96 << 10
)

// testHostile attacks a replica in every way that needs no key, and with a key in those that the platforms' own users
// could cause. After each attack an honest caller is answered, and in the end the process is about as big as before.
func testHostile(t *testing.T, binary string) {
	w := newWorld(t, binary)
	r := w.serve()
	w.route(r)
	h := &hostile{world: w, replica: r}
	h.answersHonestly("nothing")
	before := r.resident()
	slow := h.slowBodies(100)
	h.answersHonestly("slow bodies")
	h.crowdOfConnections()
	h.endlessBody()
	h.refusesRequests()
	h.refusesForgeries()
	h.takesMonsters()
	h.answersHonestly("all of that")
	for _, c := range slow {
		h.isCut(c)
	}
	h.answersHonestly("the last of the slow")
	grown := r.resident() - before
	t.Logf("resident before %d KiB, grown by %d KiB", before, grown)
	if grown > hostileGrowth {
		t.Errorf("the process has grown by %d KiB, more than %d", grown, hostileGrowth)
	}
}

// hostile is a replica under attack, and an honest caller.
type hostile struct {
	*world
	replica *replica
}

// answersHonestly lets somebody ask, who must hear in time.
func (h *hostile) answersHonestly(during string) {
	h.t.Helper()
	for range 3 {
		asked := time.Now()
		h.ask(zhangWei, "我的", "提")
		if took := time.Since(asked); took > honestWait {
			h.t.Errorf("under %s an honest caller waited %v", during, took)
		}
	}
}

func (h *hostile) dial() net.Conn {
	h.t.Helper()
	c, err := net.Dial("tcp", h.replica.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = c.Close() }) // most are cut by then
	return c
}

// slowBodies begin requests that they never end.
func (h *hostile) slowBodies(n int) (all []net.Conn) {
	h.t.Helper()
	for range n {
		c := h.dial()
		if _, err := io.WriteString(c, "POST /callback/wecom?timestamp="+seconds(time.Now())+" HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n<"); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// isCut waits until the service has had enough of a connection.
func (h *hostile) isCut(c net.Conn) {
	h.t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		h.t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); os.IsTimeout(err) {
		h.t.Errorf("a connection that says nothing more is still open after %v", patience)
	}
}

// crowdOfConnections holds as many connections as the machine allows, from several addresses: every second says nothing,
// the others send headers that do not end.
func (h *hostile) crowdOfConnections() {
	h.t.Helper()
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		h.t.Fatal(err)
	}
	n := min(manyConnections, int(files.Cur)-1000)
	if n < manyConnections/10 {
		h.t.Errorf("the limit on open files allows %d connections, which are no crowd: raise it", n)
	} else if n < manyConnections {
		h.t.Logf("the limit on open files allows %d connections only", n)
	}
	var all []net.Conn
	for i := range n {
		from := net.IPv4(127, 0, 0, 2)
		if i%10 == 0 { // some hundreds from each of three more, which are all taken
			from[15] += byte(1 + i/10%3)
		}
		attacker := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}} // the honest call from 127.0.0.1
		c, err := attacker.DialContext(h.t.Context(), "tcp", h.replica.address)
		if err != nil {
			h.t.Errorf("connection %d: %v", i, err)
			break
		}
		all = append(all, c)
		if i%2 == 0 {
			_, _ = io.WriteString(c, "POST /callback/wecom HTTP/1.1\r\nHost: x\r\nX-Slow: ") // it may have been cut
		}
	}
	h.answersHonestly("a crowd of connections")
	h.t.Logf("resident with %d connections: %d KiB", len(all), h.replica.resident())
	for _, c := range all {
		_ = c.Close()
	}
}

// endlessBody sends chunks for as long as anybody takes them.
func (h *hostile) endlessBody() {
	h.t.Helper()
	c := h.dial()
	request := "POST /callback/wecom?timestamp=" + seconds(time.Now()) + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	if _, err := io.WriteString(c, request); err != nil {
		h.t.Fatal(err)
	}
	chunk := []byte("10000\r\n" + strings.Repeat("x", 0x10000) + "\r\n")
	const enough = 64 << 20 // more than all the buffers on the way hold
	for sent := 0; sent < enough; sent += len(chunk) {
		if _, err := c.Write(chunk); err != nil {
			return
		}
	}
	h.t.Error("an endless body is read without end")
}

// refusesRequests tries what a server and the proxy before it may understand differently, and paths that lead inside.
func (h *hostile) refusesRequests() {
	h.t.Helper()
	const host = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	for _, request := range []string{
		"GET /metrics" + host + "\r\n", "GET /debug/pprof/" + host + "\r\n", "GET /callback/../metrics" + host + "\r\n",
		"GET /callback/%2e%2e/metrics" + host + "\r\n", "GET //metrics" + host + "\r\n", "GET /callback%2fwecom" + host + "\r\n",
		"GET http://127.0.0.1:9090/metrics" + host + "\r\n", "CONNECT 127.0.0.1:9090" + host + "\r\n", "TRACE /callback/wecom" + host + "\r\n",
		"GET /callback/officialaccount" + host + "\r\n", "POST /callback/officialaccount" + host + "Content-Length: 7\r\n\r\n<xml/>\n",
		"GET /callback/officialaccount?signature=" + strings.Repeat("a", 40) + "&timestamp=1&nonce=1&echostr=x" + host + "\r\n",
		"GET /check/" + strings.Repeat("A", 22) + host + "\r\n", "GET /check/" + strings.Repeat("A", 1<<16) + host + "\r\n", "GET /check/..%2f..%2fmetrics" + host + "\r\n",
		"GET /check/%00%ff" + host + "\r\n", "POST /check/" + strings.Repeat("A", 22) + host + "Content-Length: 0\r\n\r\n",
		"GET /paper/" + strings.Repeat("A", 22) + host + "\r\n", "GET /paper/../metrics" + host + "\r\n", "GET /paper/%2e%2e/debug/pprof/" + host + "\r\n",
		"GET /console/../metrics" + host + "\r\n",
		"OPTIONS *" + host + "\r\n", "DELETE /callback/wecom" + host + "\r\n", "PUT /healthz" + host + "\r\n",
		"GET /callback/wecom HTTP/1.0\r\n\r\n", "GET /callback/wecom HTTP/9.9\r\n\r\n", "GET /callback/wecom\r\n\r\n",
		"GET /callback/wecom" + host + "X: " + strings.Repeat("x", 1<<20) + "\r\n\r\n",
		"GET /callback/wecom" + host + strings.Repeat("X: y\r\n", 100_000) + "\r\n",
		"GET /callback/wecom?" + strings.Repeat("a&", 10_000) + host + "\r\n",
		"GET /callback/wecom?timestamp=" + strings.Repeat("9", 10_000) + host + "\r\n",
		"POST /callback/wecom" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /callback/wecom" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"POST /callback/wecom" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"POST /callback/wecom" + host + "Content-Length: 99999999999999\r\n\r\n",
		"POST /callback/wecom" + host + "Content-Length: -1\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	} {
		c := h.dial()
		go func() { _, _ = io.WriteString(c, request) }() // it may be refused in the middle
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			h.t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if os.IsTimeout(err) || regexp.MustCompile(`(?m)^HTTP/\S+ 2`).Match(answer) {
			h.t.Errorf("%.80q is answered %.200q, %v", request, answer, err)
		}
	}
	pipelined := h.dial()
	if _, err := io.WriteString(pipelined, strings.Repeat("GET /callback/wecom HTTP/1.1\r\nHost: x\r\n\r\n", 100)); err != nil {
		h.t.Fatal(err)
	}
	reader := bufio.NewReader(pipelined)
	for i := range 100 {
		response, err := http.ReadResponse(reader, nil)
		if err != nil || response.StatusCode != http.StatusForbidden {
			h.t.Fatalf("of 100 requests at once, %d: %v, %v", i, response, err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			h.t.Fatal(err)
		}
	}
}

// refusesForgeries changes one thing of a genuine callback each time.
func (h *hostile) refusesForgeries() {
	h.t.Helper()
	genuine := h.knock(wecom.Config{}, time.Now())
	if status, _ := h.post(genuine.Query, genuine.Body, ""); status != http.StatusOK {
		h.t.Fatalf("the genuine callback is answered %d", status)
	}
	with := func(name, value string) url.Values {
		q := url.Values{}
		for k, v := range genuine.Query {
			q[k] = v
		}
		q.Set(name, value)
		return q
	}
	encrypted := string(genuine.Body)
	start := strings.Index(encrypted, "<Encrypt><![CDATA[") + len("<Encrypt><![CDATA[")
	old, coming := h.knock(wecom.Config{}, time.Now().Add(-time.Hour)), h.knock(wecom.Config{}, time.Now().Add(time.Hour))
	stranger := h.knock(wecom.Config{CorpID: "wwsomebodyelse0000"}, time.Now())
	otherToken := h.knock(wecom.Config{Token: "guessed"}, time.Now())
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	for range 100 << 10 {
		_, _ = zip.Write(make([]byte, 1<<10)) // into memory
	}
	_ = zip.Close()
	type attempt struct {
		query    url.Values
		body     []byte
		encoding string
	}
	var text string
	for name, a := range map[string]attempt{
		"no signature":         {with("msg_signature", ""), genuine.Body, ""},
		"a wrong signature":    {with("msg_signature", strings.Repeat("0", 40)), genuine.Body, ""},
		"another nonce":        {with("nonce", "1"), genuine.Body, ""},
		"another time":         {with("timestamp", seconds(time.Now().Add(time.Second))), genuine.Body, ""},
		"an old one":           {old.Query, old.Body, ""},
		"one from tomorrow":    {coming.Query, coming.Body, ""},
		"another corporation":  {stranger.Query, stranger.Body, ""},
		"another token":        {otherToken.Query, otherToken.Body, ""},
		"a changed ciphertext": {genuine.Query, []byte(encrypted[:start] + "AAAA" + encrypted[start+4:]), ""},
		"a cut ciphertext":     {genuine.Query, []byte(encrypted[:start] + encrypted[start+32:]), ""},
		"a cut body":           {genuine.Query, genuine.Body[:len(genuine.Body)/2], ""},
		"no body":              {genuine.Query, nil, ""},
		"two ciphertexts":      {genuine.Query, []byte(strings.Replace(encrypted, "</xml>", "<Encrypt>AAAA</Encrypt></xml>", 1)), ""},
		"a huge body":          {genuine.Query, bytes.Repeat([]byte("x"), 1<<20), ""},
		"a gzip bomb":          {genuine.Query, packed.Bytes()[:min(packed.Len(), 60<<10)], "gzip"},
		"an entity bomb":       {genuine.Query, []byte(entityBomb()), ""},
		"a deep tree":          {genuine.Query, []byte(strings.Repeat("<a>", 10_000)), ""},
		"many attributes":      {genuine.Query, []byte("<xml" + strings.Repeat(` a="b"`, 8_000) + "></xml>"), ""},
		"deep json":            {genuine.Query, []byte(strings.Repeat(`{"a":`, 10_000)), ""},
	} {
		status, answer := h.post(a.query, a.body, a.encoding)
		if status != http.StatusForbidden {
			h.t.Errorf("%s is answered %d", name, status)
		}
		if text == "" {
			text = answer
		}
		if answer != text {
			h.t.Errorf("%s is told %q, others %q", name, answer, text)
		}
	}
}

// takesMonsters sends genuine callbacks with what nobody should write: they are kept and answered with silence.
func (h *hostile) takesMonsters() {
	h.t.Helper()
	app := h.played.app
	codec, err := wxcrypt.NewCodec(app.Token, app.AESKey, app.CorpID, rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	for name, message := range map[string]string{
		"an entity bomb":     entityBomb(),
		"a deep tree":        strings.Repeat("<a>", 5_000) + strings.Repeat("</a>", 5_000),
		"many fields":        "<xml>" + strings.Repeat("<a>b</a>", 4_000) + "</xml>",
		"a field twice":      "<xml><FromUserName>a</FromUserName><FromUserName>b</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>",
		"no message":         "\x00\x01\x02",
		"an escape sequence": "<xml><FromUserName>\x1b[2J\r\n{\"level\":\"ERROR\"}</FromUserName><MsgType>\x1b[31m</MsgType><MsgId>\x1b</MsgId></xml>",
	} {
		encrypted, err := codec.Encrypt([]byte(message))
		if err != nil {
			h.t.Fatal(err)
		}
		now := seconds(time.Now())
		query := url.Values{"msg_signature": {codec.Sign(now, "n", encrypted)}, "timestamp": {now}, "nonce": {"n"}}
		if status, answer := h.post(query, callback.Envelope(app.CorpID, encrypted), ""); status != http.StatusOK {
			h.t.Errorf("%s is answered %d %q", name, status, answer)
		}
	}
	if strings.Contains(h.replica.log.String(), "\x1b") {
		h.t.Error("an escape sequence is in the log")
	}
}

// knock is a genuine callback but for what is set in c.
func (h *hostile) knock(c wecom.Config, at time.Time) callback.Knock {
	h.t.Helper()
	app := h.played.app
	if c.CorpID == "" {
		c.CorpID = app.CorpID
	}
	if c.Token == "" {
		c.Token = app.Token
	}
	c.AESKey = app.AESKey
	knocks, err := c.Knocks(at)
	if err != nil {
		h.t.Fatal(err)
	}
	return knocks[1]
}

func (h *hostile) post(query url.Values, body []byte, encoding string) (status int, answer string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, "http://"+h.replica.address+"/callback/wecom?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// entityBomb would be gigabytes to a reader that resolves entities.
func entityBomb() string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE xml [<!ENTITY e0 \"ha\">")
	for i := range 40 {
		fmt.Fprintf(&b, `<!ENTITY e%d "&e%d;&e%d;">`, i+1, i, i)
	}
	b.WriteString("]><xml><FromUserName>a</FromUserName><Encrypt>&e40;</Encrypt></xml>")
	return b.String()
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// resident is how much memory the process has, in KiB.
func (r *replica) resident() int {
	r.w.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.command.Process.Pid))
	if err != nil {
		r.w.t.Fatal(err)
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		r.w.t.Fatalf("no VmRSS in %s", status)
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		r.w.t.Fatal(err)
	}
	return n
}
