package honeycomb_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

const otherDataset = "lift-pipeline"

// twoDatasets returns an environment that has the small definition for each of
// two datasets, and the settings of both.
func twoDatasets(t *testing.T) (api *fakehoneycomb.API, client *honeycomb.Client, one, two honeycomb.Settings) {
	t.Helper()
	api = fakehoneycomb.New(fakehoneycomb.WithRateLimit(0),
		fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, otherDataset))
	client = newClient(t, api)
	d, one := small()
	two = one
	two.Dataset = otherDataset
	bring(t, client, d, one)
	bring(t, client, d, two)
	return api, client, one, two
}

// boardsByDataset counts boards by the value of their tag.
func boardsByDataset(api *fakehoneycomb.API) map[string]int {
	count := map[string]int{}
	for _, b := range api.Objects(fakehoneycomb.KindBoard) {
		value := ""
		tags, _ := b["tags"].([]any)
		for _, tag := range tags {
			if tag, _ := tag.(map[string]any); tag["key"] == honeycomb.DatasetTag {
				value, _ = tag["value"].(string)
			}
		}
		count[value]++
	}
	return count
}

// TestEachDatasetHasItsBoards: boards are listed for the whole environment, and
// those of another dataset have the same names and the same owner.
func TestEachDatasetHasItsBoards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, client, one, two := twoDatasets(t)
		want := map[string]int{fakehoneycomb.DefaultDataset: 1, otherDataset: 1}
		if diff := cmp.Diff(want, boardsByDataset(api)); diff != "" {
			t.Errorf("boards (-want +got):\n%s", diff)
		}
		d, _ := small()
		settled(t, client, d, one)
		all := one
		all.Dataset, all.ColumnDataset = honeycomb.AllDatasets, otherDataset
		bring(t, client, d, all)
		want["all/datasets"] = 1
		if diff := cmp.Diff(want, boardsByDataset(api)); diff != "" {
			t.Errorf("boards with those of all datasets (-want +got):\n%s", diff)
		}
		settled(t, client, d, two)
		one.Prune, one.Adopt = true, true
		settled(t, client, d, one)
		d.Boards = nil
		bring(t, client, d, one)
		delete(want, fakehoneycomb.DefaultDataset)
		if diff := cmp.Diff(want, boardsByDataset(api)); diff != "" {
			t.Errorf("boards after pruning (-want +got):\n%s", diff)
		}
	})
}

// TestDestroySparesOtherDatasets: what belongs to another dataset stays, with
// the recipients that it still notifies.
func TestDestroySparesOtherDatasets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, client, one, two := twoDatasets(t)
		d, _ := small()
		one.Recipients = true
		changes, err := client.Destroy(t.Context(), d, one)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{`board "Small board" stays, because it shows dataset "lift-pipeline"`}
		if diff := cmp.Diff(want, changes.Notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
		left := leaving(t, changes)
		if len(left) != len(d.Recipients) {
			t.Errorf("left %q, want the %d recipients that the other dataset's alerts notify", left, len(d.Recipients))
		}
		if diff := cmp.Diff(map[string]int{otherDataset: 1}, boardsByDataset(api)); diff != "" {
			t.Errorf("boards (-want +got):\n%s", diff)
		}
		settled(t, client, d, two)
		two.Recipients = true
		changes, err = client.Destroy(t.Context(), d, two)
		if err != nil {
			t.Fatal(err)
		}
		if left := leaving(t, changes); left != nil {
			t.Errorf("the last dataset left %q", left)
		}
		if got := api.Objects(fakehoneycomb.KindRecipient); len(got) > 0 {
			t.Errorf("recipients are left: %v", got)
		}
	})
}

// TestDestroySparesWhatAnotherDatasetShows: a board of ours for another dataset
// may show an SLO or a saved query of this one.
func TestDestroySparesWhatAnotherDatasetShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, client, one, _ := twoDatasets(t)
		var panels any
		for _, b := range api.Objects(fakehoneycomb.KindBoard) {
			if panels == nil {
				panels = b["panels"]
				continue
			}
			api.Edit(fakehoneycomb.KindBoard, id(b), func(o fakehoneycomb.Object) { o["panels"] = panels })
		}
		d, _ := small()
		changes, err := client.Destroy(t.Context(), d, one)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			`board "Small board" stays, because it shows dataset "lift-pipeline"`,
			`SLO "Small SLO" stays, because board "Small board" shows it`,
			`saved query "Slow" stays, because board "Small board" shows it`,
		}
		if diff := cmp.Diff(want, changes.Notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	})
}

// TestBoardsFromBeforeTheTag: a board that names its owner alone belongs to the
// dataset whose queries or SLOs it shows.
func TestBoardsFromBeforeTheTag(t *testing.T) {
	tests := []struct {
		name, reason string
		keep         func(kind string) bool // which panels the board has
		theirs       bool                   // the other dataset would take it as well
	}{
		{name: "all panels", reason: "the saved query is ours", keep: func(string) bool { return true }},
		{name: "SLO alone", reason: "the SLO is this dataset's", keep: func(kind string) bool { return kind == "slo" }},
		{name: "text alone", reason: "nothing speaks for another dataset", keep: func(kind string) bool { return kind == "text" }, theirs: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0),
					fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, otherDataset))
				client := newClient(t, api)
				d, s := small()
				bring(t, client, d, s)
				api.Edit(fakehoneycomb.KindBoard, id(api.Objects(fakehoneycomb.KindBoard)[0]), func(o fakehoneycomb.Object) {
					o["tags"] = []any{map[string]any{"key": honeycomb.OwnerTag, "value": d.Owner}}
					var panels []any
					for _, p := range o["panels"].([]any) {
						if kind, _ := p.(map[string]any)["type"].(string); tt.keep(kind) {
							panels = append(panels, p)
						}
					}
					o["panels"] = panels
				})
				other := s
				other.Dataset = otherDataset
				creates := map[string]int{}
				for _, c := range plan(t, client, d, other).List {
					creates[c.Kind+" "+c.Action.String()]++
				}
				want := map[bool]string{false: "board create", true: "board update"}[tt.theirs]
				if creates[want] != 1 {
					t.Errorf("%s: the other dataset's plan has %v, want one %s", tt.reason, creates, want)
				}
				bring(t, client, d, s)
				if diff := cmp.Diff(map[string]int{fakehoneycomb.DefaultDataset: 1}, boardsByDataset(api)); diff != "" {
					t.Errorf("%s: boards (-want +got):\n%s", tt.reason, diff)
				}
			})
		})
	}
}

// TestLostAnswerOfASecondBoard: looking for a board whose answer was lost must
// not find that of another dataset.
func TestLostAnswerOfASecondBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0),
			fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, otherDataset))
		client := newClient(t, api)
		d, s := small()
		bring(t, client, d, s)
		once := true
		api.Inject(func(r fakehoneycomb.Request) fakehoneycomb.Fault {
			if r.Kind == fakehoneycomb.KindBoard && r.Method == http.MethodPost && once {
				once = false
				return fakehoneycomb.HangUpBefore
			}
			return fakehoneycomb.None
		})
		s.Dataset = otherDataset
		bring(t, client, d, s)
		want := map[string]int{fakehoneycomb.DefaultDataset: 1, otherDataset: 1}
		if diff := cmp.Diff(want, boardsByDataset(api)); diff != "" {
			t.Errorf("boards (-want +got):\n%s", diff)
		}
	})
}
