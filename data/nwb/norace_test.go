//go:build !race

package nwb

const raced = false
