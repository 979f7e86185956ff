package propagation

import "strings"

// maxID bounds an id in bytes. UUIDs have 36.
const maxID = 128

// ValidID reports whether id, which another process has sent, is safe to repeat
// in headers, logs and queries: 1 to 128 bytes, letters and digits of ASCII and
// any of "-_.~+/=:@|".
func ValidID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-_.~+/=:@|", c) >= 0:
		default:
			return false
		}
	}
	return true
}
