package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheDemosCustodiansKeepTheirShares(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	key, shares, err := demoCustodians(data)
	if err != nil || len(shares) != demoShares {
		t.Fatalf("made %d shares, %v", len(shares), err)
	}
	if again, same, err := demoCustodians(data); err != nil || again != key || !slices.Equal(same, shares) {
		t.Errorf("the next demo has %s, %v, %v", again, same, err)
	}
	if err := os.WriteFile(filepath.Join(data, "custodians.txt"), []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := demoCustodians(data); err == nil {
		t.Error("a key without shares is taken")
	}
}
