package source

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/price"
)

// kinds maps the source's price keys to ours.
var kinds = map[string]price.Kind{
	"input_mtok":            price.Input,
	"output_mtok":           price.Output,
	"cache_read_mtok":       price.CacheRead,
	"cache_write_mtok":      price.CacheWrite,
	"cache_write_1h_mtok":   price.CacheWrite1h,
	"input_audio_mtok":      price.InputAudio,
	"cache_audio_read_mtok": price.CacheReadAudio,
	"output_audio_mtok":     price.OutputAudio,
	"input_image_mtok":      price.InputImage,
	"cache_image_read_mtok": price.CacheReadImage,
	"output_image_mtok":     price.OutputImage,
	"input_video_mtok":      price.InputVideo,
	"output_video_mtok":     price.OutputVideo,
	"output_reasoning_mtok": price.OutputReasoning,
	"output_citation_mtok":  price.OutputCitation,
	"requests_kcount":       price.Per1kRequests,
	"web_searches_kcount":   price.Per1kWebSearches,
}

// uncounted are price keys of what a Usage does not count.
var uncounted = []string{
	"audio_hours", "input_audio_hours", "input_document_kpages", "input_annotated_document_kpages",
	"storage_searches_kcount", "input_text_messages_kcount",
}

// Build reads the providers out of the package's script and returns them as
// text. What it does not know is an error, so that a new version of the package
// cannot change a price in silence.
func Build(script []byte) (string, error) {
	start := bytes.Index(script, []byte(`[{id:"`))
	if start < 0 {
		return "", fmt.Errorf("the script of %s has no list of providers: its layout has changed, so change Build", Package)
	}
	v, err := parseLiteral(string(script[start:]))
	if err != nil {
		return "", fmt.Errorf("providers of %s: %w", Package, err)
	}
	providers, err := objects(v)
	if err != nil {
		return "", fmt.Errorf("providers of %s: %w", Package, err)
	}
	w := writer{}
	for _, p := range providers {
		if err := w.provider(p); err != nil {
			return "", fmt.Errorf("provider %q: %w", p.get("id"), err)
		}
	}
	return w.String(), nil
}

// A writer writes lines of fields.
type writer struct {
	strings.Builder
}

// line writes one line. No field may hold what separates fields.
func (w *writer) line(fields ...string) error {
	for _, f := range fields {
		if strings.ContainsAny(f, "\t\n\r") {
			return fmt.Errorf("%q holds a tab or a line break", f)
		}
	}
	w.WriteString(strings.Join(fields, "\t"))
	w.WriteByte('\n')
	return nil
}

func (w *writer) provider(p object) error {
	id, _ := p.get("id").(string)
	pattern, _ := p.get("api_pattern").(string)
	if id == "" || pattern == "" {
		return fmt.Errorf("no id or no api_pattern")
	}
	fields := []string{"P", id, pattern}
	for _, key := range []string{"provider_match", "model_match"} {
		m, err := match(p.get(key))
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		fields = append(fields, m...)
	}
	var fallback []string
	list, _ := p.get("fallback_model_providers").([]any)
	for _, v := range list {
		other, _ := v.(string)
		fallback = append(fallback, other)
	}
	if err := w.line(append(fields, strings.Join(fallback, ","))...); err != nil {
		return err
	}
	models, err := objects(p.get("models"))
	if err != nil {
		return err
	}
	for _, m := range models {
		if err := w.model(m); err != nil {
			return fmt.Errorf("model %q: %w", m.get("id"), err)
		}
	}
	return nil
}

func (w *writer) model(m object) error {
	id, _ := m.get("id").(string)
	if id == "" || m.get("match") == nil {
		return fmt.Errorf("no id or no match")
	}
	fields, err := match(m.get("match"))
	if err != nil {
		return err
	}
	fields = append([]string{"M", id}, fields...)
	switch prices := m.get("prices").(type) {
	case object:
		words, err := rates(prices)
		if err != nil {
			return err
		}
		fields = append(fields, words)
	case []any:
		list, err := objects(prices)
		if err != nil {
			return err
		}
		for _, p := range list {
			words, err := dated(p)
			if err != nil {
				return err
			}
			fields = append(fields, words)
		}
	default:
		return fmt.Errorf("prices are %T, want an object or a list", prices)
	}
	return w.line(fields...)
}

// dated returns prices with their condition as words.
func dated(p object) (string, error) {
	prices, ok := p.get("prices").(object)
	if !ok {
		return "", fmt.Errorf("a condition without prices")
	}
	words, err := rates(prices)
	if err != nil {
		return "", err
	}
	c, ok := p.get("constraint").(object)
	if !ok {
		return words, nil
	}
	switch kind := c.get("type"); kind {
	case "start_date":
		day, _ := c.get("start_date").(string)
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return "", fmt.Errorf("start_date: %w", err)
		}
		return "@" + day + " " + words, nil
	case "time_of_date":
		var clock [2]string
		for i, key := range []string{"start_time", "end_time"} {
			text, _ := c.get(key).(string)
			t, err := time.Parse("15:04:05Z07:00", text)
			if err != nil {
				return "", fmt.Errorf("%s: %w", key, err)
			}
			if t.Second() != 0 || t.Nanosecond() != 0 {
				return "", fmt.Errorf("%s %q is no full minute", key, text)
			}
			clock[i] = t.UTC().Format("15:04")
		}
		return "@" + clock[0] + "-" + clock[1] + " " + words, nil
	default:
		return "", fmt.Errorf("constraint %q is not known", kind)
	}
}

// rates returns prices as words, in the order of the source.
func rates(prices object) (string, error) {
	if len(prices) == 0 {
		return "free", nil
	}
	var words []string
	for _, f := range prices {
		if slices.Contains(uncounted, f.key) {
			continue
		}
		kind, ok := kinds[f.key]
		if !ok {
			return "", fmt.Errorf("price key %q is not known: give it a kind, or name it among the uncounted", f.key)
		}
		r, err := rate(f.value)
		if err != nil {
			return "", fmt.Errorf("%s: %w", f.key, err)
		}
		words = append(words, string(kind)+"="+r)
	}
	if len(words) == 0 {
		return "?", nil
	}
	return strings.Join(words, " "), nil
}

// rate returns one price and its tiers.
func rate(v any) (string, error) {
	if usd, ok := v.(float64); ok {
		return number(usd)
	}
	o, _ := v.(object)
	base, ok := o.get("base").(float64)
	if !ok {
		return "", fmt.Errorf("%v is no price", v)
	}
	text, err := number(base)
	if err != nil {
		return "", err
	}
	tiers, err := objects(o.get("tiers"))
	if err != nil {
		return "", err
	}
	slices.SortStableFunc(tiers, func(a, b object) int {
		x, _ := a.get("start").(float64)
		y, _ := b.get("start").(float64)
		return cmp.Compare(x, y)
	})
	for _, tier := range tiers {
		start, ok := tier.get("start").(float64)
		usd, ok2 := tier.get("price").(float64)
		if !ok || !ok2 || start < 0 || start != float64(int64(start)) {
			return "", fmt.Errorf("%v is no tier", tier)
		}
		price, err := number(usd)
		if err != nil {
			return "", err
		}
		text += "," + strconv.FormatInt(int64(start), 10) + ":" + price
	}
	return text, nil
}

// number returns a price in the shortest form that reads back as the same.
func number(usd float64) (string, error) {
	if usd < 0 {
		return "", fmt.Errorf("%v is no price", usd)
	}
	return strconv.FormatFloat(usd, 'f', -1, 64), nil
}

// objects returns a list whose elements are all objects.
func objects(v any) ([]object, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%T where a list is due", v)
	}
	var all []object
	for _, e := range list {
		o, ok := e.(object)
		if !ok {
			return nil, fmt.Errorf("%T where an object is due", e)
		}
		all = append(all, o)
	}
	return all, nil
}
