package separation

import (
	"errors"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// ICA turns the latents of a fitted linear model, as they are encoded, into independent components (FastICA, symmetric;
// Hyvarinen 1999), of unit variance on the training bins.
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

// fastICAWithRetry returns an unmixing by FastICA. Of some starts the first that settles is taken; where none does,
// some directions are nearly Gaussian, one is as good as another, and there is a warning.
func fastICAWithRetry(z *mat.Dense, seed uint64) (u *Unmixing, warning string, err error) {
	random := train.NewRandom(seed, train.StreamICA)
	for range 5 {
		if u, err = FastICA(z, random, FastICAOptions{}); !errors.Is(err, ErrUnsettled) {
			return u, "", err
		}
	}
	return u, "FastICA did not settle on components: some of the latents are nearly Gaussian, and turned at will", nil
}
