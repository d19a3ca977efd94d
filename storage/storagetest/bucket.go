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
	u, err := url.Parse(bucketURL)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, "")})
	if err == nil {
		err = client.MakeBucket(t.Context(), u.Path[1:], minio.MakeBucketOptions{Region: u.Query().Get("region")})
	}
	if err != nil {
		t.Fatalf("make bucket: %v", err)
	}
}
