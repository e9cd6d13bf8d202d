package ensure

// Functions returns how many functions the turns keep in memory.
func (t *Turns) Functions() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.turns)
}
