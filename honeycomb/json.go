package honeycomb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// The bodies of the management API, in requests and answers alike, as its
// Terraform provider sends them. Ids that a definition does not know are filled
// in from an ids value. Fields that only an answer has are left out; its times
// are of no use here.

type columnBody struct {
	ID          string     `json:"id,omitempty"`
	KeyName     Column     `json:"key_name"`
	Type        ColumnType `json:"type"`
	Description string     `json:"description"`
	Hidden      bool       `json:"hidden"`
}

type fieldBody struct {
	ID          string `json:"id,omitempty"`
	Alias       Column `json:"alias"`
	Description string `json:"description"`
	Expression  string `json:"expression"`
}

type annotationBody struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name"`
	Description string `json:"description"`
	QueryID     string `json:"query_id"`
	Source      string `json:"source"`
}

type markerBody struct {
	ID        string `json:"id,omitempty"`
	Message   string `json:"message,omitempty"`
	Type      string `json:"type,omitempty"`
	URL       string `json:"url,omitempty"`
	StartTime int64  `json:"start_time,omitempty"` // Unix seconds
	EndTime   int64  `json:"end_time,omitempty"`
}

func (c ColumnDef) body() columnBody {
	return columnBody{KeyName: c.Name, Type: c.Type, Description: c.Description}
}

func (f CalculatedField) body() fieldBody {
	return fieldBody{Alias: f.Alias, Description: f.Description, Expression: f.Expression}
}

func (s SavedQuery) body(queryID string) annotationBody {
	return annotationBody{Name: s.Name, Description: s.Description, QueryID: queryID}
}

func (m Marker) body() markerBody {
	b := markerBody{Message: m.Message, Type: m.Type, URL: m.URL}
	if !m.Start.IsZero() {
		b.StartTime = m.Start.Unix()
	}
	if !m.End.IsZero() {
		b.EndTime = m.End.Unix()
	}
	return b
}

type queryBody struct {
	ID                string        `json:"id,omitempty"`
	Calculations      []Calculation `json:"calculations,omitempty"`
	Breakdowns        []Column      `json:"breakdowns,omitempty"`
	Filters           []filterBody  `json:"filters,omitempty"`
	FilterCombination Combination   `json:"filter_combination,omitempty"`
	Orders            []orderBody   `json:"orders,omitempty"`
	Havings           []havingBody  `json:"havings,omitempty"`
	Limit             int           `json:"limit,omitempty"`
	TimeRange         int           `json:"time_range,omitempty"`  // seconds
	Granularity       int           `json:"granularity,omitempty"` // seconds
}

type filterBody struct {
	Column Column   `json:"column"`
	Op     FilterOp `json:"op"`
	Value  any      `json:"value,omitempty"`
}

type orderBody struct {
	Column Column        `json:"column,omitempty"`
	Op     CalculationOp `json:"op,omitempty"`
	Order  string        `json:"order,omitempty"`
}

const (
	ascending  = "ascending"
	descending = "descending"
)

type havingBody struct {
	CalculateOp CalculationOp `json:"calculate_op"`
	Column      Column        `json:"column,omitempty"`
	Op          FilterOp      `json:"op"`
	Value       float64       `json:"value"`
}

// body returns the query as Honeycomb gets it. The combination AND is left out,
// because answers leave it out.
func (q Query) body() queryBody {
	b := queryBody{
		Calculations: q.Calculations,
		Breakdowns:   q.Breakdowns,
		Limit:        q.Limit,
		TimeRange:    int(q.TimeRange / time.Second),
		Granularity:  int(q.Granularity / time.Second),
	}
	if q.FilterCombination != And {
		b.FilterCombination = q.FilterCombination
	}
	for _, f := range q.Filters {
		b.Filters = append(b.Filters, filterBody(f))
	}
	for _, o := range q.Orders {
		order := orderBody{Column: o.Column, Op: o.Op, Order: ascending}
		if o.Descending {
			order.Order = descending
		}
		b.Orders = append(b.Orders, order)
	}
	for _, h := range q.Havings {
		b.Havings = append(b.Havings, havingBody{h.Calculation.Op, h.Calculation.Column, h.Op, h.Value})
	}
	return b
}

// query is the reverse of body, as far as an answer has it.
func (b queryBody) query() Query {
	q := Query{
		Calculations:      b.Calculations,
		Breakdowns:        b.Breakdowns,
		FilterCombination: b.FilterCombination,
		Limit:             b.Limit,
		TimeRange:         time.Duration(b.TimeRange) * time.Second,
		Granularity:       time.Duration(b.Granularity) * time.Second,
	}
	for _, f := range b.Filters {
		q.Filters = append(q.Filters, Filter(f))
	}
	for _, o := range b.Orders {
		q.Orders = append(q.Orders, Order{o.Op, o.Column, o.Order == descending})
	}
	for _, h := range b.Havings {
		q.Havings = append(q.Havings, Having{Calculation{h.CalculateOp, h.Column}, h.Op, h.Value})
	}
	return q
}

// MarshalJSON returns the query specification of Honeycomb's API.
func (q Query) MarshalJSON() ([]byte, error) { return marshal(q.body()) }

// UnmarshalJSON reads the query specification of Honeycomb's API. What a [Query]
// has no field for, such as an absolute time, is an error.
func (q *Query) UnmarshalJSON(data []byte) error {
	var b struct {
		queryBody
		CreatedAt any `json:"created_at"` // in answers
		UpdatedAt any `json:"updated_at"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return fmt.Errorf("query specification: %w", err)
	}
	*q = b.query()
	return nil
}

// marshal is json.Marshal without the escapes that are meant for HTML: a query
// is full of < and >.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

type boardBody struct {
	ID               string            `json:"id,omitempty"`
	Name             string            `json:"name"`
	Description      string            `json:"description"`
	Type             string            `json:"type"`
	LayoutGeneration string            `json:"layout_generation"`
	Links            map[string]string `json:"links"`
	Panels           []panelBody       `json:"panels"`
	PresetFilters    []PresetFilter    `json:"preset_filters"`
	Tags             []Tag             `json:"tags"`
}

type panelBody struct {
	Type     string          `json:"type"`
	Position *positionBody   `json:"position,omitempty"`
	Query    *queryPanelBody `json:"query_panel,omitempty"`
	SLO      *sloPanelBody   `json:"slo_panel,omitempty"`
	Text     *textPanelBody  `json:"text_panel,omitempty"`
}

type positionBody struct {
	X      int `json:"x_coordinate"`
	Y      int `json:"y_coordinate"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

type queryPanelBody struct {
	QueryID      string        `json:"query_id"`
	AnnotationID string        `json:"query_annotation_id"`
	Style        Style         `json:"query_style"`
	Settings     *settingsBody `json:"visualization_settings,omitempty"`
}

type settingsBody struct {
	UTC      bool        `json:"utc_xaxis,omitempty"`
	Overlaid bool        `json:"overlaid_charts,omitempty"`
	Charts   []chartBody `json:"charts,omitempty"`
}

type chartBody struct {
	Index       int       `json:"chart_index"`
	Type        ChartType `json:"chart_type,omitempty"`
	OmitMissing bool      `json:"omit_missing_values,omitempty"`
	Log         bool      `json:"log_scale,omitempty"`
}

type sloPanelBody struct {
	SLOID string `json:"slo_id"`
}

type textPanelBody struct {
	Content string `json:"content"`
}

// ids are what Honeycomb calls the things that a definition names.
type ids struct {
	queries     map[string]string // by Query.key
	annotations map[string]string // by saved query's name
	slos        map[string]string // by name
	recipients  map[string]string // by name
}

// find returns the id of a name, or an error that says which one is missing.
func find(m map[string]string, kind, name string) (string, error) {
	if id := m[name]; id != "" {
		return id, nil
	}
	return "", fmt.Errorf("%s %q has no id yet: apply it first", kind, name)
}

// body returns the board as Honeycomb gets it.
func (b Board) body(known ids) (boardBody, error) {
	out := boardBody{
		Name: b.Name, Description: b.Description, Type: "flexible", LayoutGeneration: "manual",
		Links: map[string]string{}, Panels: []panelBody{}, PresetFilters: b.PresetFilters, Tags: b.Tags,
	}
	if out.PresetFilters == nil {
		out.PresetFilters = []PresetFilter{}
	}
	if out.Tags == nil {
		out.Tags = []Tag{}
	}
	for i, p := range b.Panels {
		body, err := p.body(known)
		if err != nil {
			return boardBody{}, fmt.Errorf("board %q: panel %d: %w", b.Name, i+1, err)
		}
		if body.Position == nil {
			out.LayoutGeneration = "auto"
		}
		out.Panels = append(out.Panels, body)
	}
	return out, nil
}

func (p Panel) body(known ids) (panelBody, error) {
	var b panelBody
	if p.Position != nil {
		pos := positionBody(*p.Position)
		b.Position = &pos
	}
	switch {
	case p.Query != nil:
		query, ok := known.queries[p.Query.Query.key()]
		if !ok {
			return b, fmt.Errorf("query %q has no id yet: apply it first", p.Query.Query)
		}
		annotation, err := find(known.annotations, "saved query", p.Query.Name)
		if err != nil {
			return b, err
		}
		b.Type = "query"
		b.Query = &queryPanelBody{QueryID: query, AnnotationID: annotation, Style: cmp.Or(p.Style, Graph)}
		if p.UTC || p.Overlaid || len(p.Charts) > 0 {
			b.Query.Settings = &settingsBody{UTC: p.UTC, Overlaid: p.Overlaid}
			for _, c := range p.Charts {
				b.Query.Settings.Charts = append(b.Query.Settings.Charts, chartBody(c))
			}
		}
	case p.SLO != "":
		id, err := find(known.slos, "SLO", p.SLO)
		if err != nil {
			return b, err
		}
		b.Type, b.SLO = "slo", &sloPanelBody{id}
	default:
		b.Type, b.Text = "text", &textPanelBody{p.Text}
	}
	return b, nil
}
