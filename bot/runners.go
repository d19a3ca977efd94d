package bot

import (
	"sync"
	"time"
)

// runnerIdle is how long a runner waits for the next job.
const runnerIdle = 10 * time.Second

// runners run jobs, each in a goroutine of its own, and keep the goroutines for the next: a turn goes deep, and a new stack
// would have to grow for each, which cost 7 % of a form turn.
type runners struct {
	jobs   chan func()
	closed chan struct{}
	close  func()
}

func newRunners() *runners {
	r := &runners{jobs: make(chan func()), closed: make(chan struct{})}
	r.close = sync.OnceFunc(func() { close(r.closed) })
	return r
}

// run never waits for another job. After close it still runs what it is given.
func (r *runners) run(job func()) {
	select {
	case r.jobs <- job:
	default:
		go r.keep(job)
	}
}

func (r *runners) keep(job func()) {
	idle := time.NewTimer(runnerIdle)
	defer idle.Stop()
	for {
		job()
		idle.Reset(runnerIdle)
		select {
		case job = <-r.jobs:
		case <-idle.C:
			return
		case <-r.closed:
			return
		}
	}
}
