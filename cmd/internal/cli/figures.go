package cli

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/report/content"
)

// Figures prints the figures of the training and the held-out bins, as far as there are any, the
// warnings, and the verdicts.
func Figures(w io.Writer, train, test map[string]method.Number, warnings []string, verdicts []evaluate.Verdict) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ttrained on\theld out\t")
	for _, row := range []struct{ key, means string }{
		{"r2", "share of each channel's variance that is predicted one bin ahead"},
		{"bits_per_spike", "gained over each unit's mean count"},
		{"loglik", "nats a bin of the activity as it is scaled; compare runs of one scale only"},
		{"loglik_recording", "the same in the recording's own units, which compare across scales"},
		{"partial_correlation", "nats; how much the groups know of one another"},
		{"partial_correlation_null", "nats; mean over circular shifts of the groups' time courses"},
		{"partial_correlation_p", "share of the shifts that reach the partial correlation"},
		{"loss", "what was minimised"},
	} {
		if number(train, row.key) == "-" && number(test, row.key) == "-" {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", content.FigureName(row.key), number(train, row.key), number(test, row.key), row.means)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, warning := range warnings {
		fmt.Fprintf(w, "warning: %s\n", EscapeControl(warning))
	}
	if len(verdicts) > 0 {
		fmt.Fprintln(w)
	}
	marks := map[evaluate.Status]string{evaluate.Good: "+", evaluate.Care: "!", evaluate.Unsure: "?"}
	for _, v := range verdicts {
		if _, err := fmt.Fprintf(w, "%1s %s %s\n", marks[v.Status], v.Question, EscapeControl(v.Sentence)); err != nil {
			return err
		}
	}
	return nil
}

func number(of map[string]method.Number, key string) string {
	v, ok := of[key]
	if !ok || math.IsNaN(float64(v)) {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(v))
}
