package evaluate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train/internal/jsonnum"
	"facrnn/train/internal/regress"
)

// BehaviorDecoder decodes a behaviour of D columns from the K latents from the past of the same bin. It uses least
// squares with an intercept: once from all latents, and once from each of G groups. It applies to any recording that
// the model encodes.
type BehaviorDecoder struct {
	Names      []string     // D, of the columns
	Unit       string       // of all columns; "" if unknown
	Bins       int          // number of bins that it was fitted on
	Maps       []*mat.Dense // G+1 matrices (K,D), from all latents first; rows of latents outside the group are 0
	Intercepts [][]float64  // G+1 vectors (D)
}

// FitBehavior fits the decoders of a recording's behaviour from latents mu (T,K). It uses the given bins, except bins
// in which some behaviour is missing.
func FitBehavior(rec *data.Recording, mu data.Matrix, bins []int, groups Groups) (*BehaviorDecoder, error) {
	all := Dense(rec.Behavior)
	bins = slices.DeleteFunc(slices.Clone(bins), func(t int) bool { return !Finite(all.RawRowView(t)) })
	K := mu.Cols
	if len(bins) <= K+1 {
		return nil, fmt.Errorf("only %d training bins have all of the behaviour, too few for a decoder from %d latents"+
			" (at least %d)", len(bins), K, K+2)
	}
	d := &BehaviorDecoder{Names: rec.BehaviorColumns(), Unit: rec.BehaviorUnit, Bins: len(bins)}
	z, y := Rows(Dense(mu), bins), Rows(all, bins)
	for _, g := range slices.Concat(Sizes(K), groups) {
		a, err := regress.LeastSquares(Columns(z, g), y)
		if err != nil {
			return nil, err
		}
		m := mat.NewDense(K, y.RawMatrix().Cols, nil)
		var x mat.VecDense
		x.MulVec(a.Map.T(), mat.NewVecDense(len(g), a.X))
		floats.Sub(a.Y, x.RawVector().Data)
		for i, k := range g {
			m.SetRow(k, a.Map.RawRowView(i))
		}
		if !Finite(m.RawMatrix().Data) || !Finite(a.Y) {
			return nil, errors.New("the values of the behaviour are too large to fit a decoder; use a larger unit")
		}
		d.Maps, d.Intercepts = append(d.Maps, m), append(d.Intercepts, a.Y)
	}
	return d, nil
}

// Decode returns the behaviour (T,D) that decoder i estimates from latents z (T,K). Decoder 0 uses all latents, and
// decoder g uses group g-1.
func (d *BehaviorDecoder) Decode(i int, z *mat.Dense) *mat.Dense {
	var y mat.Dense
	y.Mul(z, d.Maps[i])
	return regress.Shifted(&y, 1, d.Intercepts[i])
}

// BehaviorScore says how well a behaviour is decoded from some latents.
type BehaviorScore struct {
	Name    string          `json:"name"`    // of the latents
	Columns []jsonnum.Float `json:"columns"` // R2 of each column (D)
	Mean    jsonnum.Float   `json:"mean"`    // R2 of all columns together
}

// Scores returns the R2 of the behaviour y (T,D) in the given bins, decoded from latents z (T,K). The first score is
// from all latents, and each further one is from a group, under its name in groups. Missing values of the behaviour
// are left out.
func (d *BehaviorDecoder) Scores(y, z *mat.Dense, bins []int, groups []string) []BehaviorScore {
	truth := Rows(y, bins)
	var out []BehaviorScore
	for i, name := range append([]string{"all latents"}, groups...) {
		estimate := Rows(d.Decode(i, z), bins)
		s := BehaviorScore{Name: name, Mean: jsonnum.Float(R2(truth, estimate))}
		for j := range d.Names {
			s.Columns = append(s.Columns, jsonnum.Float(R2(Columns(truth, []int{j}), Columns(estimate, []int{j}))))
		}
		out = append(out, s)
	}
	return out
}

// Of returns an error if the behaviour of a recording differs from the decoded one in its columns or its unit.
func (d *BehaviorDecoder) Of(rec *data.Recording) error {
	if names := rec.BehaviorColumns(); !slices.Equal(names, d.Names) {
		return fmt.Errorf("the run decodes %s, but the behaviour of this recording is %s;"+
			" choose the same columns with --behavior", data.JoinFew(d.Names), data.JoinFew(names))
	}
	if d.Unit != "" && rec.BehaviorUnit != "" && rec.BehaviorUnit != d.Unit {
		return fmt.Errorf("the run decodes behaviour in %s, but the behaviour of this recording is in %s;"+
			" convert its unit", d.Unit, rec.BehaviorUnit)
	}
	return nil
}

// Finite reports whether all values and their sum are neither NaN nor infinite.
func Finite(x []float64) bool { return !floats.HasNaN(x) && !math.IsInf(floats.Sum(x), 0) }
