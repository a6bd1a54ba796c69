//go:build slow

package npz

// damages is how many damaged copies TestDamage reads of each file.
const damages = 10000
