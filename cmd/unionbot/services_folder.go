package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// lookEvery is how often the services' folder is looked at. It is read whole: a network file system tells nobody of a
// change, and some hundred kilobytes cost nothing.
const lookEvery = 2 * time.Second

// ownFolder is a folder of files of the union's own; nil for none.
func ownFolder(path string) (fs.FS, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", path)
	}
	return os.DirFS(path), nil
}

// loadServices reads the services as serve does.
func loadServices(c config.Config) (*service.Set, error) {
	own, err := ownFolder(c.ServicesDir)
	if err != nil {
		return nil, err
	}
	data, err := loadReference(c)
	if err != nil {
		return nil, fmt.Errorf("read reference data:\n%w", err)
	}
	return service.Load(reference.Fill(services.Files, data), reference.Fill(own, data))
}

// openServices offers the services, and follows what becomes of the folder and of the figures while the instance runs.
func openServices(ctx context.Context, c config.Config, s *stores, clock *clock, figures reference.Figures, log *slog.Logger) (*service.Catalogue, job, error) {
	own, err := ownFolder(c.ServicesDir)
	if err != nil {
		return nil, job{}, err
	}
	catalogue := service.NewCatalogue(storage.NewServices(s.db, clock.now), clock.now, c.Timezone)
	folder := service.NewFolder(catalogue, time.Now, log.With("part", "services"), reference.Fill(services.Files, figures), reference.Fill(own, figures))
	if err := folder.Open(ctx); err != nil {
		return nil, job{}, fmt.Errorf("read services:\n%w", err)
	}
	watchFolder(s.watch, "services", folder)
	return catalogue, following("services", folder, own != nil || c.ReferenceDir != ""), nil
}
