package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// strangers dial a fair listener from addresses of this machine.
type strangers struct {
	t        *testing.T
	l        *fairListener
	accepted chan net.Conn
}

func newStrangers(t *testing.T, most int) *strangers {
	t.Helper()
	inner, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &strangers{t, newFairListener(inner, []netip.Prefix{netip.MustParsePrefix("127.0.0.9/32")}, most), make(chan net.Conn)}
	go func() {
		for {
			conn, err := c.l.Accept()
			if err != nil {
				return
			}
			c.accepted <- conn
		}
	}()
	t.Cleanup(func() { _ = c.l.Close() })
	return c
}

func (c *strangers) dial(from string) net.Conn {
	c.t.Helper()
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(c.t.Context(), "tcp", c.l.Addr().String())
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// taken dials and returns the listener's side.
func (c *strangers) taken(from string) net.Conn {
	c.t.Helper()
	c.dial(from)
	select {
	case conn := <-c.accepted:
		return conn
	case <-time.After(patience):
		c.t.Fatalf("%s is not taken", from)
		return nil
	}
}

func (c *strangers) refused(from string) {
	c.t.Helper()
	conn := c.dial(from)
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		c.t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		c.t.Errorf("read: %v, want a closed connection", err)
	}
}

func TestAnAddressHoldsSoManyConnectionsAndNoMore(t *testing.T) {
	c := newStrangers(t, 2)
	first := c.taken("127.0.0.2")
	c.taken("127.0.0.2")
	c.refused("127.0.0.2")
	c.taken("127.0.0.3")
	for range 5 {
		c.taken("127.0.0.9")
	}
	for range 2 { // closing twice, as net/http may, frees one place
		_ = first.Close()
	}
	c.taken("127.0.0.2")
	c.refused("127.0.0.2")
}

func TestACrowdOfAddressesLeavesRoom(t *testing.T) {
	c := newStrangers(t, 20)
	var first []net.Conn
	for i := range 5 {
		for range 20 {
			first = append(first, c.taken(fmt.Sprintf("127.0.1.%d", i+1)))
		}
	}
	c.taken("127.0.0.2")
	c.taken("127.0.0.2")
	c.refused("127.0.0.2")
	c.refused("127.0.1.1")
	c.taken("127.0.0.9")
	for _, conn := range first[:3] { // of 102
		_ = conn.Close()
	}
	c.taken("127.0.0.2")
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
