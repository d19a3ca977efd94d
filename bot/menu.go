package bot

// MenuEntry is an entry of the bar at the bottom of a chat: one that can be tapped, whose Key comes back as Message.Key,
// or one that opens others.
type MenuEntry struct {
	Label string
	Key   string
	// Scan opens the phone's scanner instead; what the code says comes as KindScan if it is meant for the service.
	Scan    bool
	Entries []MenuEntry
}
