package core_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/lift-sys/telemetry/internal/core"
)

func TestIdentityKeepsTheFirst(t *testing.T) {
	var id core.Identity
	got := func() []string {
		user, request, session := id.Values()
		return []string{user, request, session}
	}
	steps := []struct {
		reason                 string
		user, request, session string
		want                   []string
	}{
		{"the zero value is empty", "", "", "", []string{"", "", ""}},
		{"a known field is set", "u1", "", "", []string{"u1", "", ""}},
		{"others follow, the first stays", "u2", "r1", "", []string{"u1", "r1", ""}},
		{"an empty value erases nothing", "", "", "s1", []string{"u1", "r1", "s1"}},
	}
	for _, s := range steps {
		id.Fill(s.user, s.request, s.session)
		if !slices.Equal(got(), s.want) {
			t.Errorf("%s: %v, want %v", s.reason, got(), s.want)
		}
	}
}

func TestIdentityConcurrently(t *testing.T) {
	var (
		id core.Identity
		wg sync.WaitGroup
	)
	for i := range 100 {
		wg.Go(func() {
			id.Fill(fmt.Sprint("u", i), "", fmt.Sprint("s", i))
			user, _, session := id.Values()
			if user == "" || session == "" || user[1:] != session[1:] {
				t.Errorf("%q and %q come from different calls", user, session)
			}
		})
	}
	wg.Wait()
}
