package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage/seal"
)

// keySuffix follows the database file's name in that of its key.
const keySuffix = ".key"

// keyring returns the keys that encrypt fields. An SQLite installation without configured keys has one of its own
// beside the database file, made at the first need.
func keyring(c config.Config, log *slog.Logger) (*seal.Keyring, error) {
	list := c.EncryptionKeys.Reveal()
	if path, ok := c.SQLitePath(); ok && list == "" {
		var err error
		if list, err = keyBeside(path+keySuffix, log); err != nil {
			return nil, err
		}
	}
	keys, err := seal.Parse(list)
	if err != nil {
		return nil, fmt.Errorf("read encryption keys: %w", err)
	}
	return keys, nil
}

// existingKeys is keyring for who must not make a key: ok is false where there is none yet.
func existingKeys(c config.Config, log *slog.Logger) (keys *seal.Keyring, ok bool, err error) {
	if !c.EncryptionKeys.IsSet() {
		path, beside := c.SQLitePath()
		if !beside {
			return nil, false, nil
		}
		if _, err := os.Stat(path + keySuffix); errors.Is(err, fs.ErrNotExist) {
			return nil, false, nil
		}
	}
	keys, err = keyring(c, log)
	return keys, err == nil, err
}

// keyBeside reads the key file, or makes it. Two processes may come here at once: the file appears whole or not at
// all, and the second takes the first one's.
func keyBeside(path string, log *slog.Logger) (string, error) {
	content, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(content)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read encryption key: %w", err)
	}
	if err := makeKey(path); err != nil {
		return "", err
	}
	log.Warn("an encryption key was made beside the database: keep a copy apart from the backups", "file", path)
	return keyBeside(path, log)
}

func makeKey(path string) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".key-*") // readable by its owner only
	if err != nil {
		return fmt.Errorf("make encryption key: %w", err)
	}
	_, err = draft.WriteString(newKey("k1") + "\n")
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err == nil {
		// A link never replaces a file that is there.
		if err = os.Link(draft.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	if err := errors.Join(err, os.Remove(draft.Name())); err != nil {
		return fmt.Errorf("make encryption key: %w", err)
	}
	return nil
}
