package honeycomb_test

import (
	"context"
	"fmt"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// Plan shows what would change, Apply does it, and a second plan is empty.
func ExampleClient_Plan() {
	ctx := context.Background()
	// Outside of tests: honeycomb.NewClient(os.Getenv("HONEYCOMB_CONFIG_KEY"))
	client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(fakehoneycomb.New().Transport()))
	if err != nil {
		fmt.Println(err)
		return
	}
	service := honeycomb.Definition{
		Owner: "checkout",
		Boards: []honeycomb.Board{{
			Name:   "Checkout",
			Panels: []honeycomb.Panel{{Query: &honeycomb.SavedQuery{Name: "Rows of the last two hours"}}},
		}},
	}
	settings := honeycomb.Settings{Dataset: "lift-sys", Plan: honeycomb.Pro}
	for range 2 {
		changes, err := client.Plan(ctx, service, settings)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(changes)
		if err := changes.Apply(ctx, nil); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// + saved query "Rows of the last two hours"  COUNT over 2h
	// + board "Checkout"  1 panels
	// 2 to create, 0 to update, 0 to delete
	// nothing to change
}
