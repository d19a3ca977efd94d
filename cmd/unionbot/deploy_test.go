package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/config"
)

const deployFolder = "../../deploy/"

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(deployFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// composition is what of compose.yaml is checked.
type composition struct {
	Services map[string]struct {
		Environment map[string]string
		EnvFile     string `yaml:"env_file"`
		Secrets     []string
		Volumes     []string
		Ports       []string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Command     []string
		Deploy      struct{ Replicas int }
		Healthcheck map[string]any
	}
	Secrets map[string]struct{ File string }
	Volumes map[string]any
}

func TestComposeNamesOnlyWhatThereIs(t *testing.T) {
	var c composition
	if err := yaml.Unmarshal([]byte(readDeploy(t, "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	if got := c.Services["unionbot"].Deploy.Replicas; got != 2 {
		t.Errorf("there are %d replicas", got)
	}
	makes := readDeploy(t, "make-secrets")
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			file := c.Secrets[secret].File
			if file == "" || !strings.Contains(makes, "> "+file) {
				t.Errorf("%s: secret %s is defined nowhere, or make-secrets does not make %q", name, secret, file)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, defined := c.Volumes[source]; defined {
				continue
			}
			if _, err := os.Stat(filepath.Join(deployFolder, source)); err != nil {
				t.Errorf("%s: volume %s is neither defined nor a file", name, source)
			}
		}
		for other, on := range s.DependsOn {
			needed, ok := c.Services[other]
			if !ok || on.Condition == "service_healthy" && needed.Healthcheck == nil && other != "unionbot" { // its image has one
				t.Errorf("%s: depends on %s, which is not there or has no health check", name, other)
			}
		}
		if s.EnvFile != "" {
			checkSettings(t, name, s.Environment, readDeploy(t, s.EnvFile+".example"))
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to other machines, without TLS", name, port)
			}
		}
	}
}

// checkSettings loads the settings of compose.yaml with those of the example beside them: a name that is none, or a
// value that cannot be, is a problem.
func checkSettings(t *testing.T, name string, environment map[string]string, example string) {
	t.Helper()
	environ := regexp.MustCompile(`(?m)^UNIONBOT_\w+=.*$`).FindAllString(example, -1)
	for key, value := range environment {
		if setting, isFile := strings.CutSuffix(key, "_FILE"); isFile { // the secrets are made at the first start
			key, value = setting, map[string]string{
				"UNIONBOT_DATABASE_URL":    "mysql://unionbot:p@mysql:3306/unionbot",
				"UNIONBOT_ENCRYPTION_KEYS": "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
			}[setting]
		}
		environ = append(environ, key+"="+value)
	}
	if _, err := config.Load(config.Source{Environ: environ}, "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS", "PUBLIC_URL", "TRUSTED_PROXIES"); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// A restart is prevented by what the main process exits with, and by nothing that runs before it.
func TestAWrongConfigurationEndsTheRestarts(t *testing.T) {
	unit := readDeploy(t, "unionbot.service")
	if !strings.Contains(unit, "\nRestartPreventExitStatus="+strconv.Itoa(exitUsage)+"\n") {
		t.Errorf("exit status %d does not end the restarts", exitUsage)
	}
	for _, line := range regexp.MustCompile(`(?m)^ExecStartPre=(.*)$`).FindAllStringSubmatch(unit, -1) {
		if !strings.HasPrefix(line[1], "-") {
			t.Errorf("%s fails before serve does, and is tried again for ever", line[1])
		}
	}
}

// gate is the real nginx with deploy/nginx.conf, before a service of the test.
type gate struct{ public, console string }

func newGate(t *testing.T, service, console string) gate {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx"
	}
	if _, err := os.Stat(nginx); err != nil {
		t.Fatal("nginx is not installed: run the tests with `make test`, or install Debian's nginx-light")
	}
	g := gate{freeAddress(t), freeAddress(t)}
	// What is Docker's is the test's: names, ports and the name server.
	conf := strings.NewReplacer(
		"listen 8080;", "listen "+g.public+";", "listen 8081;", "listen "+g.console+";",
		"http://unionbot:8080", "http://"+service, "http://unionbot:8081", "http://"+console,
	).Replace(readDeploy(t, "nginx.conf"))
	folder := t.TempDir()
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command := exec.Command(nginx, "-p", folder, "-e", "stderr", "-c", file, "-g", "daemon off; master_process off; pid "+folder+"/pid;")
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	t.Cleanup(func() { _ = command.Process.Kill(); <-ended })
	for deadline := time.Now().Add(patience); ; {
		connection, err := net.Dial("tcp", g.public)
		if err == nil {
			_ = connection.Close()
			return g
		}
		select {
		case <-ended:
			t.Fatalf("nginx ended:\n%s", &said)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("nginx does not listen")
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestThroughTheGateOnlyCallbacksArePublic(t *testing.T) {
	var mu sync.Mutex
	var reached []string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		reached = append(reached, r.URL.Path)
		mu.Unlock()
		if r.URL.Query().Get("hold") != "" {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "for "+r.Header.Get("X-Forwarded-For"))
	}))
	t.Cleanup(service.Close)
	address := service.Listener.Addr().String()
	g := newGate(t, address, address)

	status, body, err := raw(t, g.public, "POST /callback/wecom?timestamp=1 HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6\r\nContent-Length: 2\r\n", "hi")
	if err != nil || status != http.StatusOK || body != "for 6.6.6.6, 127.0.0.1" {
		t.Errorf("a callback: %d %q, %v", status, body, err)
	}
	if status, body, err := raw(t, g.public, "POST /callback/wecom?hold=1 HTTP/1.1\r\nContent-Length: 2\r\n", "hi"); err == nil {
		t.Errorf("a callback that is not to be answered: %d %q", status, body)
	}
	mu.Lock()
	if len(reached) != 2 {
		t.Errorf("the service was reached by %q", reached)
	}
	reached = nil
	mu.Unlock()
	for _, path := range []string{
		"/", "/healthz", "/readyz", "/console/", "/metrics", "/debug/pprof/", "/callback", "/callbacks/wecom", "/callback/../healthz",
		"/callback/%2e%2e/console/", "/callback/..%2fhealthz", "//console/", "/callback/wecom/../../readyz", "/CALLBACK/wecom",
	} {
		status, body, err := raw(t, g.public, "GET "+path+" HTTP/1.1\r\n", "")
		if err != nil || status != http.StatusNotFound && status != http.StatusMovedPermanently || strings.Contains(body, "nginx/") {
			t.Errorf("%s: %d %q, %v", path, status, body, err)
		}
	}
	if status, _, err := raw(t, g.public, "POST /callback/wecom HTTP/1.1\r\nContent-Length: 999999\r\n", ""); err != nil || status != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge body: %d, %v", status, err)
	}
	if status, _, err := raw(t, g.console, "GET /callback/wecom HTTP/1.1\r\n", ""); err != nil || status != http.StatusNotFound {
		t.Errorf("a callback on the console's port: %d, %v", status, err)
	}
	mu.Lock()
	if len(reached) > 0 {
		t.Errorf("the service was reached by %q", reached)
	}
	mu.Unlock()
	if status, _, err := raw(t, g.console, "GET /console/ HTTP/1.1\r\n", ""); err != nil || status != http.StatusOK {
		t.Errorf("the console: %d, %v", status, err)
	}
	service.Close()
	if status, body, err := raw(t, g.public, "POST /callback/wecom HTTP/1.1\r\nContent-Length: 2\r\n", "hi"); err == nil {
		t.Errorf("no replica is there, and the platform is told %d %q", status, body)
	}
}

// Callers that begin and never end, more than a server's usual 512, keep nobody else waiting.
func TestThroughTheGateACrowdKeepsNobodyWaiting(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	t.Cleanup(service.Close)
	g := newGate(t, service.Listener.Addr().String(), service.Listener.Addr().String())
	for i := range 1500 {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%5))}}
		connection, err := d.DialContext(t.Context(), "tcp", g.public)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		if _, err := io.WriteString(connection, "POST /callback/wecom HTTP/1.1\r\nX-"); err != nil {
			t.Fatal(err)
		}
	}
	if status, body, err := raw(t, g.public, "POST /callback/wecom HTTP/1.1\r\nContent-Length: 2\r\n", "hi"); err != nil || status != http.StatusOK || body != "success" {
		t.Errorf("%d %q, %v", status, body, err)
	}
}

// raw sends a request as it is written, for clients tidy paths up. It fails where the connection ends without an answer.
func raw(t *testing.T, address, head, body string) (status int, answer string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var d net.Dialer
	connection, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		if err := connection.SetDeadline(deadline); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(connection, head+"Host: union.example.com\r\nConnection: close\r\n\r\n"+body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, "", errors.New("hung up")
	}
	if err != nil {
		t.Fatalf("%s: %v", head, err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return response.StatusCode, string(content), err
}
