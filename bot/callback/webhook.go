package callback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Receiver is the engine, as far as a webhook needs it.
type Receiver interface {
	Receive(ctx context.Context, m bot.Message) bot.Answer
}

// Scheme is what the platforms do differently.
type Scheme interface {
	// Echo answers the address verification, or refuses it.
	Echo(q Query) ([]byte, error)
	// Open checks that the callback comes from the platform and is meant for this account, and returns the message in
	// it. Its errors are refusals.
	Open(q Query, body []byte) ([]byte, error)
	// Decode reads a message. What it cannot understand becomes a bot.KindUnknown.
	Decode(plain []byte) Delivery
	// Reply writes the passive reply to a delivery.
	Reply(d Delivery, text string, now time.Time) ([]byte, error)
	// Silence is the body of a 200 that says nothing.
	Silence() string
}

// Delivery is a message with both ends as the platform wrote them, for the reply has to name them in the same spelling.
type Delivery struct {
	Message bot.Message
	// From is who sent it, empty if that could not be read; To is the account.
	From, To string
	// JSON is true where the message came in JSON: the reply has to be in the same format.
	JSON bool
}

// Webhook serves the callback address of one account. An answer that is to be held back ends the handler with a panic
// of http.ErrAbortHandler, as net/http wants it: middleware that recovers must raise it again.
type Webhook struct {
	channel  bot.ChannelID
	scheme   Scheme
	receiver Receiver
	opts     Options
	// complain lets some of the refusals be logged; all are counted.
	complain rate.Sometimes
}

// The first refusals are logged, and then one in a while.
const (
	loggedRefusals  = 5
	refusalInterval = 10 * time.Second
)

// NewWebhook makes the webhook of a channel.
func NewWebhook(channel bot.ChannelID, scheme Scheme, receiver Receiver, opts Options) *Webhook {
	return &Webhook{
		channel: channel, scheme: scheme, receiver: receiver, opts: opts.WithDefaults(),
		complain: rate.Sometimes{First: loggedRefusals, Interval: refusalInterval},
	}
}

// ServeHTTP answers the address verification (GET) and takes messages (POST).
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := h.opts.Now()
	q := queryOf(r)
	if !q.fresh(arrived, h.opts.Window) {
		h.refuse(w, r, BadTime)
		return
	}
	switch r.Method {
	case http.MethodGet:
		h.echo(w, r, q)
	case http.MethodPost:
		h.receive(w, r, q, arrived)
	default:
		h.refuse(w, r, BadMethod)
	}
}

func (h *Webhook) echo(w http.ResponseWriter, r *http.Request, q Query) {
	echo, err := h.scheme.Echo(q)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.write(w, "text/plain; charset=utf-8", echo, OutcomeEcho)
}

func (h *Webhook) receive(w http.ResponseWriter, r *http.Request, q Query, arrived time.Time) {
	body, err := readBody(w, r, h.opts.MaxBody)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	plain, err := h.scheme.Open(q, body)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	d := h.scheme.Decode(plain)
	if d.Message.Kind == bot.KindUnknown {
		h.opts.Logger.Warn("callback not understood", "channel", h.channel, "msg", d.Message.ID)
	}
	// A platform that hangs up does not undo what the member said, so the turn must not end with the request.
	answer := h.receiver.Receive(context.WithoutCancel(r.Context()), d.Message)
	switch {
	case answer.Refused:
		h.opts.Count(h.channel, OutcomeNotStored)
		http.Error(w, "not stored", http.StatusServiceUnavailable)
	case answer.Hold:
		h.opts.Count(h.channel, OutcomeHeld)
		h.hold(r.Context(), arrived)
	case answer.Text == "" || d.From == "":
		h.write(w, "text/plain; charset=utf-8", []byte(h.scheme.Silence()), OutcomeSilent)
	default:
		h.reply(w, d, answer.Text)
	}
}

// hold waits until the platform has given up and then breaks the connection: any status, 200 above all, would tell it
// that there is nothing to ask again.
func (h *Webhook) hold(client context.Context, arrived time.Time) {
	timer := time.NewTimer(h.opts.Hold - h.opts.Now().Sub(arrived))
	defer timer.Stop()
	select {
	case <-client.Done():
	case <-timer.C:
	}
	panic(http.ErrAbortHandler) //nolint:forbidigo // how net/http is told to break a connection
}

func (h *Webhook) reply(w http.ResponseWriter, d Delivery, text string) {
	body, err := h.scheme.Reply(d, text, h.opts.Now())
	if err != nil {
		// The reply is recorded: the platform's next try can have it.
		h.opts.Logger.Error("write passive reply", "channel", h.channel, "msg", d.Message.ID, "error", err)
		h.opts.Count(h.channel, OutcomeReplyError)
		http.Error(w, "not written", http.StatusServiceUnavailable)
		return
	}
	contentType := "text/xml; charset=utf-8"
	if d.JSON {
		contentType = "application/json; charset=utf-8"
	}
	h.write(w, contentType, body, OutcomeReplied)
}

func (h *Webhook) write(w http.ResponseWriter, contentType string, body []byte, outcome string) {
	h.opts.Count(h.channel, outcome)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff") // the echo of the Official Account is the caller's text
	if _, err := w.Write(body); err != nil {            //nolint:gosec // G705: plain text, and the browser is told not to guess
		h.opts.Logger.Debug("write callback answer", "channel", h.channel, "error", err)
	}
}

// refuse gives the one answer to whatever is wrong, so that nobody learns how far a forgery came.
func (h *Webhook) refuse(w http.ResponseWriter, r *http.Request, err error) {
	reason := "other"
	var refusal wxcrypt.Refusal
	if errors.As(err, &refusal) {
		reason = string(refusal)
	}
	h.opts.Count(h.channel, "refused_"+reason)
	// Whoever sets the account up wrongly needs this line, and a forger must not fill the disk with it.
	h.complain.Do(func() {
		h.opts.Logger.Warn("callback refused", "channel", h.channel, "reason", reason, "from", host(r.RemoteAddr))
	})
	http.Error(w, "forbidden", http.StatusForbidden)
}

// host is the address without the port, which says nothing.
func host(address string) string {
	if at, err := netip.ParseAddrPort(address); err == nil {
		return at.Addr().String()
	}
	return ""
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, BadBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return nil, BadBody
	}
	return body, nil
}
