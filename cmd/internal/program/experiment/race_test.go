//go:build race

package experiment

const raced = true // the race detector makes fits ten times slower
