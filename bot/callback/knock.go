package callback

import "net/url"

// Knock is a callback as the platform makes it, for trying a callback address from outside.
type Knock struct {
	Query url.Values
	// Body is what is posted; none for the address verification, which is a GET.
	Body []byte
	// Want is the body of the answer, whose status is 200.
	Want string
}

// The event of a knock comes from nobody and means nothing, so that it is taken and changes nothing.
const (
	knockSender = "unionbot-doctor"
	knockEvent  = "unionbot_doctor"
)

// KnockMessage writes the event to an account. seconds is the time as in the query.
func KnockMessage(to, seconds string) []byte {
	b := append([]byte(nil), "<xml>"...)
	b = AppendCDATA(b, "ToUserName", to)
	b = AppendCDATA(b, "FromUserName", knockSender)
	b = append(b, "<CreateTime>"+seconds+"</CreateTime>"...)
	b = AppendCDATA(b, "MsgType", "event")
	b = AppendCDATA(b, "Event", knockEvent)
	return append(b, "</xml>"...)
}

// Envelope is what the platforms put around an encrypted message.
func Envelope(to, encrypted string) []byte {
	b := append([]byte(nil), "<xml>"...)
	b = AppendCDATA(b, "ToUserName", to)
	b = AppendCDATA(b, "Encrypt", encrypted)
	return append(b, "</xml>"...)
}
