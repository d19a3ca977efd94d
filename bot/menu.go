package bot

// MenuEntry is an entry of the bar at the bottom of a chat: one that can be tapped, whose Key comes back as Message.Key,
// or one that opens others.
type MenuEntry struct {
	Label   string
	Key     string
	Entries []MenuEntry
}
