package core

// Attach returns what is attached to p under key, and attaches what build
// returns where there is nothing yet. An integration keeps there what it makes
// once for a pipeline, for as long as the pipeline lives. key must be
// comparable, and of a type of the integration's own. Where several goroutines
// are the first, build may run more than once; all get the same value.
func (p *Pipeline) Attach(key any, build func(p *Pipeline) any) any {
	if v, ok := p.attached.Load(key); ok {
		return v
	}
	v, _ := p.attached.LoadOrStore(key, build(p))
	return v
}
