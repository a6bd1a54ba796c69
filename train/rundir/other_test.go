package rundir

import "facrnn/losses"

// other is a term that the contract has no column for.
type other struct{ losses.Term }

func (other) Name() string { return "other" }
