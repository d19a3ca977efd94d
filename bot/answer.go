package bot

// Answer is what an adapter does with the callback that brought a message.
type Answer struct {
	// Text is the passive reply, not longer than the channel's TextBytes. Empty: answer 200 without a reply.
	Text string
	// Hold is true where nothing must be answered, so that the platform asks again and collects the recorded reply.
	Hold bool
	// Refused is true when no store took the message: answer 503, so that the platform delivers it again.
	Refused bool
}
