package telemetrytest_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// A service's definitions are applied to the fake as to Honeycomb: columns
// first, and nothing the second time, also where the server fails once.
func TestNewHoneycomb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := telemetrytest.NewHoneycomb(t, "free")
		client, err := honeycomb.NewClient(fake.Key, honeycomb.WithTransport(fake.Transport()))
		if err != nil {
			t.Fatal(err)
		}
		apply := func() {
			t.Helper()
			nobody := liftsys.Routes{Page: []honeycomb.Recipient{}}
			changes, err := client.Plan(t.Context(), liftsys.Define(liftsys.Options{Routes: nobody}), honeycomb.Settings{Dataset: fake.Dataset, Plan: honeycomb.Free})
			if err != nil {
				t.Fatal(err)
			}
			if err := changes.Apply(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		fake.FailAt(20)
		apply()
		writes := fake.Writes()
		if !slices.Contains(writes, "POST /1/boards") || writes[0] != "POST /1/columns/"+fake.Dataset {
			t.Errorf("%d writes, of which the first is %v", len(writes), writes[:1])
		}
		apply()
		if again := fake.Writes(); len(again) != len(writes) {
			t.Errorf("a second apply writes %v", again[len(writes):])
		}
	})
}

// The same over a socket.
func TestHoneycombURL(t *testing.T) {
	fake := telemetrytest.NewHoneycomb(t, "pro")
	client, err := honeycomb.NewClient(fake.Key, honeycomb.WithEndpoint(fake.URL()))
	if err != nil {
		t.Fatal(err)
	}
	if access, err := client.Auth(t.Context()); err != nil || access.Team.Slug == "" {
		t.Errorf("%+v, %v", access, err)
	}
}
