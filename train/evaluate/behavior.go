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

// BehaviorDecoder tells a behaviour of D columns from the K encoded latents of the same bin, by least squares with an
// intercept: from all of them, and from each of G groups alone. It holds on any recording that the model is taken to.
type BehaviorDecoder struct {
	Names      []string     // D, of the columns
	Unit       string       // of all of them; "" where it is not known
	Bins       int          // that it was fitted on
	Maps       []*mat.Dense // G+1 times (K,D): from all latents first. What a group does not have weighs nothing
	Intercepts [][]float64  // G+1 times (D)
}

// FitBehavior fits the decoders of a recording's behaviour on those of some bins in which all of it is known, from
// latents mu (T,K).
func FitBehavior(rec *data.Recording, mu data.Matrix, bins []int, groups Groups) (*BehaviorDecoder, error) {
	all := Dense(rec.Behavior)
	bins = slices.DeleteFunc(slices.Clone(bins), func(t int) bool { return !Finite(all.RawRowView(t)) })
	K := mu.Cols
	if len(bins) <= K+1 {
		return nil, fmt.Errorf("there are %d bins trained on with all of the behaviour, too few to fit a decoder from %d latents", len(bins), K)
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
			return nil, errors.New("the behaviour is too large to fit a decoder")
		}
		d.Maps, d.Intercepts = append(d.Maps, m), append(d.Intercepts, a.Y)
	}
	return d, nil
}

// Decode returns the behaviour (T,D) as told from latents z (T,K) by decoder i: 0 that of all latents, then one a
// group.
func (d *BehaviorDecoder) Decode(i int, z *mat.Dense) *mat.Dense {
	var y mat.Dense
	y.Mul(z, d.Maps[i])
	return regress.Shifted(&y, 1, d.Intercepts[i])
}

// BehaviorScore is how well a behaviour is decoded from some latents.
type BehaviorScore struct {
	Name    string          `json:"name"`    // of the latents
	Columns []jsonnum.Float `json:"columns"` // R2 of each column (D)
	Mean    jsonnum.Float   `json:"mean"`    // R2 of all columns together
}

// Scores returns the R2 of the behaviour y (T,D) in some bins, decoded from latents z (T,K): from all of them, then
// from each group, which have the given names. Values of the behaviour that are missing are left out.
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

// Of reports a recording whose behaviour is not the one that is decoded: other columns, or in another unit.
func (d *BehaviorDecoder) Of(rec *data.Recording) error {
	if names := rec.BehaviorColumns(); !slices.Equal(names, d.Names) {
		return fmt.Errorf("the run's decoder is of %s, the behaviour of this recording %s: choose the same columns by --behavior", data.JoinFew(d.Names), data.JoinFew(names))
	}
	if d.Unit != "" && rec.BehaviorUnit != "" && rec.BehaviorUnit != d.Unit {
		return fmt.Errorf("the run's decoder is of behaviour in %s, that of this recording is in %s: convert it",
			d.Unit, rec.BehaviorUnit)
	}
	return nil
}

// Finite reports whether no value is NaN or infinite, nor their sum.
func Finite(x []float64) bool { return !floats.HasNaN(x) && !math.IsInf(floats.Sum(x), 0) }
