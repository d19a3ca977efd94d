package storagetest_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestALinkStopsOneConnectionWhereItIsTold(t *testing.T) {
	echo, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close() //nolint:errcheck // the test is over
	go func() {
		for {
			conn, err := echo.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // it only echoes
				buffer := make([]byte, 64)
				for {
					n, err := conn.Read(buffer)
					if err != nil {
						return
					}
					_, _ = conn.Write(buffer[:n])
				}
			}()
		}
	}()
	l, through := storagetest.LinkTo(t, "tcp://"+echo.Addr().String())
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", strings.TrimPrefix(through, "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	say := func(conn net.Conn, words string) {
		if _, err := conn.Write([]byte(words)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(conn net.Conn) string {
		buffer := make([]byte, 64)
		n, err := conn.Read(buffer)
		if err != nil {
			return err.Error()
		}
		return string(buffer[:n])
	}
	held, other := dial(), dial()
	h := l.HoldUp(false, "INSERT", "COMMIT")
	say(other, "COMMIT")
	if got := hear(other); got != "COMMIT" {
		t.Fatalf("the other connection heard %q", got)
	}
	say(held, "INSERT")
	if got := hear(held); got != "INSERT" {
		t.Fatalf("heard %q", got)
	}
	say(held, "COMMIT")
	<-h.Reached()
	say(other, "INSERT COMMIT")
	if got := hear(other); got != "INSERT COMMIT" {
		t.Fatalf("the other connection heard %q while the first is held", got)
	}
	h.Release()
	if got := hear(held); got != "COMMIT" {
		t.Fatalf("heard %q after the release", got)
	}
	l.Swallow()
	say(other, "lost")
	if err := other.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if got := hear(other); !strings.Contains(got, "timeout") {
		t.Errorf("heard %q of what was swallowed", got)
	}
	l.Cut()
	if got := hear(held); got != "EOF" {
		t.Errorf("heard %q after the cut", got)
	}
}
