//go:build slow

package simulate

import "testing"

// TestVoltageOfTheFullImage checks the full image: 1,876 pixels. More regions overlap there because of the blur.
func TestVoltageOfTheFullImage(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{Side: 50})
	if r.Activity.Cols != 1876 || r.Bins() != 7500 {
		t.Errorf("%d pixels, %d bins", r.Activity.Cols, r.Bins())
	}
	checkPlanted(t, r, truth, .041)
	before, peak, after := size(r.SegmentStarts, truth, 0, 49), size(r.SegmentStarts, truth, 0,
		60), size(r.SegmentStarts, truth, 0, 80)
	if !(before <= .45) || !(peak >= 1.9) || !(after <= .55) {
		t.Errorf("|z| of the puff's group is %.2f before the puff, %.2f at +10 and %.2f at +30 frames", before, peak,
			after)
	}
}
