//go:build slow

package nwb

import "testing"

// TestDamageOften: ten thousand damaged copies.
func TestDamageOften(t *testing.T) {
	const total = 10000
	n := len(victims(t))
	checkDamage(t, uint64((total+n-1)/n))
}
