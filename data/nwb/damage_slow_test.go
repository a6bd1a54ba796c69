//go:build slow

package nwb

import "testing"

// TestDamageOften checks that ten thousand damaged copies, and five thousand more of a file of the newest format.
func TestDamageOften(t *testing.T) {
	const total = 10000
	n := len(victims(t))
	checkDamage(t, uint64((total+n-1)/n))
	tally, wrong := damage(t, laterFile(t), 1<<48, total/2)
	for _, w := range wrong {
		t.Error(w)
	}
	t.Logf("outcomes of the newest format: %v", tally)
}
