package audit

import (
	"testing"
	"time"
)

// What was signed years ago must be found unchanged by every later version, and nothing of one form passes as another.
func TestDigestsOfDeletionsStayWhatTheyAre(t *testing.T) {
	salt, at := []byte("0123456789abcdef"), time.UnixMilli(1795440000123).UTC()
	seen := map[string]bool{}
	for want, e := range map[string]Entry{
		"b936171de9b34536085c3b7fe577e17a550a62593685556424f96d0707b2e684": {At: at, Kind: Erase, Case: 7, Note: "request 17"},
		"327dd480709e29954b51943e44c5c13d56470c23acf982d7b160d66dcdd15103": {At: at, Kind: Erase, Case: 7, Note: "request 17", Emptied: []int64{1, 2}},
		"edc17c2e9ae2851a2902f4cc9c7dcedabed6689ce07780f05b89d384b52c4210": {At: at, Kind: Erase, Case: 7, Note: "request 17", Emptied: []int64{1, 2}, Through: 4},
		"cf77b9f127e0312b31c9e581b29bb645ff2f66bb5056798d86aaa6424ca8f4a9": {At: at, Kind: Erase, Case: 7, Note: "request 17", Emptied: []int64{1}, Changed: []int64{2}, Through: 4},
		"25bad5f11ebc96688239d075980cae414971ecf58552db766cc026f7cde9018b": {At: at, Kind: Erase, Case: 7, Note: "request 17", Changed: []int64{1, 2}, Through: 4},
		"58ee38f8506fd468516f9484b86876a87ebed48667f89c493abb0c5ceb4e7c9d": {At: at, Kind: Erase, Case: 7, Note: "request 17", Changed: []int64{1, 2}},
		"30b2cb3b33557aefcd0be14eb2cde32f1de009abf7f3502ab30c6f6c954b3000": {At: at, Kind: Erase, Case: 7, Note: "request 17", Bounded: true},
		"78f819680b52530fd609a41afc055500a6c497d824bdf2bc3de4b58dab0700f2": {At: at, Kind: Erase, Case: 7, Note: "request 17", Emptied: []int64{1}, Changed: []int64{2}, Unread: []int64{3}, Through: 4, Bounded: true},
		"4338fd1acbb36bdc6c44cdfaceed35bb5845d720c7550805beab14a1332ca16e": {At: at, Kind: Erase, Case: 7, Note: "request 17", Emptied: []int64{1}, Changed: []int64{2, 3}, Through: 4, Bounded: true},
		"f0d7b5c3f8953db3201c89d9b4ac5345af510d95c603c8d414307113f2f2083c": {At: at, Kind: Erase, Case: 7, Note: "request 17", Through: -4},
		"90959ce8ddca3eab562f08cb62ce472516dabc1852a72c877a1df2556f8e8832": {At: at, Kind: Look, Case: 7, Key: "look/7/1/2"},
	} {
		got := e.Digest(salt)
		if got != want || seen[got] {
			t.Errorf("%+v: digest is %s, want %s", e, got, want)
		}
		seen[got] = true
	}
}
