package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// ofEntry says whether a number is that of an entry or an activity.
func ofEntry(number string) bool { return strings.HasPrefix(strings.ToUpper(number), enrolment.Prefix) }

// entryLines shows entries among a member's other matters.
type entryLines struct {
	desk  EntryDesk
	words enrolWords
}

type entryLine struct{ number, line string }

func (l entryLines) list(ctx context.Context, member union.MemberID) (lines []entryLine, err error) {
	all, err := l.desk.Entries(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list own entries: %w", err)
	}
	for _, v := range all {
		lines = append(lines, entryLine{v.Number, l.words.short(v)})
	}
	return lines, nil
}

func (l entryLines) show(ctx context.Context, member union.MemberID, number string) (string, error) {
	v, err := l.desk.Entry(ctx, member, number)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return "没有找到 " + number + ",请核对编号。回复\"我的\"看您报过的。", nil
	case err != nil:
		return "", fmt.Errorf("read entry: %w", err)
	}
	return l.words.view(v), nil
}
