package storagetest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// serverPatience is how long a server of a test may take to do what it is asked for.
const serverPatience = 30 * time.Second

// RedisServer is a Redis of a test's own.
type RedisServer struct {
	Address string
	command *exec.Cmd
	log     bytes.Buffer
	ended   bool
}

// StartRedis starts a Redis on a free port, with these arguments beside. It ends with the test.
func StartRedis(t testing.TB, args ...string) *RedisServer {
	t.Helper()
	port := freePort(t)
	return startRedis(t, port, append([]string{"--port", port}, args...)...)
}

func startRedis(t testing.TB, port string, args ...string) *RedisServer {
	t.Helper()
	s := &RedisServer{Address: net.JoinHostPort("127.0.0.1", port)}
	s.command = exec.Command("redis-server", append(args, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())...)
	s.command.Stdout, s.command.Stderr = &s.log, &s.log
	if err := s.command.Start(); err != nil {
		t.Fatalf("start Redis: %v: %s", err, howToStart)
	}
	t.Cleanup(s.Kill)
	await(t, "Redis at "+s.Address, func(ctx context.Context) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return s
}

// Flush forgets everything in it.
func (s *RedisServer) Flush(t testing.TB) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: s.Address})
	defer client.Close() //nolint:errcheck // nothing was left to be written
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the server at once.
func (s *RedisServer) Kill() {
	if s.ended {
		return
	}
	s.ended = true
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// RedisSentinel starts a master with a replica, and a sentinel that puts the replica in its place when it is gone.
func RedisSentinel(t testing.TB) (url string, master *RedisServer) {
	t.Helper()
	master = StartRedis(t)
	host, port, err := net.SplitHostPort(master.Address)
	if err != nil {
		t.Fatal(err)
	}
	StartRedis(t, "--replicaof", host, port)
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	sentinelPort := freePort(t)
	conf := fmt.Sprintf("port %s\nsentinel monitor main %s %s 1\nsentinel down-after-milliseconds main 500\n"+
		"sentinel failover-timeout main 2000\n", sentinelPort, host, port)
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startRedis(t, sentinelPort, file, "--sentinel")
	client := redis.NewSentinelClient(&redis.Options{Addr: s.Address})
	defer func() { _ = client.Close() }()
	await(t, "the sentinel to see the replica", func(ctx context.Context) error {
		replicas, err := client.Replicas(ctx, "main").Result()
		if err == nil && (len(replicas) != 1 || replicas[0]["master-link-status"] != "ok") {
			err = fmt.Errorf("replicas are %v", replicas)
		}
		return err
	})
	return "redis+sentinel://main@" + s.Address + "/0", master
}

// RedisTLS starts a Redis that speaks TLS only, with a certificate by an authority of its own.
func RedisTLS(t testing.TB) (url, authority string) {
	t.Helper()
	folder, port := t.TempDir(), freePort(t)
	certificate, key := filepath.Join(folder, "server.pem"), filepath.Join(folder, "server.key")
	writeCertificate(t, certificate, key)
	startRedis(t, port, "--port", "0", "--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key,
		"--tls-ca-cert-file", certificate, "--tls-auth-clients", "no")
	return "rediss://127.0.0.1:" + port + "/0", certificate
}

// writeCertificate makes a certificate for 127.0.0.1 that vouches for itself.
func writeCertificate(t testing.TB, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test's Redis"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await asks until there is no error.
func await(t testing.TB, what string, ask func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("wait for %s: %v", what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
