package turns

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Begin implements bot.Turns.
func (t *Turns) Begin(ctx context.Context, who bot.Address, id bot.MessageID, nonce string) (bot.Grant, error) {
	keys := []string{identityKey(who), replyKey(who, id), markKey(who, id), queueKey(who), seenKey(who)}
	answer, err := t.run(ctx, beginScript, keys, string(id), nonce, ms(t.lease), ms(waiterPatience), ms(stubAge))
	if err != nil {
		return bot.Grant{}, fmt.Errorf("begin turn: %w", err)
	}
	parts, ok := answer.([]any)
	if !ok || len(parts) == 0 {
		return bot.Grant{}, fmt.Errorf("begin turn: unexpected answer %T", answer)
	}
	grant := bot.Grant{Verdict: bot.Verdict(textAt(parts, 0))}
	switch grant.Verdict {
	case bot.Done:
		grant.Reply, grant.Unreadable = t.open(bytesAt(parts, 1), replyKey(who, id))
	case bot.Run:
		grant.Fence = bot.Fence(numberAt(parts, 1))
		grant.Session, grant.Unreadable = t.open(bytesAt(parts, 2), sessionPlace(who))
		grant.SessionFence = bot.Fence(numberAt(parts, 3))
		grant.Open = parseOpen(textAt(parts, 4))
		grant.Parked = numberAt(parts, 5)
	case bot.Same, bot.Wait:
	default:
		return bot.Grant{}, fmt.Errorf("begin turn: unexpected verdict %q", grant.Verdict)
	}
	return grant, nil
}

// Commit implements bot.Turns.
func (t *Turns) Commit(ctx context.Context, who bot.Address, id bot.MessageID, nonce string, fence bot.Fence, saved bot.Saved) (bool, error) {
	keys := []string{identityKey(who), replyKey(who, id), markKey(who, id)}
	mark := "1"
	if saved.Collected {
		mark = "c"
	}
	session, reply, err := t.sealSaved(who, id, saved.Session, saved.Reply)
	if err != nil {
		return false, fmt.Errorf("commit turn: %w", err)
	}
	ok, err := t.yes(ctx, commitScript, keys, nonce, int64(fence), session, reply, saved.Told,
		ms(stubAge), ms(replyAge), ms(markAge), mark)
	if err != nil {
		return false, fmt.Errorf("commit turn: %w", err)
	}
	return ok, nil
}

// Repair implements bot.Turns.
func (t *Turns) Repair(ctx context.Context, who bot.Address, nonce string, record bot.Record, unlock bool) error {
	keys := []string{identityKey(who), replyKey(who, record.Message), markKey(who, record.Message)}
	flag := 0
	if unlock {
		flag = 1
	}
	session, reply, err := t.sealSaved(who, record.Message, record.Session, record.Reply)
	if err != nil {
		return fmt.Errorf("repair turn: %w", err)
	}
	_, err = t.yes(ctx, repairScript, keys, nonce, int64(record.Fence), session, reply, flag,
		ms(stubAge), ms(replyAge), ms(markAge))
	if err != nil {
		return fmt.Errorf("repair turn: %w", err)
	}
	return nil
}

// Renew implements bot.Turns.
func (t *Turns) Renew(ctx context.Context, who bot.Address, nonce string) (bool, error) {
	ok, err := t.yes(ctx, renewScript, []string{identityKey(who)}, nonce, ms(t.lease))
	if err != nil {
		return false, fmt.Errorf("renew turn: %w", err)
	}
	return ok, nil
}

// Release implements bot.Turns.
func (t *Turns) Release(ctx context.Context, who bot.Address, nonce string) error {
	if _, err := t.yes(ctx, releaseScript, []string{identityKey(who)}, nonce); err != nil {
		return fmt.Errorf("release turn: %w", err)
	}
	return nil
}

// parseOpen reads the lines "fence message" that begin.lua writes.
func parseOpen(lines string) []bot.Open {
	var open []bot.Open
	for line := range strings.Lines(lines) {
		fence, message, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseInt(fence, 10, 64)
		if err != nil {
			continue // not ours: somebody else wrote the field
		}
		open = append(open, bot.Open{Message: bot.MessageID(message), Fence: bot.Fence(n)})
	}
	return open
}

func ms(d time.Duration) int64 { return d.Milliseconds() }

func textAt(parts []any, i int) string {
	if i >= len(parts) {
		return ""
	}
	s, _ := parts[i].(string) // nil where the script returned false
	return s
}

func bytesAt(parts []any, i int) []byte {
	if s := textAt(parts, i); s != "" {
		return []byte(s)
	}
	return nil
}

func numberAt(parts []any, i int) int64 {
	n, err := strconv.ParseInt(textAt(parts, i), 10, 64)
	if err != nil {
		return 0 // absent
	}
	return n
}
