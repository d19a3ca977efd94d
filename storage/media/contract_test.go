package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/unionbot/unionbot/storage/storagetest"
)

// each runs a test on an empty store of every kind; open opens it again, as another process does.
func each(t *testing.T, test func(t *testing.T, open func() *Store)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) {
		dir := t.TempDir()
		test(t, func() *Store { return openStore(t, "file:"+dir) })
	})
	t.Run("bucket", func(t *testing.T) {
		at := storagetest.BucketURL(t)
		storagetest.MakeBucket(t, at)
		test(t, func() *Store { return openStore(t, at) })
	})
}

func hashes(t *testing.T, s *Store) (all []string) {
	t.Helper()
	err := s.place.list(t.Context(), func(hash string) error {
		all = append(all, hash)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatOneProcessKeepsTheNextFinds(t *testing.T) {
	each(t, func(t *testing.T, open func() *Store) {
		picture := chattyJPEG(t, exif(binary.LittleEndian, 6))
		kept, err := open().Keep(t.Context(), iotest.OneByteReader(bytes.NewReader(picture)), int64(len(picture)))
		if err != nil {
			t.Fatal(err)
		}
		other := open()
		got := read(t, other, kept.Hash)
		if int64(len(got)) != kept.Size || kept.Type != "image/jpeg" || bytes.Contains(got, []byte(secret)) {
			t.Errorf("%d bytes for %+v", len(got), kept)
		}
		if all := hashes(t, other); !slices.Equal(all, []string{kept.Hash}) {
			t.Errorf("it holds %v", all)
		}
		if gone, err := other.Remove(t.Context(), kept.Hash); gone || err != nil {
			t.Errorf("what was kept just now is removed: %t, %v", gone, err)
		}
		if gone, err := other.Remove(t.Context(), strings.Repeat("0", 64)); !gone || err != nil {
			t.Errorf("what is not there is not gone: %t, %v", gone, err)
		}
		file, err := other.Open(t.Context(), kept.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Seek(-10, io.SeekEnd); err != nil {
			t.Fatal(err)
		}
		if tail, err := io.ReadAll(file); err != nil || !bytes.Equal(tail, got[len(got)-10:]) {
			t.Errorf("its end is %x, %v", tail, err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSameContentFromManyIsOneFile(t *testing.T) {
	each(t, func(t *testing.T, open func() *Store) {
		s := open()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := s.Keep(t.Context(), strings.NewReader("the same"), 100); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if all := hashes(t, s); len(all) != 1 {
			t.Errorf("got %v", all)
		}
	})
}

func TestWhatBreaksOffIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, open func() *Store) {
		s, broken := open(), errors.New("connection is gone")
		if _, err := s.Keep(t.Context(), io.MultiReader(strings.NewReader(strings.Repeat("x", 9000)), iotest.ErrReader(broken)), 1<<20); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Keep(t.Context(), strings.NewReader(strings.Repeat("x", 9000)), 8999); !errors.Is(err, ErrTooLarge) {
			t.Errorf("got %v", err)
		}
		if all := hashes(t, s); len(all) != 0 {
			t.Errorf("it holds %v", all)
		}
		if _, err := s.Open(t.Context(), strings.Repeat("0", 64)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("what is not there opens with %v", err)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
		if all := hashes(t, s); len(all) != 0 {
			t.Errorf("after the check it holds %v", all)
		}
	})
}

func TestABucketThatDoesNotWorkSaysWhy(t *testing.T) {
	at := storagetest.BucketURL(t)
	storagetest.MakeBucket(t, at)
	change := func(how func(u *url.URL)) string {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		how(u)
		return u.String()
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := silent.Addr().String()
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ url, says string }{
		"no bucket":    {change(func(u *url.URL) { u.Path = "/not-there" }), "has no bucket not-there"},
		"wrong secret": {change(func(u *url.URL) { u.User = url.UserPassword("testkey", "hunter2") }), "does not accept the key"},
		"unknown key":  {change(func(u *url.URL) { u.User = url.UserPassword("nobody", "hunter2") }), "access key"},
		"nobody there": {change(func(u *url.URL) { u.Host = nobody }), "media store " + nobody},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, tt.url)
			_, keepErr := s.Keep(t.Context(), strings.NewReader("x"), 1)
			_, openErr := s.Open(t.Context(), strings.Repeat("0", 64))
			for what, err := range map[string]error{"keep": keepErr, "check": s.Check(t.Context()), "open": openErr} {
				if err == nil || errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s: %v", what, err)
				} else if !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func TestABucketsURLIsRead(t *testing.T) {
	for _, bad := range []string{"", "media", "s3://host/bucket", "s3://k:s@host", "s3://k:s@host/a/b", "s3://k@host/b", "s3://k:s@host/b?tls=maybe", "s3://k:s@host/b?style=1", "s3://k:s/s@host/b"} {
		if _, err := Open(bad); err == nil || strings.Contains(err.Error(), "k:s") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	a, err := parseBucket("s3://k:s%2F%2B@oss.example.com/union?region=cn-hangzhou&style=host")
	if err != nil || a.secret != "s/+" || !a.tls || a.region != "cn-hangzhou" || a.host != "oss.example.com" || a.bucket != "union" {
		t.Errorf("got %+v, %v", a, err)
	}
}
