package cli

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/report/content"
)

// Figures prints the numbers of the training bins and the held-out bins, if there are any, the warnings, and the
// verdicts. Lines have at most 80 columns.
func Figures(w io.Writer, train, test map[string]method.Number, warnings []string, verdicts []evaluate.Verdict) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ttraining\theld out")
	for _, row := range []struct{ key, note string }{
		{"r2", "one bin ahead"},
		{"bits_per_spike", "above the mean count"},
		{"loglik", "nats per bin"},
		{"loglik_recording", "nats per bin"},
		{"partial_correlation", "nats"},
		{"partial_correlation_null", "nats, mean"},
		{"partial_correlation_p", ""},
		{"loss", "training objective"},
	} {
		if number(train, row.key) == "-" && number(test, row.key) == "-" {
			continue
		}
		line := []string{content.FigureName(row.key), number(train, row.key), number(test, row.key)}
		if row.note != "" {
			line = append(line, row.note)
		}
		fmt.Fprintln(t, strings.Join(line, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, warning := range warnings {
		fmt.Fprintln(w, hang("", "warning: "+EscapeControl(warning)))
	}
	if len(verdicts) > 0 {
		fmt.Fprintln(w)
	}
	marks := map[evaluate.Status]string{evaluate.Good: "+", evaluate.Care: "!", evaluate.Unsure: "?"}
	for _, v := range verdicts {
		mark := fmt.Sprintf("%1s ", marks[v.Status])
		if _, err := fmt.Fprintln(w, hang(mark, v.Question+" "+EscapeControl(v.Sentence))); err != nil {
			return err
		}
	}
	return nil
}

// hang wraps a text after a mark of at most two columns, and indents later lines by two.
func hang(mark, text string) string { return mark + Wrap(text, 2)[2:] }

func number(of map[string]method.Number, key string) string {
	v, ok := of[key]
	if !ok || math.IsNaN(float64(v)) {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(v))
}
