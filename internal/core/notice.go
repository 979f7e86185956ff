package core

import (
	"context"
	"log/slog"
	"sync"

	"go.opentelemetry.io/otel/attribute"
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
// Of args, pairs of a key and a value, strings are logged without secrets.
func (p *Pipeline) Notice(ctx context.Context, message, about string, args ...any) {
	if p.logger == nil || !p.notices.first(notice{message, about}) {
		return
	}
	if p.redact != nil {
		for i := 1; i < len(args); i += 2 {
			key, _ := args[i-1].(string)
			if v, ok := args[i].(string); ok {
				args[i] = p.redact(attribute.Key(key), v)
			}
		}
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
