package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/config"
)

// behindProxies is what every request from outside goes through first: it gets the address of who really asks, and
// loses the path under which a proxy shows this service.
func behindProxies(c config.Config, next http.Handler) http.Handler {
	return fromClient(c.TrustedProxies, withoutPrefix(c.PathPrefix(), next))
}

// withoutPrefix takes a path with the prefix and one without: some proxies strip it and some do not.
func withoutPrefix(prefix string, next http.Handler) http.Handler {
	if prefix == "" {
		return next
	}
	stripped := http.StripPrefix(prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, prefix+"/") {
			stripped.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fromClient puts the client's address into RemoteAddr where a trusted proxy forwards for one, so that whatever counts
// or logs addresses needs to know of no proxy.
func fromClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			if client := clientOf(peer.Addr(), r.Header, trusted); client != peer.Addr() {
				r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
			}
		}
		next.ServeHTTP(w, r)
	})
}

// clientOf finds who asks. Every proxy adds on the right the address that it was called from, so from the right the
// first that is no proxy of ours is the client; what stands left of it, the client has written. X-Real-IP counts where
// the proxy writes that alone.
func clientOf(peer netip.Addr, header http.Header, trusted []netip.Prefix) netip.Addr {
	client := peer.Unmap()
	if !within(client, trusted) {
		return client
	}
	said := strings.Join(header.Values("X-Forwarded-For"), ",")
	if said == "" {
		said = header.Get("X-Real-IP")
	}
	hops := strings.Split(said, ",")
	slices.Reverse(hops)
	for _, hop := range hops {
		address, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			return client
		}
		client = address
		if !within(client, trusted) {
			return client
		}
	}
	return client
}

// parseHop reads an address, with or without a port.
func parseHop(text string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone(""), err == nil
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}
