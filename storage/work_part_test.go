package storage_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// A part that fails leaves nothing, and what was written before and after it stands.
func TestAPartThatFailsIsUndoneAlone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		parked, tx := storage.NewParked(db, time.Now), storage.NewCaseStore(db).Tx
		put := func(ctx context.Context, text string) error { return parked.Put(ctx, zhang, text, text) }
		err := tx.Tx(t.Context(), func(ctx context.Context) error {
			if err := put(ctx, "before"); err != nil {
				return err
			}
			for _, part := range []struct {
				text string
				err  error
			}{{"first", nil}, {"second", errHeld}, {"third", nil}, {"fourth", errHeld}} {
				refused, failed := tx.Part(ctx, func(ctx context.Context) error { return errors.Join(put(ctx, part.text), part.err) })
				if !errors.Is(refused, part.err) || failed != nil {
					t.Errorf("%s: %v, %v", part.text, refused, failed)
				}
			}
			return put(ctx, "after")
		})
		if err != nil {
			t.Fatal(err)
		}
		left := waiting(t, db)
		slices.Sort(left)
		if want := []string{"after", "before", "first", "third"}; !slices.Equal(left, want) {
			t.Errorf("what stands is %v, want %v", left, want)
		}
		if _, failed := tx.Part(t.Context(), func(context.Context) error { return nil }); failed == nil {
			t.Error("a part of nothing was run")
		}
	})
}

// After a statement that has failed nobody knows what was undone: the whole ends.
func TestAPartDoesNotOutliveAFailedStatement(t *testing.T) {
	db := storagetest.MariaDB(t)
	tx := storage.NewCaseStore(db).Tx
	err := tx.Tx(t.Context(), func(ctx context.Context) error {
		_, failed := tx.Part(ctx, func(ctx context.Context) error {
			over, cancel := context.WithCancel(ctx)
			cancel()
			_, err := storage.NewCases(db).ByID(over, 1)
			return err
		})
		return failed
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the part's fault was borne: %v", err)
	}
}
