package storage_test

import (
	"bufio"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
)

// TestMain lets the test's own binary be the other process.
func TestMain(m *testing.M) {
	if path := os.Getenv("OWN_AND_WAIT"); path != "" {
		ownAndWait(path)
		return
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func ownAndWait(path string) {
	if _, err := storage.Own(path); err != nil {
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("mine\n")
	select {} // until it is killed
}

func TestOneProcessOwnsAndItsDeathReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.CommandContext(t.Context(), self)
	other.Env = append(os.Environ(), "OWN_AND_WAIT="+path)
	said, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); err != nil || line != "mine\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	_, err = storage.Own(path)
	if !errors.Is(err, storage.ErrOwned) || !strings.Contains(err.Error(), "process "+strconv.Itoa(other.Process.Pid)) {
		t.Errorf("what the other process has is given with %v", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed, as it should be
	release, err := storage.Own(path)
	if err != nil {
		t.Fatalf("what nobody has any more is not given: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	if again, err := storage.Own(path); err != nil {
		t.Errorf("what was released is not given: %v", err)
	} else if err := again(); err != nil {
		t.Error(err)
	}
}
