package callback

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strconv"

	"github.com/unionbot/unionbot/bot"
)

// maxMessageID is the longest bot.MessageID, in bytes, that is stored.
const maxMessageID = 128

// MessageID names a message after the platform's MsgId, or, where that is absent or has no decent form, after its
// content.
func MessageID(channel bot.ChannelID, root *Element) bot.MessageID {
	msgID := root.Get("MsgId", "MsgID")
	id := bot.MessageID(string(channel) + "/m/" + msgID)
	if msgID == "" || msgID == "0" || len(id) > maxMessageID {
		return hashed(channel, "h", root)
	}
	return id
}

// EventID names an event after everything it carries, where the documented sender and second would make one event out
// of the fifty that an import of fifty members sends. Left out are what the platform makes anew for each press
// (ResponseCode), so that a double tap within a second is one event, and the account, which the channel names.
func EventID(channel bot.ChannelID, root *Element) bot.MessageID {
	return hashed(channel, "e", root)
}

// BodyID names a message of which nothing could be read.
func BodyID(channel bot.ChannelID, plain []byte) bot.MessageID {
	sum := sha256.Sum256(plain)
	return bot.MessageID(string(channel) + "/u/" + hex.EncodeToString(sum[:16]))
}

func hashed(channel bot.ChannelID, kind string, root *Element) bot.MessageID {
	h := sha256.New()
	addLeaves(h, root)
	return bot.MessageID(string(channel) + "/" + kind + "/" + hex.EncodeToString(h.Sum(nil)[:16]))
}

// addLeaves hashes names and texts, each with its length before it, so that no two trees run into one.
func addLeaves(h hash.Hash, e *Element) {
	for _, c := range e.Children {
		if c.Name == "ResponseCode" || c.Name == "ToUserName" {
			continue
		}
		addText(h, c.Name)
		addText(h, c.Text)
		addText(h, strconv.Itoa(len(c.Children)))
		addLeaves(h, c)
	}
}

func addText(h hash.Hash, s string) {
	// A hash never fails to write.
	_ = binary.Write(h, binary.BigEndian, uint64(len(s)))
	_, _ = h.Write([]byte(s))
}
