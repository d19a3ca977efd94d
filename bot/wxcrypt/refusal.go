package wxcrypt

// Refusal is why a callback is refused. Its Error is the same for every reason, so that neither an answer nor a log
// line tells a forger how far he came; string(refusal) is the reason, for counters only.
type Refusal string

// The reasons of this package, in the order in which they are looked for.
const (
	BadSignature Refusal = "signature" // not signed with our token
	BadEncoding  Refusal = "encoding"  // not base64
	BadLength    Refusal = "length"    // not whole blocks, or the length inside does not fit
	BadPadding   Refusal = "padding"   // not PKCS#7 with a pad of 1 to 32
	BadReceiver  Refusal = "receiver"  // meant for another account
)

// Error says that the callback was refused and never why.
func (Refusal) Error() string { return "callback refused" }
