package simulate_test

import (
	"fmt"

	"facrnn/data/simulate"
)

// ExampleVoltage simulates two trials of an image of 24 x 24 pixels, and prints the time of the puff and the strength
// of a ground-truth pathway.
func ExampleVoltage() {
	rec, truth, err := simulate.Voltage(simulate.VoltageOptions{Side: 24, Trials: 2, Seed: 1})
	if err != nil {
		panic(err) // an option is too small, or a group unknown
	}
	fmt.Println(rec.Activity.Cols, "pixels,", rec.Trials, "trials,", rec.Bins(), "bins of", rec.BinWidth, "s")
	fmt.Println("groups:", truth.Names)
	for k, start := range rec.SegmentStarts {
		fmt.Printf("trial %d: the puff is at row %d, %.2f s\n", k, start+truth.Puff, rec.Time[start+truth.Puff])
	}
	fmt.Println("ground truth, to and from:", truth.Pathways)

	w := truth.SubConnectivity(0) // of puff50
	sum := 0.0
	for i, to := range rec.Channels {
		for j, from := range rec.Channels {
			if to.Region == "rM2" && from.Region == "rS2b" {
				sum += float64(w.Row(i)[j])
			}
		}
	}
	fmt.Printf("right S2 barrel drives right M2 by %.1f\n", sum)
	// Output:
	// 432 pixels, 2 trials, 300 bins of 0.005 s
	// groups: [puff50 heart10 delta3 drift motion beta25]
	// trial 0: the puff is at row 50, 0.25 s
	// trial 1: the puff is at row 200, 2.00 s
	// ground truth, to and from: [[rM2 rS2b] [lRSC rS2b] [rRSC rS2b] [lRSC lM2] [rRSC lM2]]
	// right S2 barrel drives right M2 by 8.9
}
