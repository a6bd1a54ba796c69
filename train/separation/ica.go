package separation

import (
	"errors"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// ICA changes the encoded latents of a fitted linear model into independent components of unit variance on the
// training bins (FastICA, symmetric; Hyvarinen 1999).
func ICA(r *train.Result, split data.Split, seed uint64) error {
	mu, _, err := evaluate.EncodeRows(r.Model, r.Samples, split.Train)
	if err != nil {
		return err
	}
	u, unsettled, err := fastICAWithRetry(evaluate.Dense(mu), seed)
	if err != nil {
		return err
	}
	if unsettled != "" {
		r.Warnings = append(r.Warnings, unsettled)
	}
	m, err := decoder(r)
	if err != nil {
		return err
	}
	return changeBasis(r, m, u.W.T(), u.Mean)
}

// fastICAWithRetry returns an unmixing by FastICA, from the first of five starts that converges. If none converges,
// some directions are nearly Gaussian and any result is as good as another; it then returns a warning.
func fastICAWithRetry(z *mat.Dense, seed uint64) (u *Unmixing, warning string, err error) {
	random := train.NewRandom(seed, train.StreamICA)
	for range 5 {
		if u, err = FastICA(z, random, FastICAOptions{}); !errors.Is(err, ErrUnsettled) {
			return u, "", err
		}
	}
	return u, "FastICA did not converge: some latents are nearly Gaussian, so their axes are not identifiable", nil
}
