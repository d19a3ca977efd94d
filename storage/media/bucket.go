package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// bucketTries is how often a request is made that failed in a way that may pass. What fails then is tried again by
	// whoever wants the file, and not while everybody else's files wait.
	bucketTries = 3
	// bucketAnswer is how long the store may take to begin with its answer.
	bucketAnswer = 20 * time.Second
	bucketDial   = 3 * time.Second
	// noType keeps browsers that are led to an object from showing what a stranger sent.
	noType = "application/octet-stream"
)

// bucket is a place in an S3-compatible store. An object appears whole or not at all, under its hash; writing it again
// changes nothing.
type bucket struct {
	objects
	host, name string
}

// objects is what is asked of the client. It is held as functions: a value behind an interface keeps all methods of all
// its fields in the binary, a megabyte of them here.
type objects struct {
	putObject    func(ctx context.Context, bucket, name string, r io.Reader, size int64, o minio.PutObjectOptions) (minio.UploadInfo, error)
	getObject    func(ctx context.Context, bucket, name string, o minio.GetObjectOptions) (*minio.Object, error)
	statObject   func(ctx context.Context, bucket, name string, o minio.StatObjectOptions) (minio.ObjectInfo, error)
	listObjects  func(ctx context.Context, bucket string, o minio.ListObjectsOptions) <-chan minio.ObjectInfo
	removeObject func(ctx context.Context, bucket, name string, o minio.RemoveObjectOptions) error
}

func openBucket(rawURL string) (*bucket, error) {
	at, err := parseBucket(rawURL)
	if err != nil {
		return nil, err
	}
	transport, err := minio.DefaultTransport(at.tls)
	if err != nil {
		return nil, fmt.Errorf("prepare media store: %w", err)
	}
	transport.DialContext = (&net.Dialer{Timeout: bucketDial}).DialContext
	transport.ResponseHeaderTimeout = bucketAnswer
	client, err := minio.New(at.host, &minio.Options{
		Creds: credentials.NewStaticV4(at.key, at.secret, ""), Secure: at.tls, Region: at.region, BucketLookup: at.style,
		Transport: transport, MaxRetries: bucketTries,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare media store: %w", err)
	}
	return &bucket{host: client.EndpointURL().Host, name: at.bucket, objects: objects{
		putObject: client.PutObject, getObject: client.GetObject, statObject: client.StatObject,
		listObjects: client.ListObjects, removeObject: client.RemoveObject,
	}}, nil
}

func (b *bucket) close() error { return nil }

// write needs the hash before the object's name is known, and its size before the request. So the file passes through a
// temporary one, which has no name in the file system and is gone with the process.
func (b *bucket) write(ctx context.Context, r io.Reader) (kept Kept, err error) {
	temp, err := namelessFile()
	if err != nil {
		return Kept{}, fmt.Errorf("make room on the way: %w", err)
	}
	defer func() { err = errors.Join(err, temp.Close()) }()
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(temp, h), r)
	if err != nil {
		return Kept{}, err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return Kept{}, err
	}
	kept = Kept{Hash: hex.EncodeToString(h.Sum(nil)), Size: size}
	return kept, b.put(ctx, placeOf(kept.Hash), temp, size)
}

func (b *bucket) put(ctx context.Context, name string, r io.Reader, size int64) error {
	_, err := b.putObject(ctx, b.name, name, r, size, minio.PutObjectOptions{ContentType: noType})
	return b.explain(err)
}

// namelessFile is removed as soon as it is open.
func namelessFile() (*os.File, error) {
	f, err := os.CreateTemp("", "unionbot-media-*")
	if err != nil {
		return nil, err
	}
	// Where an open file cannot be removed, it stays until somebody clears the folder.
	_ = os.Remove(f.Name())
	return f, nil
}

func (b *bucket) open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	object, err := b.getObject(ctx, b.name, placeOf(hash), minio.GetObjectOptions{})
	if err != nil {
		return nil, b.explain(err)
	}
	// Nothing was asked yet: whether it is there shows here, and not in the middle of an answer.
	if _, err := object.Stat(); err != nil {
		_ = object.Close() // nothing was read
		return nil, b.missing(ctx, hash, err)
	}
	return object, nil
}

// missing asks again what is wrong with a file. The answer to a HEAD has no words: that there is no bucket, or no such
// key, looks as if there were no file.
func (b *bucket) missing(ctx context.Context, hash string, err error) error {
	if err = b.explain(err); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	object, err := b.getObject(ctx, b.name, placeOf(hash), minio.GetObjectOptions{})
	if err != nil {
		return b.explain(err)
	}
	defer func() { _ = object.Close() }() // read as far as it is wanted
	if _, err := object.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		return b.explain(err)
	}
	return fmt.Errorf("media store %s: %s came while it was looked for", b.host, hash)
}

func (b *bucket) has(ctx context.Context, hash string) (bool, error) {
	_, err := b.statObject(ctx, b.name, placeOf(hash), minio.StatObjectOptions{})
	if err != nil {
		err = b.missing(ctx, hash, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (b *bucket) list(ctx context.Context, yield func(hash string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing that is not read to its end
	for object := range b.listObjects(ctx, b.name, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			return b.explain(object.Err)
		}
		hash := path.Base(path.Dir(object.Key)) + path.Base(object.Key)
		if !isHash(hash) || object.Key != placeOf(hash) {
			continue // somebody else's
		}
		if err := yield(hash); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// check also shows that there is room for files on their way.
func (b *bucket) check(ctx context.Context) (err error) {
	temp, err := namelessFile()
	if err != nil {
		return fmt.Errorf("make room on the way: %w", err)
	}
	if err := temp.Close(); err != nil {
		return err
	}
	name := "check-" + rand.Text()
	if err := b.put(ctx, name, strings.NewReader(""), 0); err != nil { // a body that can be sent again
		return err
	}
	defer func() {
		removeErr := b.removeObject(ctx, b.name, name, minio.RemoveObjectOptions{})
		err = errors.Join(err, b.explain(removeErr))
	}()
	_, err = b.statObject(ctx, b.name, name, minio.StatObjectOptions{})
	return b.explain(err)
}

// explain says in an operator's words what the store's answer means.
func (b *bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	switch answer := minio.ToErrorResponse(err); {
	case answer.Code == minio.NoSuchKey:
		return fs.ErrNotExist
	case answer.Code == minio.NoSuchBucket:
		return fmt.Errorf("%s has no bucket %s: %w", b.host, b.name, err)
	case answer.StatusCode == http.StatusUnauthorized, answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s does not accept the key of MEDIA_URL, or gives it no right to bucket %s: %w", b.host, b.name, err)
	default:
		return fmt.Errorf("media store %s: %w", b.host, err)
	}
}
