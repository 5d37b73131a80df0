package exchange

// SetVerdict gives an exchange the verdict of its command that was made before.
func (x *Exchange) SetVerdict(line string) { x.verdict = line }

// SetSummary gives an exchange the summary that was made of it before, for
// consumers that keep exchanges in a form of their own, without bodies.
func (x *Exchange) SetSummary(s string) { x.summary, x.summarised = s, true }
