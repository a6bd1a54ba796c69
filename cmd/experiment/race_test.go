//go:build race

package main

const raced = true // the race detector makes fits ten times slower
