package main

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// TestAnAddressHoldsSoManyConnectionsAndNoMore dials from two addresses of this machine.
func TestAnAddressHoldsSoManyConnectionsAndNoMore(t *testing.T) {
	inner, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newFairListener(inner, []netip.Prefix{netip.MustParsePrefix("127.0.0.9/32")}, 2)
	accepted := make(chan net.Conn, 20)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	dial := func(from string) net.Conn {
		c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	isClosed := func(c net.Conn) {
		t.Helper()
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read: %v, want a closed connection", err)
		}
	}
	dial("127.0.0.2")
	first := <-accepted
	dial("127.0.0.2")
	<-accepted
	isClosed(dial("127.0.0.2"))
	dial("127.0.0.3")
	<-accepted
	for range 5 {
		dial("127.0.0.9")
		<-accepted
	}
	for range 2 { // closing twice, as net/http may, frees one place
		_ = first.Close()
	}
	dial("127.0.0.2")
	<-accepted
	isClosed(dial("127.0.0.2"))
}

func TestAnIPv6NetworkIsOneCaller(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::",
		"2001:db8:1:2::1":      "2001:db8:1:2::",
		"2001:db8:1:3::1":      "2001:db8:1:3::",
		"::1":                  "::",
	} {
		if got := callerOf(netip.MustParseAddr(address)); got != netip.MustParseAddr(want) {
			t.Errorf("%s is counted as %s, want %s", address, got, want)
		}
	}
}
