package sql_test

import (
	"os"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// TestAcceptanceHighCardinality is acceptance test 3: the slowest requests per
// user, by user.id and trace.trace_id, answer in under 5 s. There are a
// million spans of a hundred thousand traces; as sampling has it, all spans of
// a trace stand for as many.
func TestAcceptanceHighCardinality(t *testing.T) {
	if os.Getenv("LIFT_ACCEPTANCE") == "" {
		t.Skip("set LIFT_ACCEPTANCE=1, or run make acceptance")
	}
	s, from, to := generated(t, 1_000_000, false)
	begun := time.Now()
	result, info, err := sql.Run(t.Context(), s, sql.Request{Query: slowest, From: from, To: to})
	took := time.Since(begun)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v, %s", info, took)
	if len(result.Groups) != slowest.Limit || took > 5*time.Second {
		t.Errorf("%d groups after %s, want %d within 5 s", len(result.Groups), took, slowest.Limit)
	}
}
