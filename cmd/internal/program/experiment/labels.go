package experiment

// labels are the columns of results.csv in words, with their units.
var labels = map[string]string{
	"band_share_top_group":       "share of the puff's 50 Hz in one group",
	"bits_per_spike":             "held-out bits per spike",
	"component_r2":               "component latent R²",
	"connectivity_corr":          "connectivity correlation",
	"group_r2":                   "group latent R²",
	"group_r2_best_grouping":     "group latent R², grouped by the truth",
	"group_r2_filtered":          "group latent R², filtered",
	"hand_r2":                    "R² of the hand, by group",
	"hand_r2_45":                 "R² of the hand, axes turned by 45°",
	"hand_r2_filtered":           "R² of the hand, by group, filtered",
	"hand_r2_heldout":            "R² by group, held-out trials",
	"hand_r2_joint":              "R² of the hand, by all latents",
	"latents_r2":                 "R² by all latents",
	"link_between":               "link between groups (held-out R²)",
	"link_within":                "link within groups (held-out R²)",
	"loglik":                     "held-out log-likelihood (nats a bin)",
	"loglik_one_group":           "held-out log-likelihood, one group",
	"loglik_unrefitted":          "held-out log-likelihood, before the refit",
	"megabytes":                  "memory (MiB)",
	"oscillation_r2":             "latent R² of the true oscillation",
	"partial_correlation":        "partial correlation (nats)",
	"partial_correlation_null":   "partial correlation, circular-shift control (nats)",
	"reconstruction_r2":          "held-out R² of the activity",
	"region_corr":                "correlation of W between regions",
	"region_rank":                "worst rank of a true pathway",
	"seconds":                    "time of a fit (s)",
	"subconnectivity_corr":       "sub-connectivity correlation",
	"subconnectivity_corr_ridge": "sub-connectivity correlation, B by ridge",
	"total_correlation":          "total correlation (nats)",
	"us_per_step":                "time of a training step (µs)",
	"warned":                     "share of fits that call their groups not independent",
}

// label returns the words for a column, as figures have it; a column without words here is its own label.
func label(column string) string {
	if words, ok := labels[column]; ok {
		return words
	}
	return column
}

// heading returns the label with the column's name below, by which it is found in results.csv.
func heading(column string) string {
	if words := label(column); words != column {
		return words + "\n" + column
	}
	return column
}

// methodName returns a method as the paper writes it.
func methodName(m string) string {
	names := map[string]string{
		"lrrnn": "lrRNN", "lrrnn-ica": "lrRNN+ICA", "lint": "LINT", "bdrnn": "bdRNN",
		"facrnn": "FacRNN", "facrnn-full": "FacRNN-full", "facrnn-mlp": "FacRNN-MLP",
	}
	if n, ok := names[m]; ok {
		return n
	}
	return m
}
