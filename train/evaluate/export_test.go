package evaluate

// What tests outside the package check too.
var (
	Common        = common
	Reconstructed = reconstructed
)
