package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// The platforms' hosts as seen from behind the walls: no name server knows them, so that only the proxy leads there.
const (
	weComHost   = "qyapi.unionbot.test"
	accountHost = "api.unionbot.test"
)

// wall is a plant's outbound proxy, which wants a password and lets calls to the platforms through.
type wall struct {
	platforms http.Handler
	tls       string // the address behind which WeCom's API is encrypted
	mu        sync.Mutex
	passed    []string // what was asked of it
}

const wallPassword = "open-sesame-1002"

func (p *wall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user := &http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
	if name, password, ok := user.BasicAuth(); !ok || name != "plant" || password != wallPassword {
		http.Error(w, "who are you?", http.StatusProxyAuthRequired)
		return
	}
	p.mu.Lock()
	p.passed = append(p.passed, r.Method+" "+r.Host)
	p.mu.Unlock()
	switch {
	case r.Method == http.MethodConnect && r.Host == weComHost+":443":
		p.tunnel(w)
	case r.Method != http.MethodConnect && r.Host == accountHost:
		p.platforms.ServeHTTP(w, r)
	default:
		http.Error(w, "not from here", http.StatusForbidden)
	}
}

func (p *wall) tunnel(w http.ResponseWriter) {
	outside, err := net.Dial("tcp", p.tls)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	inside, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = outside.Close()
		return
	}
	go func() {
		_, _ = io.Copy(outside, buffered)
		_ = outside.Close()
	}()
	_, _ = io.Copy(inside, outside)
	_ = inside.Close()
}

func (p *wall) saw(request string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.passed, request)
}

// vouched makes a certificate for the host, and the file that vouches for it.
func vouched(t *testing.T, host string) (certificate tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// testBehindWalls has an outbound proxy that is the only way to the platforms, and an inbound one that shows the service
// under a path.
func testBehindWalls(t *testing.T, binary string) {
	w := newWorldOn(t, binary, storagetest.MigratedSQLiteURL(t), "embedded")
	certificate, authority := vouched(t, weComHost)
	api := httptest.NewUnstartedServer(w.platforms)
	api.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	api.StartTLS()
	t.Cleanup(api.Close)
	outbound := &wall{platforms: w.platforms, tls: api.Listener.Addr().String()}
	proxy := httptest.NewServer(outbound)
	t.Cleanup(proxy.Close)
	through := "http://plant:" + wallPassword + "@" + proxy.Listener.Addr().String()
	w.secrets = append(w.secrets, wallPassword)
	w.common = append(w.common,
		"UNIONBOT_WECOM_API_URL=https://"+weComHost, "UNIONBOT_OFFICIAL_ACCOUNT_API_URL=http://"+accountHost,
		"HTTPS_PROXY="+through, "HTTP_PROXY="+through, "NO_PROXY=10.0.0.0/8", "SSL_CERT_FILE="+authority,
		"UNIONBOT_PUBLIC_URL=http://127.0.0.1/hui", "UNIONBOT_TRUSTED_PROXIES=127.0.0.0/8", "UNIONBOT_CONSOLE_LISTEN=127.0.0.1:0")
	w.command("menu", "publish")
	for _, request := range []string{"CONNECT " + weComHost + ":443", "POST " + accountHost} {
		if !outbound.saw(request) {
			t.Errorf("the proxy never saw %s, only %v", request, outbound.passed)
		}
	}

	r := w.serve()
	inbound := httptest.NewServer(httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: r.address}))
	t.Cleanup(inbound.Close)
	for platform, path := range map[simulator.Platform]string{simulator.WeCom: weComPath, simulator.OfficialAccount: officialAccountPath} {
		if err := w.platforms.SetCallbacks(platform, inbound.URL+"/hui"+path); err != nil {
			t.Fatal(err)
		}
	}
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.hears(liFang, 0, number, "把车间门口的坑填平防滑倒", "受理") // which was pushed, and so went through the proxy
}
