package evaluate

// Helpers for the tests outside the package.
var (
	Common        = common
	Reconstructed = reconstructed
)
