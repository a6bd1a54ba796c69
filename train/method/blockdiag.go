package method

func init() { Register(BlockDiagonal{}) }

// BlockDiagonal is the baseline bdRNN: a penalty on the entries of B A between groups, in place of the partial
// correlation.
type BlockDiagonal struct{ fitted }

// Name returns "bdrnn".
func (BlockDiagonal) Name() string { return "bdrnn" }

// About describes the method.
func (BlockDiagonal) About() string { return "block-diagonal B A" }

// Shape gives the penalty a weight, unless it has one.
func (m BlockDiagonal) Shape(p *Plan) error {
	if p.Spec.Alpha == 0 {
		p.Spec.Alpha = 1
	}
	return withoutCorrelation(p, m.Name())
}
