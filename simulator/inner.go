package simulator

import (
	"bytes"
	"strconv"
	"strings"
)

// node is one element of a callback's body. A node with inner nodes has no text of its own.
type node struct {
	name   string
	text   string
	number bool // written bare, not as CDATA
	inner  []node
}

func field(name, text string) node { return node{name: name, text: text} }

func number[N int | int64](name string, n N) node {
	return node{name: name, text: strconv.FormatInt(int64(n), 10), number: true}
}

// degrees writes a coordinate as the platforms do.
func degrees(name string, d float64) node {
	return node{name: name, text: strconv.FormatFloat(d, 'f', 6, 64), number: true}
}

// document writes the body of a callback. Text goes into CDATA as it is, so what a phone sends is what the bot gets;
// only the end mark of CDATA is taken apart.
func document(nodes ...node) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	writeNodes(&b, nodes)
	b.WriteString("</xml>")
	return b.Bytes()
}

func writeNodes(b *bytes.Buffer, nodes []node) {
	for _, n := range nodes {
		b.WriteString("<" + n.name + ">")
		switch {
		case n.inner != nil:
			writeNodes(b, n.inner)
		case n.number:
			b.WriteString(n.text)
		default:
			b.WriteString("<![CDATA[" + strings.ReplaceAll(n.text, "]]>", "]]]]><![CDATA[>") + "]]>")
		}
		b.WriteString("</" + n.name + ">")
	}
}

// message makes the body of a message or event from a person: the common elements around its own. [W90239, W90376]
func (s *Simulator) message(p Person, msgType string, own ...node) []byte {
	nodes := []node{
		field("ToUserName", s.address(p.Platform)), field("FromUserName", p.ID), number("CreateTime", s.now().Unix()), field("MsgType", msgType),
	}
	nodes = append(nodes, own...)
	if msgType != "event" {
		nodes = append(nodes, number("MsgId", newMsgID()))
	}
	if p.Platform == WeCom {
		nodes = append(nodes, number("AgentID", s.cfg.WeCom.AgentID))
	}
	return document(nodes...)
}

// address is the bot's name in messages.
func (s *Simulator) address(p Platform) string {
	if p == WeCom {
		return s.cfg.WeCom.CorpID
	}
	return s.cfg.Account.ID
}

// event makes the body of an event. The Official Account's documents write some names in capitals. [O receiving events]
func (s *Simulator) event(p Person, name string, own ...node) []byte {
	return s.message(p, "event", append([]node{field("Event", name)}, own...)...)
}
