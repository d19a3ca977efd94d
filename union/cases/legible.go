package cases

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// PaperDoubted tells whoever sent the picture of a paper that it can hardly be read, once for each. It joins the transaction that
// notes so. What is dropped meanwhile is nobody's concern any more.
func (d *Desk) PaperDoubted(ctx context.Context, a Attachment) error {
	if a.State != AttachmentKept || a.Doubt == "" || a.Sheet == 0 {
		return nil
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("paper-doubted/%d", a.ID), Kind: notice.KindDraft, Policy: notice.Resend, To: a.Owner,
		Body: d.words.PaperDoubted(a.Sheet, a.Doubt),
	})
}

// DoubtedPapers lists those of the owner's pictures of papers that can hardly be read.
func (d *Desk) DoubtedPapers(ctx context.Context, owner union.MemberID, ids []ID) ([]Attachment, error) {
	doubted, err := d.store.Attachments.Doubted(ctx, owner, ids)
	if err != nil {
		return nil, fmt.Errorf("list doubted papers: %w", err)
	}
	return doubted, nil
}
