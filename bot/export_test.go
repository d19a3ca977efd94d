package bot

// WaitingFor tells how many callbacks wait for the reply to a message.
func WaitingFor(e *Engine, id MessageID) int {
	e.mu.Lock()
	f := e.flights[id]
	e.mu.Unlock()
	if f == nil {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.waiting
}
