package core

import (
	"encoding/binary"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func spanID(i int) (id trace.SpanID) {
	binary.BigEndian.PutUint64(id[:], uint64(i+1))
	return id
}

func TestAnchorsAreBounded(t *testing.T) {
	var (
		a anchors
		s Scope
	)
	if a.get(spanID(0)) != nil || a.drop(spanID(0)) != nil {
		t.Error("the zero value is empty")
	}
	for i := range maxAnchors + 10 {
		a.put(spanID(i), &s)
	}
	if len(a.m) != maxAnchors {
		t.Errorf("%d spans are followed, want %d", len(a.m), maxAnchors)
	}
	if a.get(spanID(0)) != &s || a.get(spanID(maxAnchors)) != nil {
		t.Error("the first ones are followed, later ones are not")
	}
	for i := range maxAnchors {
		if a.drop(spanID(i)) != &s {
			t.Fatal("drop returns what was followed")
		}
	}
	if a.n.Load() != 0 || len(a.m) != 0 {
		t.Error("nothing must stay")
	}
}

func TestIDs(t *testing.T) {
	ctx := t.Context()
	one, span := IDGenerator{}.NewIDs(ctx)
	two, other := IDGenerator{}.NewIDs(ctx)
	if !one.IsValid() || !span.IsValid() || one == two || span == other {
		t.Errorf("ids %v %v %v %v", one, span, two, other)
	}
	drawn := newTraceID()
	if got, _ := (IDGenerator{}).NewIDs(&Span{Context: ctx, traceID: drawn}); got != drawn {
		t.Error("a root's id is the one that its decision was made with")
	}
	if !(IDGenerator{}).NewSpanID(ctx, one).IsValid() {
		t.Error("an invalid span id")
	}
}

func TestPooledAttributesDoNotOutliveTheirSpan(t *testing.T) {
	buf := getAttributes()
	*buf = append(*buf, attribute.String("k", "secret"))
	kept := *buf
	putAttributes(buf)
	if kept[:1][0].Valid() {
		t.Error("a value stays in the pool")
	}
	large := make([]attribute.KeyValue, 0, maxPooled+1)
	putAttributes(&large) // left to the collector; must not panic
}
