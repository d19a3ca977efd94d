package cases

import "time"

// HeldClock is what a step's clock had left when somebody asked to undo the case: until that is decided, the step of the undoing has
// the clock.
type HeldClock struct {
	Amount int       `json:"amount"`
	Unit   ClockUnit `json:"unit"`
	// Started is when it began, or begins.
	Started time.Time `json:"started"`
	Due     time.Time `json:"due"`
	Paused  time.Time `json:"paused"`
	Rung    int       `json:"rung,omitempty"`
	// Extended says that it was prolonged.
	Extended bool `json:"extended,omitempty"`
}

// hold stops the clock of a step; nil where there is none that has not ended.
func (d *Desk) hold(c Clock, at time.Time) *HeldClock {
	if c.Kind == "" || !c.Ended.IsZero() {
		return nil
	}
	c = d.pause(c, at)
	return &HeldClock{Amount: c.Amount, Unit: c.Unit, Started: c.Started, Due: c.Due, Paused: c.Paused, Rung: c.Rung, Extended: c.Extended}
}

// again puts what was held in the place of the clock that the undoing had. It stands still yet.
func (h HeldClock) again(undoing Clock, now time.Time) Clock {
	c := undoing
	c.Late = c.Late || c.Runs() && c.Missed(now)
	c.Amount, c.Unit, c.Started, c.Due, c.Paused, c.Rung, c.Extended = h.Amount, h.Unit, h.Started, h.Due, h.Paused, h.Rung, h.Extended
	return c
}
