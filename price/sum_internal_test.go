package price

import (
	"math"
	"math/big"
	"testing"
	"time"
)

func (s sum) big() *big.Int {
	n := new(big.Int).SetUint64(s.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(s.lo))
}

// FuzzSum holds a sum of two amounts against big integers.
func FuzzSum(f *testing.F) {
	most := uint64(math.MaxUint64)
	f.Add(uint64(3), uint64(5), uint64(1), int64(1), uint64(7))
	f.Add(most, most, uint64(1000), int64(math.MaxInt64), most)
	f.Add(most, most, uint64(1), int64(500), uint64(1))
	f.Add(uint64(1)<<63, uint64(2), uint64(1), int64(499), uint64(1))
	limit := new(big.Int).Lsh(big.NewInt(1), 128)
	limit.Sub(limit, big.NewInt(1))
	f.Fuzz(func(t *testing.T, n, price, factor uint64, nanos int64, picos uint64) {
		nanos = max(nanos, 0)
		var s sum
		s.add(n, price, factor)
		want := new(big.Int).SetUint64(n)
		want.Mul(want, new(big.Int).SetUint64(price)).Mul(want, new(big.Int).SetUint64(factor))
		if want.Cmp(limit) > 0 {
			want.Set(limit)
		}
		if s.big().Cmp(want) != 0 {
			t.Fatalf("%d × %d × %d is %v, want %v", n, price, factor, s.big(), want)
		}
		s.addSeconds(time.Duration(nanos), picos)
		time := new(big.Int).SetInt64(nanos)
		time.Mul(time, new(big.Int).SetUint64(picos)).Add(time, big.NewInt(500)).Div(time, big.NewInt(1000))
		if want.Add(want, time).Cmp(limit) > 0 {
			want.Set(limit)
		}
		if s.big().Cmp(want) != 0 {
			t.Fatalf("with %d ns at %d: %v, want %v", nanos, picos, s.big(), want)
		}
		exact, _ := new(big.Rat).SetFrac(want, big.NewInt(1e18)).Float64()
		if got := s.usd(); !(math.Abs(got-exact) <= 5e-16*exact) {
			t.Errorf("%v dollars, want %v", got, exact)
		}
	})
}
