package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func plans(m mix, seed uint64, n int) []visit {
	l := newLoad("", m, 1, seed)
	var list []visit
	for i := range n {
		list = append(list, l.plan(i))
	}
	return list
}

func TestPlanIsDeterministic(t *testing.T) {
	t.Parallel()
	m := mix{errors: 0.2, slow: 0.1, expensive: 0.1}
	visits := cmp.AllowUnexported(visit{})
	if diff := cmp.Diff(plans(m, 7, 100), plans(m, 7, 100), visits); diff != "" {
		t.Errorf("the same seed makes other plans:\n%s", diff)
	}
	if cmp.Equal(plans(m, 7, 100), plans(m, 8, 100), visits) {
		t.Error("another seed makes the same plans")
	}
}

func TestPlanFollowsTheMix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		mix        mix
		directives []string
		want       int // of 1000, give or take 50: four standard deviations
		reason     string
	}{
		{"no errors", mix{}, []string{"broken", "down"}, 0, "nothing fails unless asked for"},
		{"errors", mix{errors: 0.2}, []string{"broken", "down"}, 200, "one or the other"},
		{"all errors", mix{errors: 1}, []string{"broken", "down"}, 1000, "one or the other, never both"},
		{"slow", mix{slow: 0.1}, []string{"slow"}, 100, "the share that was asked for"},
		{"expensive", mix{expensive: 0.1}, []string{"expensive"}, 100, "the share that was asked for"},
		{"flawed", mix{}, []string{"flawed"}, 200, "code that needs repair is everyday"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := 0
			for _, v := range plans(c.mix, 1, 1000) {
				for _, d := range c.directives {
					got += strings.Count(v.request.Prompt, "["+d+"]")
				}
			}
			if got < c.want-50 || got > c.want+50 || c.want%1000 == 0 && got != c.want {
				t.Errorf("%d of 1000 sessions have %v, want %d: %s", got, c.directives, c.want, c.reason)
			}
		})
	}
}

func TestPlanKeepsOtherSessionsWhereOneShareChanges(t *testing.T) {
	t.Parallel()
	without, with := plans(mix{}, 1, 100), plans(mix{slow: 0.5}, 1, 100)
	for i := range with {
		with[i].request.Prompt = strings.ReplaceAll(with[i].request.Prompt, " [slow]", "")
	}
	if diff := cmp.Diff(without, with, cmp.AllowUnexported(visit{})); diff != "" {
		t.Errorf("more than the slow ones changed:\n%s", diff)
	}
}

func TestLoadCountsFailures(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/sessions":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusCreated)
		}
	}))
	defer srv.Close()
	l := newLoad(srv.URL, mix{}, 2, 1)
	l.run(t.Context(), 3, 1000)
	if got, failed := l.requests.Load(), l.failed.Load(); got != 9 || failed != 6 {
		t.Errorf("%d requests, %d failed, want 9 and 6: who gets no code asks a second time, and leaves", got, failed)
	}
}

func TestLoadStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		stop()
		w.WriteHeader(http.StatusCreated)
	}))
	defer srv.Close()
	l := newLoad(srv.URL, mix{}, 1, 1)
	l.run(ctx, 0, 0.001) // without end, and the next visit a quarter of an hour away
	if got, failed := l.requests.Load(), l.failed.Load(); got != 1 || failed != 0 {
		t.Errorf("%d requests, %d failed, want the first one to end well and no other", got, failed)
	}
}
