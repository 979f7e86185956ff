package core

import (
	"context"
	"log/slog"
	"sync"
)

// notices remembers what was said, so that each thing is said once. The zero
// value is ready.
type notices struct {
	mu   sync.Mutex
	said map[notice]struct{}
}

type notice struct{ message, about string }

// maxNotices bounds what is remembered, and with it what is said.
const maxNotices = 256

// Notice logs message once for each about, such as a model that has no price.
func (p *Pipeline) Notice(ctx context.Context, message, about string, args ...any) {
	if p.logger == nil || !p.notices.first(notice{message, about}) {
		return
	}
	p.logger.LogAttrs(ctx, slog.LevelWarn, "telemetry: "+message, slog.Group("", args...))
}

func (n *notices) first(what notice) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.said[what]; ok || len(n.said) >= maxNotices {
		return false
	}
	if n.said == nil {
		n.said = map[notice]struct{}{}
	}
	n.said[what] = struct{}{}
	return true
}
