package attr_test

import (
	"fmt"
	"testing"

	"github.com/lift-sys/telemetry/attr"
)

func TestStrings(t *testing.T) {
	tests := []struct {
		value        fmt.Stringer
		want, reason string
	}{
		{attr.KindSpan, "span", "the zero kind"},
		{attr.KindColumn, "column", "the last kind"},
		{attr.Kind(9), "9", "a kind that is not defined shows its number"},
		{attr.NoType, "", "no type has no name"},
		{attr.TypeStrings, "string[]", "as the semantic conventions write it"},
		{attr.Type(9), "9", "a type that is not defined shows its number"},
		{attr.NoInstrument, "", "no instrument has no name"},
		{attr.UpDownCounter, "updowncounter", "the last instrument"},
		{attr.Stable, "stable", "the zero stability"},
		{attr.Development, "development", "the last stability"},
	}
	for _, tt := range tests {
		if got := tt.value.String(); got != tt.want {
			t.Errorf("%T(%d).String() = %q, want %q: %s", tt.value, tt.value, got, tt.want, tt.reason)
		}
	}
}
