package liftsys_test

import (
	"fmt"
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

// A service adds a board of its own, with a column that only it emits.
func Example() {
	const cartItems honeycomb.Column = "cart.items"
	checkout := honeycomb.Board{
		Name: "Checkout",
		Panels: []honeycomb.Panel{{Query: &honeycomb.SavedQuery{
			Name: "Cart size", Description: "How full are carts at checkout?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, cartItems)},
				Filters:      slices.Concat(liftsys.Requests(), []honeycomb.Filter{honeycomb.Where(attr.HTTPRoute, honeycomb.Equals, "/checkout")}),
				TimeRange:    liftsys.Day,
			},
		}}},
	}
	all := liftsys.Define(liftsys.Options{}).With(honeycomb.Definition{
		Columns: []attr.Def{{Name: string(cartItems), Type: attr.TypeInt, Brief: "Items in the cart."}},
		Boards:  []honeycomb.Board{checkout},
	})
	fmt.Println(all.Validate(honeycomb.Pro))
	fmt.Println(len(all.Boards), "boards")
	// Output:
	// <nil>
	// 5 boards
}

// On the free plan the definition shrinks, and says how.
func ExampleDefine() {
	d, left := liftsys.Define(liftsys.Options{}).For(honeycomb.Free)
	for _, t := range d.Triggers {
		fmt.Println("kept:", t.Name)
	}
	fmt.Println("left out:", len(left))
	// Output:
	// kept: High error rate
	// kept: Database connection errors
	// left out: 14
}
