package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
)

// Addresses returns the identities by which a member is reached, WeCom's first and then by the age of the binding. A
// member who has left has none on WeCom.
func (r *Members) Addresses(ctx context.Context, id union.MemberID) ([]union.Identity, error) {
	list, err := remembered(ctx, r.db, addressesKey{id}, func() ([]union.Identity, error) { return r.addresses(ctx, id) })
	return slices.Clone(list), err
}

func (r *Members) addresses(ctx context.Context, id union.MemberID) ([]union.Identity, error) {
	var list []union.Identity
	if r.wecom != "" {
		user, err := r.directoryUser(ctx, id)
		if err != nil {
			return nil, err
		}
		if user != "" {
			list = append(list, union.Identity{Channel: r.wecom, User: user, Member: id, Proof: union.ProofDirectory})
		}
	}
	bound, err := queryAll(ctx, r.db, "read identities", scanIdentity,
		`SELECT channel, user_id, member_id, proof, bound_ms FROM identities WHERE member_id = ? ORDER BY bound_ms, channel`, id)
	return append(list, bound...), err
}

func (r *Members) directoryUser(ctx context.Context, id union.MemberID) (string, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return "", err
	}
	var user sql.NullString
	err = g.Raw(`SELECT wecom_userid FROM members WHERE id = ? AND status <> ?`, id, union.Left).Row().Scan(&user)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read directory user: %w", classify(err))
	}
	return user.String, nil
}

// Identity returns the bound identity of a user on a channel, or fails with union.ErrNotFound.
func (r *Members) Identity(ctx context.Context, channel, user string) (union.Identity, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return union.Identity{}, err
	}
	i, err := scanIdentity(g.Raw(`SELECT channel, user_id, member_id, proof, bound_ms FROM identities
		WHERE channel = ? AND user_id = ?`, channel, user).Row())
	if err != nil {
		return union.Identity{}, fmt.Errorf("read identity: %w", notFound(err))
	}
	return i, nil
}

// Bind makes a user on a channel known as a member. It fails with union.ErrTaken where the user or the member has an
// account on the channel already.
func (r *Members) Bind(ctx context.Context, i union.Identity) error {
	_, err := execute(ctx, r.db, "bind identity",
		`INSERT INTO identities (channel, user_id, member_id, proof, bound_ms) VALUES (?, ?, ?, ?, ?)`,
		i.Channel, i.User, i.Member, i.Proof, i.BoundAt.UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("bind identity: %w", union.ErrTaken)
	}
	if err != nil {
		return err
	}
	// Who was told in person while nothing reached them is told of when that is so again; of what had failed until then they stay told.
	_, err = execute(ctx, r.db, "note that a member is reached", `UPDATE unreached_told SET reached_ms = ? WHERE member_id = ?`, i.BoundAt.UnixMilli(), i.Member)
	return err
}

// Prove has an account that is bound already go by another proof.
func (r *Members) Prove(ctx context.Context, i union.Identity) error {
	_, err := execute(ctx, r.db, "prove identity", `UPDATE identities SET proof = ? WHERE channel = ? AND user_id = ? AND member_id = ?`,
		i.Proof, i.Channel, i.User, i.Member)
	return err
}

// Unbind forgets who the user on the channel is, and says whether that was known. What waits for the user's next word was
// for the member, and is told to nobody.
func (r *Members) Unbind(ctx context.Context, channel, user string) (bool, error) {
	if _, err := execute(ctx, r.db, "drop what waits", `DELETE FROM parked WHERE channel = ? AND person = ? AND told_ms IS NULL`, channel, user); err != nil {
		return false, err
	}
	n, err := execute(ctx, r.db, "unbind identity", `DELETE FROM identities WHERE channel = ? AND user_id = ?`, channel, user)
	return n > 0, err
}

// UnbindAll forgets every account that was bound as the member, and says how many there were. What WeCom's directory
// says is not touched.
func (r *Members) UnbindAll(ctx context.Context, member union.MemberID) (int, error) {
	bound, err := queryAll(ctx, r.db, "find identities to unbind", scanIdentity,
		`SELECT channel, user_id, member_id, proof, bound_ms FROM identities WHERE member_id = ?`, member)
	for i := 0; i < len(bound) && err == nil; i++ {
		_, err = r.Unbind(ctx, bound[i].Channel, bound[i].User)
	}
	return len(bound), err
}

// Followed notes that a user follows a channel again, or that they do not any more. Of whoever is not bound nothing is kept.
func (r *Members) Followed(ctx context.Context, channel, user string, at time.Time, follows bool) error {
	var unfollowed any
	if !follows {
		unfollowed = at.UnixMilli()
	}
	// The platform repeats what it says, and in any order: what is older than the last changes nothing.
	_, err := execute(ctx, r.db, "note who follows", `UPDATE identities SET unfollowed_ms = ?, follow_ms = ? WHERE channel = ? AND user_id = ? AND COALESCE(follow_ms, 0) <= ?`,
		unfollowed, at.UnixMilli(), channel, user, at.UnixMilli())
	return err
}

// Spoke notes that a user who followed no more has said something since, which only followers can: that they follow again was not heard.
func (r *Members) Spoke(ctx context.Context, channel, user string, at time.Time) error {
	_, err := execute(ctx, r.db, "note who speaks", `UPDATE identities SET unfollowed_ms = NULL, follow_ms = ? WHERE channel = ? AND user_id = ? AND unfollowed_ms < ?`,
		at.UnixMilli(), channel, user, at.UnixMilli())
	return err
}

func scanIdentity(row scanner) (union.Identity, error) {
	var i union.Identity
	var boundMs int64
	err := row.Scan(&i.Channel, &i.User, &i.Member, &i.Proof, &boundMs)
	i.BoundAt = time.UnixMilli(boundMs).UTC()
	return i, err
}
