package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// connections are kept alive, as the platform keeps its own.
const connections = 32

// load is what speaks to a server. To several servers it speaks in turn, a connection each.
type load struct{ conns []*conn }

type conn struct {
	net.Conn
	reader *bufio.Reader
}

func dial(ctx context.Context, addresses ...string) (*load, error) {
	l := &load{}
	for i := range connections {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", addresses[i%len(addresses)])
		if err != nil {
			return nil, errors.Join(fmt.Errorf("connect: %w", err), l.close())
		}
		l.conns = append(l.conns, &conn{c, bufio.NewReader(c)})
	}
	return l, nil
}

func (l *load) close() error {
	var errs []error
	for _, c := range l.conns {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// exchange writes a request and reads the body of its answer.
func (c *conn) exchange(request []byte) ([]byte, error) {
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, fmt.Errorf("set deadline: %w", err)
	}
	if _, err := c.Write(request); err != nil {
		return nil, fmt.Errorf("write callback: %w", err)
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	body, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %s", answer.Status)
	}
	return body, nil
}

// each runs f on every connection with its share of the requests, and returns the first error.
func (l *load) each(requests int, f func(c *conn, request int) error) error {
	errs := make([]error, len(l.conns))
	var group sync.WaitGroup
	for n, c := range l.conns {
		group.Go(func() {
			for i := n; i < requests && errs[n] == nil; i += len(l.conns) {
				errs[n] = f(c, i)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// saturate sends as fast as answers come.
func (l *load) saturate(requests [][]byte) ([][]byte, error) {
	answers := make([][]byte, len(requests))
	err := l.each(len(requests), func(c *conn, i int) (err error) {
		answers[i], err = c.exchange(requests[i])
		return err
	})
	return answers, err
}

// paced sends at a rate, whatever answers come, and returns how long they took, shortest first. A request that waits
// for its connection counts from when it was due.
func (l *load) paced(requests [][]byte, rate int) ([]time.Duration, error) {
	took := make([]time.Duration, len(requests))
	began := time.Now()
	err := l.each(len(requests), func(c *conn, i int) error {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		_, err := c.exchange(requests[i])
		took[i] = time.Since(due)
		return err
	})
	slices.Sort(took)
	return took, err
}
