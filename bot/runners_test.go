package bot

import (
	"testing"
	"testing/synctest"
)

func TestARunnerIsKeptForTheNextJobAndNoJobWaitsForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRunners()
		done, release := 0, make(chan struct{})
		r.run(func() { <-release })
		r.run(func() { done++ })
		synctest.Wait()
		if done != 1 {
			t.Fatal("a job waited for another")
		}
		close(release)
		synctest.Wait()
		select {
		case r.jobs <- func() { done++ }:
		default:
			t.Error("no runner was kept")
		}
		synctest.Wait()
		if done != 2 {
			t.Error("a kept runner did not run the next job")
		}
		r.close()
		synctest.Wait() // the bubble ends only if all runners have ended
		r.run(func() { done++ })
		synctest.Wait()
		if done != 3 {
			t.Error("nothing was run after the end")
		}
	})
}
