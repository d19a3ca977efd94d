package callback

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// FuzzQuery reads the address of a callback, which anybody may write: nothing in it makes an old request new.
func FuzzQuery(f *testing.F) {
	f.Add("signature=a&timestamp=1763942400&nonce=1&echostr=x&encrypt_type=aes&msg_signature=b")
	f.Add("timestamp=-9223372036854775808")
	f.Add("timestamp=1763942400&timestamp=1")
	f.Add("%zz=%&timestamp=1763942400;nonce=2")
	now := time.Unix(1763942400, 0)
	f.Fuzz(func(t *testing.T, raw string) {
		q := queryOf(&http.Request{URL: &url.URL{RawQuery: raw}})
		if q.fresh(now, time.Minute) && !q.fresh(now.Add(time.Second), 2*time.Minute) {
			t.Errorf("%q is fresh in a minute and not in two", q.Timestamp)
		}
		if q.fresh(now, time.Minute) && q.fresh(now.Add(time.Hour), time.Minute) {
			t.Errorf("%q never ends", q.Timestamp)
		}
	})
}

// FuzzLine reads the id of a line that was tapped.
func FuzzLine(f *testing.F) {
	f.Add(LineID(7, 3))
	f.Add("4294967295")
	f.Add("-1")
	f.Add("１２")
	f.Fuzz(func(t *testing.T, id string) {
		if q := QuestionOf(id); q != 0 && QuestionOf(LineID(q, 1)) != q {
			t.Errorf("%q is of question %d, whose lines are of %d", id, q, QuestionOf(LineID(q, 1)))
		}
	})
}
