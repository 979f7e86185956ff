package honeycomb

import (
	"slices"
	"strconv"
	"strings"
)

// OwnerTag is the key of the tag that says which definition a board, trigger or
// SLO belongs to. Its value is [Definition].Owner.
const OwnerTag = "managedby"

// DatasetTag is the key of the tag that says which dataset a board shows. Boards
// are listed for a whole environment, where one definition may have a set of them
// for each of several datasets. Its value is [Settings].Dataset, which "all/datasets"
// stands for where that is [AllDatasets].
const DatasetTag = "dataset"

// datasetTag returns the tag of a dataset's boards. A slug that no tag can hold
// gets a form that no slug has, and a number to tell it from others.
func datasetTag(slug string) Tag {
	value := slug
	switch {
	case slug == AllDatasets:
		value = "all/datasets"
	case !validTagValue(slug):
		readable := strings.Map(func(r rune) rune {
			if ('a' <= r && r <= 'z') || ('0' <= r && r <= '9') {
				return r
			}
			return '-'
		}, strings.ToLower(slug))
		value = "dataset/" + readable[:min(len(readable), 64)] + "/" + fingerprint(slug, "")
	}
	return Tag{Key: DatasetTag, Value: value}
}

// owned returns the definition with the tags that say whose everything is. d is
// not changed.
func (d Definition) owned(dataset string) Definition {
	tag := Tag{Key: OwnerTag, Value: d.Owner}
	d.Boards = slices.Clone(d.Boards)
	for i, b := range d.Boards {
		d.Boards[i].Tags = append(slices.Clone(b.Tags), tag, datasetTag(dataset))
	}
	d.Triggers = slices.Clone(d.Triggers)
	for i, t := range d.Triggers {
		d.Triggers[i].Tags = append(slices.Clone(t.Tags), tag)
	}
	d.SLOs = slices.Clone(d.SLOs)
	for i, s := range d.SLOs {
		d.SLOs[i].Tags = append(slices.Clone(s.Tags), tag)
	}
	return d
}

// tagValue returns the value of a tag in an answer, or nothing.
func tagValue(t tree, key string) string {
	for _, tag := range t.objects("tags") {
		if tag.text("key") == key {
			return tag.text("value")
		}
	}
	return ""
}

// owner returns the value of the owner's tag.
func owner(t tree) string { return tagValue(t, OwnerTag) }

// part sets apart the owner's boards that show another dataset: they have the
// names of ours, and are none of our business.
func (r *remote) part(owned, dataset string) {
	r.boards = slices.DeleteFunc(r.boards, func(b tree) bool {
		elsewhere := owner(b) == owned && !r.shows(b, owned, dataset)
		if elsewhere {
			r.elsewhere = append(r.elsewhere, b)
		}
		return elsewhere
	})
}

// shows reports whether a board of the owner is one of the dataset's. The panels
// tell of one that was made before boards had the tag.
func (r *remote) shows(b tree, owned, dataset string) bool {
	if v := tagValue(b, DatasetTag); v != "" {
		return v == datasetTag(dataset).Value
	}
	other := false
	for _, p := range b.objects("panels") {
		annotation, slo := p.object("query_panel").text("query_annotation_id"), p.object("slo_panel").text("slo_id")
		if slices.ContainsFunc(r.annotations, func(a annotationBody) bool {
			return a.ID == annotation && readMark(a.Description).owner == owned
		}) || slo != "" && slices.ContainsFunc(r.slos, func(t tree) bool { return t.text("id") == slo }) {
			return true
		}
		other = other || annotation != "" || slo != ""
	}
	return !other
}

// datasetOf says which dataset a board set apart shows.
func datasetOf(board tree) string {
	if v := tagValue(board, DatasetTag); v != "" {
		return "dataset " + strconv.Quote(v)
	}
	return "another dataset"
}

// showing returns the name of a board that is not ours and shows something with
// that id.
func (r *remote) showing(id, owned string) (string, bool) {
	others := slices.DeleteFunc(slices.Clone(r.boards), func(b tree) bool { return owner(b) == owned })
	for _, b := range slices.Concat(r.elsewhere, others) {
		for _, p := range b.objects("panels") {
			if p.object("query_panel").text("query_annotation_id") == id || p.object("slo_panel").text("slo_id") == id {
				return b.text("name"), true
			}
		}
	}
	return "", false
}
