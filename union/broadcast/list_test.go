package broadcast_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/roster"
)

// one is a list of a size.
type one struct {
	content string
	size    int64
}

func (one) Came(context.Context, time.Time, int) ([]broadcast.CameList, error) { return nil, nil }

func (one) Illustrate(context.Context, union.MemberID, string, string) (int64, error) { return 1, nil }
func (one) Hold(context.Context, string, time.Time) error                             { return nil }
func (one) Kept(context.Context, union.MemberID, int64) (f notice.File, size int64, err error) {
	return f, size, nil
}

func (one) Await(context.Context, union.MemberID, string, string) (int64, error) { return 1, nil }
func (l one) Open(context.Context, union.MemberID, int64) (io.ReadCloser, int64, error) {
	return io.NopCloser(strings.NewReader(l.content)), l.size, nil
}

func TestAListThatIsTooLargeIsNotRead(t *testing.T) {
	read := func(l one) ([]roster.Listed, error) {
		list, err := broadcast.NewDesk(broadcast.Deps{Lists: l}).ReadList(t.Context(), 1, 1)
		return list.People, err
	}
	var wrong *roster.Unreadable
	if _, err := read(one{"张伟", 10 << 20}); !errors.As(err, &wrong) || !strings.Contains(wrong.Reason, "5 MB") {
		t.Errorf("10 MB: %v", err)
	}
	list, err := read(one{"1、张　伟 100101\n", 30})
	if want := (roster.Listed{Name: "张伟"}); err != nil || len(list) != 2 || list[0] != want || list[1].StaffNo != "100101" {
		t.Errorf("%+v, %v", list, err)
	}
}
