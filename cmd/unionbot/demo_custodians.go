package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/unionbot/unionbot/union/custody"
)

// demoShares are the custodians' in the seed, 刘岚 and 唐文.
const demoShares = 2

// demoCustodians is the key to which the demo's sealed names are encrypted and the custodians' shares, made once for a folder. That they
// lie beside the database, where they never may, lets one person play both custodians.
func demoCustodians(data string) (key string, shares []string, err error) {
	path := filepath.Join(data, "custodians.txt")
	kept, err := os.ReadFile(path)
	if err == nil {
		if lines := strings.Split(strings.TrimSpace(string(kept)), "\n"); len(lines) == 1+demoShares {
			return lines[0], lines[1:], nil
		}
		return "", nil, fmt.Errorf("read custodians' shares: %s holds no key and %d shares", path, demoShares)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("read custodians' shares: %w", err)
	}
	made, shares, err := custody.New(rand.Reader, demoShares)
	if err == nil {
		err = os.MkdirAll(data, 0o700)
	}
	if err != nil {
		return "", nil, fmt.Errorf("make custodians' shares: %w", err)
	}
	key = made.String()
	if err := os.WriteFile(path, []byte(strings.Join(append([]string{key}, shares...), "\n")+"\n"), 0o600); err != nil {
		return "", nil, fmt.Errorf("keep custodians' shares: %w", err)
	}
	return key, shares, nil
}
