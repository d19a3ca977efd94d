package main

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// job works in the background until its context ends.
type job struct {
	name string
	run  func(context.Context)
}

// crew are the jobs that run.
type crew struct {
	mu   sync.Mutex
	left map[string]bool
	idle chan struct{} // closed when none is left
}

func start(ctx context.Context, jobs []job) *crew {
	c := &crew{left: map[string]bool{}, idle: make(chan struct{})}
	var running sync.WaitGroup
	for _, j := range jobs {
		c.left[j.name] = true
	}
	for _, j := range jobs {
		running.Go(func() {
			j.run(ctx)
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.left, j.name)
		})
	}
	go func() {
		running.Wait()
		close(c.idle)
	}()
	return c
}

// wait returns when all have ended, or after the grace period with the names of those that have not.
func (c *crew) wait(grace time.Duration) (late []string) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-c.idle:
		return nil
	case <-timer.C:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.left))
}
