package separation

import (
	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// The steps of Discover, for the tests outside the package.

func FactorAnalysis(x *mat.Dense, k int, o FactorOptions) (*Factors, error) {
	return fitFactors(regress.MomentsOf(x), k, o)
}

func Link(s *mat.Dense, starts []int) (*Links, error) {
	bins, _ := s.Dims()
	ss, err := newStretches(starts, bins)
	if err != nil {
		return nil, err
	}
	return link(s, ss)
}

func (l *Links) Directed() *mat.Dense { return l.directed(-1) }

func Unmix(z *mat.Dense, starts []int) (*Unmixing, error) {
	bins, _ := z.Dims()
	ss, err := newStretches(starts, bins)
	if err != nil {
		return nil, err
	}
	return unmix(z, ss)
}
