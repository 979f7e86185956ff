package telemetryllm

import (
	"bytes"
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
)

// modalityOf returns the modality that a type stands for, or that a part of
// such a type has; "" where it is none.
func modalityOf(kind string) string {
	for _, m := range [...]struct{ word, modality string }{
		{"image", "image"}, {"video", "video"}, {"audio", "audio"}, {"document", "document"}, {"file", "document"}, {"pdf", "document"},
	} {
		if strings.Contains(kind, m.word) {
			return m.modality
		}
	}
	return ""
}

// mediaOf reads a part that is a picture, sound, a film or a file, in any of
// the places where vendors put it.
func mediaOf(dst []part, v pick.Value, modality string) []part {
	if v.Kind() == pick.String {
		return append(dst, addressOf(v, "", modality, false))
	}
	mime := mimeOf(v)
	for _, name := range [...]string{
		"image", "video", "audio", "document", "source", "file", "input_audio", "image_url", "video_url", "audio_url", "document_url",
	} {
		switch m := v.Get(name); m.Kind() {
		case pick.Object:
			v = m
			if told := mimeOf(v); told != "" {
				mime = told
			}
		case pick.String:
			return append(dst, addressOf(m, mime, modality, false))
		}
	}
	for _, name := range [...]string{"data", "bytes", "file_data"} {
		data := v.Get(name)
		if data.Kind() != pick.String {
			continue
		}
		if short(v.Get("type")) == "text" { // a document of Anthropic's
			return textOf(dst, textPart, data)
		}
		if isURL(data) {
			return append(dst, addressOf(data, mime, modality, true))
		}
		return append(dst, blobOf(data, mime, modality))
	}
	if t := either(v.Get("text"), v.Get("content")); t.Exists() {
		return partsOf(dst, t)
	}
	for _, name := range [...]string{"url", "uri", "fileUri", "file_uri", "file_url"} {
		if u := v.Get(name); u.Kind() == pick.String {
			return append(dst, addressOf(u, mime, modality, false))
		}
	}
	if u := v.Get("s3Location", "uri"); u.Exists() {
		return append(dst, addressOf(u, mime, modality, false))
	}
	p := part{kind: filePart, mime: mime, modality: modality, text: []byte(short(either(v.Get("file_id"), v.Get("id"))))}
	return append(dst, refined(p))
}

// mimeOf returns the type of what v holds, "" where it is not told.
func mimeOf(v pick.Value) string {
	mime := short(toldFirst(v, "media_type", "mimeType", "mime_type", "format"))
	if strings.ContainsAny(mime, " \t\r\n\x00") {
		return ""
	}
	return mime
}

// isURL reports whether a string is an address rather than bytes.
func isURL(v pick.Value) bool {
	b := v.Bytes()
	return bytes.HasPrefix(b, []byte("data:")) || bytes.Contains(b[:min(len(b), 16)], []byte("://"))
}

// addressOf reads an address, or what a data URL holds. inline says that what
// is no address is base64.
func addressOf(v pick.Value, mime, modality string, inline bool) part {
	if media, rest, ok := bytes.Cut(v.Bytes(), []byte{','}); ok && bytes.HasPrefix(media, []byte("data:")) {
		head, _, encoded := strings.Cut(string(media[len("data:"):]), ";base64")
		if head, _, _ = strings.Cut(head, ";"); head != "" {
			mime = head[:min(len(head), maxName)]
		}
		p := part{kind: blobPart, mime: mime, modality: modality, size: len(rest)}
		if _, n, _, ok := cutMark(string(rest[:min(len(rest), 32)])); ok {
			p.size = n
		} else if encoded {
			p.size = decodedLen(len(rest), rest[max(0, len(rest)-2):])
		}
		return refined(p)
	}
	if inline && !isURL(v) || bytes.IndexByte(v.Bytes(), 0) >= 0 {
		return blobOf(v, mime, modality)
	}
	p := textPartOf(v)
	p.kind, p.mime, p.modality = uriPart, mime, modality
	return refined(p)
}

// blobOf reads bytes in base64.
func blobOf(v pick.Value, mime, modality string) part {
	b := v.Bytes()
	p := part{kind: blobPart, mime: mime, modality: modality, size: decodedLen(len(b), b[max(0, len(b)-2):])}
	if _, n, _, ok := cutMark(string(b[:min(len(b), 32)])); ok {
		p.size = n
	}
	return refined(p)
}

// refined lets the type tell the modality, where it does, and completes a type
// that was told in one word.
func refined(p part) part {
	before, _, ok := strings.Cut(p.mime, "/")
	switch {
	case ok, p.mime == "":
	case p.mime == "pdf":
		p.mime = "application/pdf"
	case p.modality == "document": // in one of the words of Converse
		p.mime = ""
	default:
		p.mime = p.modality + "/" + p.mime
	}
	switch before {
	case "image", "audio", "video":
		p.modality = before
	}
	return p
}
