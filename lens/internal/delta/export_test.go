package delta

// Len returns how many series are known.
func (c *Converter) Len() int { return len(c.young) + len(c.old) }
