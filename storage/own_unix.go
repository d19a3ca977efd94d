//go:build unix

package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Own makes this process the only one that has the lock file, until release or its end, however it ends. The error is
// ErrOwned where another process was first. It guards what one process only may use, such as data beside a Redis that
// lives inside the process.
func Own(path string) (release func() error, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%w: %s", ErrOwned, owner(file))
	}
	if err == nil {
		err = errors.Join(file.Truncate(0), writeOwner(file))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// The file stays: who removed it could remove the one that the next owner has just locked.
	return file.Close, nil
}

func writeOwner(file *os.File) error {
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// owner says which process wrote the file; the number is for people only, the lock is what counts.
func owner(file *os.File) string {
	b, err := io.ReadAll(io.LimitReader(file, 20))
	pid := strings.TrimSpace(string(b))
	if _, notANumber := strconv.Atoi(pid); err != nil || notANumber != nil {
		return "its number is not known"
	}
	return "process " + pid
}
