// Package delivery takes to the platforms what is said outside a passive reply: it claims rows of the outbox, finds
// where their recipient is reached, freezes the call, sends it by the channel's Sender, and settles the row by the
// platform's verdict. It keeps the order of a lane, the platforms' limits per person, and the promise of a row's
// policy: at least once, or at most once with the uncertain listed. What cannot be delivered now is parked for the
// person's next word; nothing is dropped silently.
//
// It also fetches the media that messages brought, before the platform forgets them, and puts kept files at a platform
// to send them.
//
// It writes no text of its own but the digest, and knows no platform and no store.
package delivery
