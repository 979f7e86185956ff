package query

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// maxBuckets is about how many buckets a heatmap has.
const maxBuckets = 50

// BucketWidth returns the width of a heatmap's buckets for values from least to
// most: 1, 2 or 5 times a power of ten, so that there are at most about 50, and 1
// where all values are equal. A value is in the bucket floor(value / width), which
// begins at that times the width.
func BucketWidth(least, most float64) float64 {
	span := most - least
	if !(span > 0) || math.IsInf(span, 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(span/maxBuckets)))
	for _, n := range []float64{1, 2, 5} {
		if width := n * unit; span <= maxBuckets*width {
			return width
		}
	}
	return 10 * unit
}

// heatmap returns the index of the calculation whose heatmap the points have, or
// -1.
func (r *run) heatmap() int {
	return slices.IndexFunc(r.query.Calculations, func(c honeycomb.Calculation) bool { return c.Op == honeycomb.Heatmap })
}

// bucketWidth returns the width for all groups.
func (r *run) bucketWidth() float64 {
	i := r.heatmap()
	if i < 0 {
		return 0
	}
	least, most := math.Inf(1), math.Inf(-1)
	for _, g := range r.groups {
		for _, w := range g.whole[i].numbers() {
			least, most = min(least, w.value), max(most, w.value)
		}
	}
	return BucketWidth(least, most)
}

func buckets(list []weighted, width float64) []Bucket {
	counts := make(map[float64]int64)
	for _, w := range list {
		counts[math.Floor(w.value/width)] += w.weight
	}
	var out []Bucket
	for i, n := range counts {
		out = append(out, Bucket{Low: i * width, High: (i + 1) * width, Count: n})
	}
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Compare(a.Low, b.Low) })
	return out
}

func unix(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }
