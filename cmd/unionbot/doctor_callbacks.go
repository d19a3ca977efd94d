package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/platform"
)

const (
	// knockPatience is longer than a platform waits.
	knockPatience = 8 * time.Second
	// certificateDays is how long before its end a certificate is worth a warning.
	certificateDays = 14
)

// examineCallbacks knocks at the callback addresses as the platforms do, on the way that leads over PUBLIC_URL.
func examineCallbacks(ctx context.Context, p *patient) []finding {
	const name = "public address"
	if p.config.PublicURL == "" {
		return []finding{warning(name, "set PUBLIC_URL to the address that the platforms call, such as https://union.example.com",
			"PUBLIC_URL is not set, so the callbacks were not tried")}
	}
	public, err := url.Parse(p.config.PublicURL)
	if err != nil {
		return []finding{bad(name, "correct PUBLIC_URL", "%v", err)}
	}
	found := []finding{judgeAddress(name, public, p.config.OfficialAccount.On())}
	knocks, err := p.knocks()
	if err != nil {
		return append(found, bad(name, "copy Token and EncodingAESKey from the platform's page", "%v", err))
	}
	var certificate *x509.Certificate
	for _, k := range knocks {
		f, seen := p.knock(ctx, k)
		if found = append(found, f); seen != nil {
			certificate = seen
		}
	}
	if certificate != nil {
		found = append(found, judgeCertificate(certificate, p.now()))
	}
	return found
}

// judgeAddress looks at PUBLIC_URL alone. [O subscription/guide/dev/push: ports 80 and 443]
func judgeAddress(name string, public *url.URL, officialAccount bool) finding {
	switch port := public.Port(); {
	case public.Scheme != "https":
		return warning(name, "put a proxy with a certificate before the service, and write https:// in PUBLIC_URL", "%s is not encrypted on the way", public)
	case officialAccount && port != "" && port != "443" && port != "80":
		return warning(name, "let the proxy listen on 443", "the Official Account calls ports 80 and 443 only, not %s", port)
	default:
		return fine(name, "is %s", public)
	}
}

// door is a callback address and how its platform knocks.
type door struct {
	name, path string
	knocks     []callback.Knock
}

func (p *patient) knocks() (doors []door, err error) {
	if w := p.config.WeCom; w.On() {
		knocks, err := weComCallback(w).Knocks(p.now())
		if err != nil {
			return nil, err
		}
		doors = append(doors, door{"wecom callback", weComPath, knocks})
	}
	if o := p.config.OfficialAccount; o.On() {
		knocks, err := officialAccountCallback(o).Knocks(p.now())
		if err != nil {
			return nil, err
		}
		doors = append(doors, door{"account callback", officialAccountPath, knocks})
	}
	return doors, nil
}

// knock tries one address. Each request is a connection of its own, as a platform's first one is.
func (p *patient) knock(ctx context.Context, d door) (f finding, certificate *x509.Certificate) {
	address := strings.TrimRight(p.config.PublicURL, "/") + d.path
	slowest := time.Duration(0)
	for _, k := range d.knocks {
		start := time.Now()
		answer, err := p.visit(ctx, address, k)
		if err != nil {
			return unreachable(d.name, address, err), nil
		}
		slowest = max(slowest, time.Since(start))
		if answer.certificate != nil {
			certificate = answer.certificate
		}
		if answer.status != http.StatusOK || answer.body != k.Want {
			return misanswered(d.name, address, answer, k), certificate
		}
	}
	if slowest > p.answerWithin {
		return bad(d.name, "look at the load of the service, the database and Redis, and at the proxies in between; the platform tests an address for one second",
			"%s answers rightly, but after %.1f s", address, slowest.Seconds()), certificate
	}
	return fine(d.name, "%s answers rightly, in %.2f s", address, slowest.Seconds()), certificate
}

type visit struct {
	status      int
	body        string
	certificate *x509.Certificate
}

func (p *patient) visit(ctx context.Context, address string, k callback.Knock) (v visit, err error) {
	ctx, cancel := context.WithTimeout(ctx, knockPatience)
	defer cancel()
	method := http.MethodGet
	if k.Body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, address+"?"+k.Query.Encode(), bytes.NewReader(k.Body))
	if err != nil {
		return visit{}, err
	}
	request.Header.Set("Content-Type", "text/xml")
	client := http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, TLSClientConfig: p.tls},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		var named *url.Error // the signature stands in its URL
		if errors.As(err, &named) {
			err = named.Err
		}
		return visit{}, err
	}
	defer func() { _ = response.Body.Close() }() // read as far as it is wanted
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return visit{}, err
	}
	v = visit{status: response.StatusCode, body: string(body)}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		v.certificate = response.TLS.PeerCertificates[0]
	}
	return v, nil
}

func unreachable(name, address string, err error) finding {
	do := "look whether the proxy runs and the name leads to it; behind some firewalls a machine cannot call its own public address, then try from elsewhere"
	var verify *tls.CertificateVerificationError
	var lookup *net.DNSError
	switch {
	case errors.As(err, &verify):
		do = "renew the proxy's certificate, and let it send the whole chain: openssl s_client -connect HOST:443 -servername HOST"
	case errors.As(err, &lookup):
		do = "correct the host of PUBLIC_URL, or its entry in the name server"
	case errors.Is(err, context.DeadlineExceeded):
		do = "nobody answered: look at the proxy's log, and whether the service runs and its stores answer (/readyz)"
	}
	return bad(name, do, "%s is out of reach: %s", address, platform.Redact(err.Error()))
}

func misanswered(name, address string, answer visit, k callback.Knock) finding {
	do, what := "look at the log of the service", fmt.Sprintf("answers %d", answer.status)
	switch {
	case answer.status == http.StatusOK && k.Body == nil:
		do, what = "a page of somebody else answers there: let the proxy hand /callback/ to the service unchanged", "answers 200 with something else than it was asked for"
	case answer.status == http.StatusOK:
		do, what = "a page of somebody else answers there, or an error page of the proxy: see deploy/nginx.conf", "answers a message with something that it does not say"
	case answer.status == http.StatusForbidden:
		do = "the service that runs there has another Token, EncodingAESKey or id than this configuration, or its clock is wrong; its log has a line \"callback refused\" with the reason"
	case answer.status == http.StatusNotFound:
		do = "let the proxy hand /callback/ on; where it adds a path, PUBLIC_URL must have it"
	case answer.status >= 300 && answer.status < 400:
		do = "platforms follow no redirect: write the address it leads to in PUBLIC_URL, and on the platform's page"
	case answer.status == http.StatusBadGateway || answer.status == http.StatusGatewayTimeout:
		do = "the proxy does not reach the service: is it running, and on the address that the proxy calls?"
	case answer.status == http.StatusServiceUnavailable:
		do = "the service runs and cannot keep what it is told: look at the findings on database and Redis"
	}
	return bad(name, do, "%s %s", address, what)
}

func judgeCertificate(c *x509.Certificate, now time.Time) finding {
	const name = "certificate"
	days := int(math.Floor(c.NotAfter.Sub(now).Hours() / 24))
	if days < certificateDays {
		return warning(name, "renew it, and see why the automatic renewal did not", "ends in %d days, on %s", days, c.NotAfter.Format(time.DateOnly))
	}
	return fine(name, "is good for %d days", days)
}
