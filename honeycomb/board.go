package honeycomb

// Tag is a label of a board, trigger or SLO.
type Tag struct {
	// Key: lower-case letters, at most 32.
	Key string `json:"key"`
	// Value: begins with a lower-case letter, then those, digits, / and -, at
	// most 128.
	Value string `json:"value"`
}

// Board is a page of panels on a grid of 12 columns. The name identifies it.
type Board struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Panels in reading order. Either all of them have a Position or none has;
	// with none, Honeycomb lays them out.
	Panels []Panel `json:"panels"`
	// PresetFilters are the columns that a reader can filter the whole board by,
	// at most five.
	PresetFilters []PresetFilter `json:"preset_filters,omitempty"`
	// Tags of the board, besides the one that says who owns it.
	Tags []Tag `json:"tags,omitempty"`
}

// PresetFilter is a column that a reader can filter a board by.
type PresetFilter struct {
	Column Column `json:"column"`
	// Alias is what the reader sees.
	Alias string `json:"alias"`
}

// queries returns the saved queries of the board's panels in their order.
func (b Board) queries() []SavedQuery {
	var list []SavedQuery
	for _, p := range b.Panels {
		if p.Query != nil {
			list = append(list, *p.Query)
		}
	}
	return list
}
