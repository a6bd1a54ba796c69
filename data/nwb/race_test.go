//go:build race

package nwb

const raced = true // the race detector maps more memory than damaged files are allowed
