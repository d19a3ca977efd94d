package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// post makes one delivery and shows the answer. False means that the platform tries again.
func (s *Simulator) post(cb *callback, try int, isCopy bool) bool {
	s.mu.Lock()
	target := s.target(cb.chat.person)
	s.mu.Unlock()
	start := s.cfg.Now()
	status, body, err := s.send(target, cb.sealed)

	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && use(&s.faults.DropAnswers) {
		err = errors.New("应答被丢弃（故障开关）")
		s.feed.publish("state", nil)
	}
	r := Record{
		Platform: cb.chat.person.Platform, Callback: true, Title: cb.title, Person: cb.chat.person.Key(), Try: try,
		Copy: isCopy, Request: string(cb.inner), Status: status, TookMS: s.milliseconds(start),
	}
	switch {
	case err != nil:
		r.Problem = err.Error()
	case status != http.StatusOK:
		r.Problem, r.Response = "状态码不是 200", string(body)
	default:
		r.Response, r.Problem = s.answered(cb, body)
	}
	s.record(r)
	return err == nil && status == http.StatusOK
}

// target is the person's own callback address, or the one whose turn it is. The caller holds mu.
func (s *Simulator) target(who Person) string {
	if own := s.sticky[who.Key()]; own != "" {
		return own
	}
	p := who.Platform
	urls := s.callbacks(p)
	if len(urls) == 0 {
		return ""
	}
	s.turns[p]++
	return urls[(s.turns[p]-1)%len(urls)]
}

func (s *Simulator) callbacks(p Platform) []string {
	if p == WeCom {
		return s.cfg.WeCom.Callbacks
	}
	return s.cfg.Account.Callbacks
}

func (s *Simulator) send(target string, m *sealed) (status int, body []byte, err error) {
	if target == "" {
		return 0, nil, errors.New("没有配置回调地址")
	}
	req, err := m.request(s.ctx, target)
	if err != nil {
		return 0, nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, plainly(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or the delivery has failed
	body, err = io.ReadAll(io.LimitReader(resp.Body, answerBytes))
	if err != nil {
		return resp.StatusCode, nil, plainly(err)
	}
	return resp.StatusCode, body, nil
}

// plainly turns the client's error into words that show no address.
func plainly(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("超时，没有应答")
	case errors.Is(err, context.Canceled):
		return errors.New("模拟器已关闭")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("连接被断开，没有应答")
	}
	return errors.New("连接失败")
}
