package frame

import (
	"fmt"
	"testing"
	"unsafe"
)

// nowhere is a sink that takes everything.
type nowhere struct{}

func (nowhere) Whole(string, []byte) {}
func (nowhere) Data([]byte)          {}
func (nowhere) End(string)           {}

func TestMemory(t *testing.T) {
	var body []byte
	for i := range 1000 {
		body = fmt.Appendf(body, "event: %0*d\ndata: x\n\n", i%200, i)
	}
	s := NewSSE()
	for i := range body {
		s.Write(body[i:i+1], nowhere{})
		held := s.names.bytes + cap(s.names.list)*int(unsafe.Sizeof(""))
		for _, size := range []uintptr{unsafe.Sizeof(*s), unsafe.Sizeof(EventStream{}), unsafe.Sizeof(Array{}), unsafe.Sizeof(Lines{})} {
			if total := held + int(size); total > 4<<10 {
				t.Fatalf("a splitter takes at most 4 KiB: got %d", total)
			}
		}
	}
}

func TestNames(t *testing.T) {
	var n names
	for i := range 200 {
		for range 2 {
			if want, got := fmt.Sprint(i%60), n.intern(fmt.Append(nil, i%60)); got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	}
}
