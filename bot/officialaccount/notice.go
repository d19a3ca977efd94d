package officialaccount

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// thingRunes is the longest value of a template's thing field. [O template docs]
const thingRunes = 20

// defaultField is the field that is filled unless the setting names another.
const defaultField = "thing1"

// Templates composes template messages: what may be sent to a follower while the window for customer-service messages
// is closed. A template shows one short line; who sends it keeps the whole text for the follower's next word.
type Templates struct{ byKind map[string]template }

type template struct {
	id, field string
	// subscribed is true of one that followers subscribe to (订阅通知), which goes by an interface of its own.
	subscribed bool
}

// subscribed begins the setting of a template of a subscription.
const subscribed = "subscribe:"

// doubles is how long the platform drops a second template message with the same client_msg_id, a minute less than it says. [O template]
const doubles = 9 * time.Minute

// NewTemplates takes template ids by kind of notice, each as "id" or as "id:field" with the name of the field that
// takes a text of 20 characters (thing1 when not named), and with "subscribe:" before it where followers subscribe to it.
func NewTemplates(byKind map[string]string) (*Templates, error) {
	t := &Templates{byKind: make(map[string]template, len(byKind))}
	for kind, setting := range byKind {
		rest, bySubscription := strings.CutPrefix(setting, subscribed)
		id, field, named := strings.Cut(rest, ":")
		if !named {
			field = defaultField
		}
		if id == "" || field == "" {
			return nil, fmt.Errorf("template of %q must be an id, or an id and a field: %q", kind, setting)
		}
		t.byKind[kind] = template{id: id, field: field, subscribed: bySubscription}
	}
	return t, nil
}

// Compose writes the call, or fails with platform.ErrNoTemplate.
func (t *Templates) Compose(l platform.Letter) ([]byte, error) {
	found, ok := t.byKind[l.Kind]
	if !ok {
		return nil, platform.ErrNoTemplate
	}
	if len(l.To) != 1 || l.To[0] == "" {
		return nil, errOneReceiver
	}
	line := words(l.Out)
	if l.Out.Card != nil && l.Out.Card.Title != "" {
		line = bot.Plain(platform.Clean(l.Out.Card.Title))
	}
	if l.Out.Line != "" {
		line = l.Out.Line
	}
	line = platform.CutRunes(strings.Join(strings.Fields(line), " "), thingRunes)
	request := templateRequest{ToUser: string(l.To[0]), TemplateID: found.id, Data: map[string]templateValue{found.field: {Value: line}}}
	if found.subscribed {
		return compose(apiSubscription, request)
	}
	sum := sha256.Sum256([]byte(l.Key))
	request.ClientMsgID = hex.EncodeToString(sum[:16])
	return compose(apiTemplate, request)
}

// Doubles says for how long after its first try the platform finds a call for a kind of notice to be a double; 0 if it never does.
func (t *Templates) Doubles(kind string) time.Duration {
	if found, ok := t.byKind[kind]; ok && !found.subscribed {
		return doubles
	}
	return 0
}

// KindOf is what goes by a template that followers subscribe to; "" of any other. The answer to such a call may tell no id.
func (t *Templates) KindOf(id string) string {
	for kind, of := range t.byKind {
		if of.subscribed && of.id == id {
			return kind
		}
	}
	return ""
}

// TemplateID is the id that a setting names; subscribed is true of one that followers subscribe to.
func TemplateID(setting string) (id string, bySubscription bool) {
	rest, bySubscription := strings.CutPrefix(setting, subscribed)
	id, _, _ = strings.Cut(rest, ":")
	return id, bySubscription
}

// templateRequest is the body of message/template/send and of message/subscribe/bizsend. The library's own always has a miniprogram, with an empty id.
type templateRequest struct {
	ToUser     string                   `json:"touser"`
	TemplateID string                   `json:"template_id"`
	Data       map[string]templateValue `json:"data"`
	// ClientMsgID lets the platform drop a second message with the same id.
	ClientMsgID string `json:"client_msg_id,omitempty"`
}

type templateValue struct {
	Value string `json:"value"`
}
