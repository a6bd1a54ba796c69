//go:build slow

package docs_test

// slow makes TestCommands run every page.
const slow = true
