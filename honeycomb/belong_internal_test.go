package honeycomb

import (
	"strings"
	"testing"
)

func TestDatasetTag(t *testing.T) {
	tests := []struct{ slug, want, reason string }{
		{"lift-api", "lift-api", "most slugs are values of tags"},
		{"all", "all", "a dataset of that name is not all of them"},
		{AllDatasets, "all/datasets", "no slug has a slash"},
		{"2048_Game", "dataset/2048-game/" + fingerprint("2048_Game", ""), "a value begins with a letter"},
		{"2048-game", "dataset/2048-game/" + fingerprint("2048-game", ""), "and differs from one that looks alike"},
	}
	for _, tt := range tests {
		if got := datasetTag(tt.slug).Value; got != tt.want {
			t.Errorf("%q: %q, want %q: %s", tt.slug, got, tt.want, tt.reason)
		}
	}
	for _, slug := range []string{"", "ä", strings.Repeat("x", 500), strings.Repeat("é", 500)} {
		if tag := datasetTag(slug); !validTagValue(tag.Value) || !validTagKey(tag.Key) {
			t.Errorf("%q: %v is no tag", slug, tag)
		}
	}
}
