package server

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/lift-sys/telemetry/honeycomb"
)

type board struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Panels      []panel `json:"panels"`
}

type panel struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind"` // query, text or slo
	Title       string           `json:"title"`
	Description string           `json:"description"`
	Text        string           `json:"text,omitempty"`
	SLO         string           `json:"slo,omitempty"`
	Chart       string           `json:"chart,omitempty"`
	Query       *honeycomb.Query `json:"query,omitempty"`
	X           int              `json:"x"`
	Y           int              `json:"y"`
	Width       int              `json:"width"`
	Height      int              `json:"height"`
}

func (s *server) getBoards(*http.Request) (any, error) {
	list := make([]board, 0, len(s.Definition.Boards))
	for _, b := range s.Definition.Boards {
		out := board{ID: slug(b.Name), Name: b.Name, Description: b.Description, Panels: []panel{}}
		for i, p := range b.Panels {
			out.Panels = append(out.Panels, newPanel(fmt.Sprintf("%s-%d", out.ID, i), i, p))
		}
		list = append(list, out)
	}
	return list, nil
}

// newPanel describes a panel. One without a place gets half of a row.
func newPanel(id string, i int, p honeycomb.Panel) panel {
	const half, rows = honeycomb.GridWidth / 2, 6
	out := panel{ID: id, Kind: "text", Text: p.Text, X: i % 2 * half, Y: i / 2 * rows, Width: half, Height: rows}
	if p.Position != nil {
		out.X, out.Y, out.Width, out.Height = p.Position.X, p.Position.Y, p.Position.Width, p.Position.Height
	}
	switch {
	case p.Query != nil:
		out.Kind, out.Title, out.Description = "query", p.Query.Name, p.Query.Description
		out.Chart, out.Query = chart(p), &p.Query.Query
	case p.SLO != "":
		out.Kind, out.Title, out.SLO = "slo", p.SLO, p.SLO
	}
	return out
}

// chart is how a panel is drawn: line, stacked, bar, stat, heatmap, table or
// combo.
func chart(p honeycomb.Panel) string {
	if style := cmp.Or(p.Style, honeycomb.Graph); style != honeycomb.Graph {
		return string(style)
	}
	if slices.ContainsFunc(p.Query.Query.Calculations, func(c honeycomb.Calculation) bool { return c.Op == honeycomb.Heatmap }) {
		return "heatmap"
	}
	if len(p.Charts) > 0 {
		switch t := p.Charts[0].Type; t {
		case honeycomb.ChartStacked, honeycomb.ChartStat:
			return string(t)
		case honeycomb.ChartBar:
			return "bar"
		}
	}
	return "line"
}

// slug is a name in lower case with dashes for all else.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

func (s *server) getQueries(*http.Request) (any, error) {
	return notNil(s.Definition.SavedQueries()), nil
}
