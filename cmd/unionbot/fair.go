package main

import (
	"net"
	"net/netip"
	"sync"
)

// maxPerAddress is how many connections one address may hold. A platform needs a few, a proxy that does not count as
// trusted some hundreds; ten thousand would take the memory and the file descriptors of everybody else.
const maxPerAddress = 2000

// Once all together hold as many as so many addresses may, each may hold a tenth: several attackers leave room for whoever
// needs a few.
const (
	crowded = 5
	scarce  = 10
)

// fairListener closes connections from an address that holds too many already. Proxies that are trusted speak for many
// and are not counted.
type fairListener struct {
	net.Listener
	trusted []netip.Prefix
	most    int

	mu   sync.Mutex
	held map[netip.Addr]int
	all  int
}

func newFairListener(l net.Listener, trusted []netip.Prefix, most int) *fairListener {
	return &fairListener{Listener: l, trusted: trusted, most: most, held: map[netip.Addr]int{}}
}

// Accept implements net.Listener.
func (l *fairListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // net/http looks at what it is
		}
		address := addressOf(c)
		if within(address, l.trusted) {
			return c, nil
		}
		caller := callerOf(address)
		if !l.take(caller) {
			_ = c.Close() // nothing was written
			continue
		}
		return &countedConn{Conn: c, release: sync.OnceFunc(func() { l.release(caller) })}, nil
	}
}

// addressOf is who calls; the zero Addr stands for all that call by something else than TCP.
func addressOf(c net.Conn) netip.Addr {
	if at, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return at.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// callerOf is what is counted: whoever has one IPv6 address has the 64 bits of addresses beside it.
func callerOf(address netip.Addr) netip.Addr {
	if !address.Is6() {
		return address
	}
	return netip.PrefixFrom(address, 64).Masked().Addr()
}

func (l *fairListener) take(address netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := l.most
	if l.all >= crowded*l.most {
		most /= scarce
	}
	if l.held[address] >= most {
		return false
	}
	l.held[address]++
	l.all++
	return true
}

func (l *fairListener) release(address netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.held[address]--; l.held[address] == 0 {
		delete(l.held, address)
	}
}

// countedConn says when it is closed.
type countedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.release()
	return c.Conn.Close() //nolint:wrapcheck // net/http looks at what it is
}
