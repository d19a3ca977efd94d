package storagetest

import (
	"net/url"
	"os"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// BucketURL names a bucket on the real S3 server that UNIONBOT_TEST_S3_URL names; it does not exist yet.
func BucketURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("UNIONBOT_TEST_S3_URL")
	if server == "" {
		t.Fatal("UNIONBOT_TEST_S3_URL is not set: " + howToStart)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("UNIONBOT_TEST_S3_URL: %v", err)
	}
	u.Path = "/" + Unique("unionbot-")
	return u.String()
}

// MakeBucket makes a bucket that BucketURL named. Nobody removes it: the server is thrown away.
func MakeBucket(t testing.TB, bucketURL string) {
	t.Helper()
	b := openBucket(t, bucketURL)
	if err := b.client.MakeBucket(t.Context(), b.name, minio.MakeBucketOptions{Region: b.region}); err != nil {
		t.Fatalf("make bucket: %v", err)
	}
}

// CopyBucket makes a bucket with all that is in another one, and returns its URL.
func CopyBucket(t testing.TB, bucketURL string) string {
	t.Helper()
	copied := BucketURL(t)
	MakeBucket(t, copied)
	from, to := openBucket(t, bucketURL), openBucket(t, copied)
	for _, name := range from.objects(t) {
		_, err := to.client.CopyObject(t.Context(), minio.CopyDestOptions{Bucket: to.name, Object: name},
			minio.CopySrcOptions{Bucket: from.name, Object: name})
		if err != nil {
			t.Fatalf("copy %s: %v", name, err)
		}
	}
	return copied
}

// EmptyBucket removes all that is in a bucket.
func EmptyBucket(t testing.TB, bucketURL string) {
	t.Helper()
	b := openBucket(t, bucketURL)
	for _, name := range b.objects(t) {
		if err := b.client.RemoveObject(t.Context(), b.name, name, minio.RemoveObjectOptions{}); err != nil {
			t.Fatalf("remove %s: %v", name, err)
		}
	}
}

// bucket is one as its server's owner sees it.
type bucket struct {
	client       *minio.Client
	name, region string
}

func openBucket(t testing.TB, bucketURL string) bucket {
	t.Helper()
	u, err := url.Parse(bucketURL)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, "")})
	if err != nil {
		t.Fatal(err)
	}
	return bucket{client, u.Path[1:], u.Query().Get("region")}
}

// objects lists what is in it.
func (b bucket) objects(t testing.TB) (names []string) {
	t.Helper()
	for object := range b.client.ListObjects(t.Context(), b.name, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			t.Fatalf("list bucket: %v", object.Err)
		}
		names = append(names, object.Key)
	}
	return names
}
