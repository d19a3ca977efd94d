// Package servicestest gives tests the services that come with the program, read as a running instance reads them. They are read
// once for all tests of a package, and are never changed. It is for tests alone, and knows nothing of how services are served.
package servicestest

import (
	"io/fs"
	"sync"
	"testing"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

var figures = sync.OnceValues(func() (*reference.Data, error) { return reference.Load(shipped.Files) })

var set = sync.OnceValues(func() (*service.Set, error) {
	data, err := figures()
	if err != nil {
		return nil, err
	}
	return service.Load(reference.Fill(services.Files, data))
})

// Files are the files of the services, with the figures that come along filled in.
func Files(t testing.TB) fs.FS {
	t.Helper()
	data, err := figures()
	if err != nil {
		t.Fatal(err)
	}
	return reference.Fill(services.Files, data)
}

// Set are the services with all their versions.
func Set(t testing.TB) *service.Set {
	t.Helper()
	all, err := set()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
