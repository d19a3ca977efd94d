package turns_test

import (
	"context"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestASignalIsHeardUntilTheListenersContextEnds(t *testing.T) {
	for name, url := range forms(t) {
		t.Run(name, func(t *testing.T) {
			opened, err := turns.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := opened.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			signal := turns.NewSignal(opened.Client(), storagetest.Unique("test-"))
			ctx, stop := context.WithCancel(t.Context())
			heard, ended := make(chan struct{}, 2), make(chan error, 1)
			go func() { ended <- signal.Listen(ctx, func() { heard <- struct{}{} }) }()
			wait := func(what string) {
				t.Helper()
				select {
				case <-heard:
				case <-time.After(10 * time.Second):
					t.Fatal(what)
				}
			}
			wait("it does not listen")
			if err := signal.Send(t.Context()); err != nil {
				t.Fatal(err)
			}
			wait("it does not hear")
			stop()
			select {
			case err := <-ended:
				if err == nil {
					t.Error("it ended as if something had been heard")
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it goes on listening")
			}
		})
	}
}
