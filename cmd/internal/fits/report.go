package fits

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"facrnn/cmd/internal/cli"
	"facrnn/train/report/content"
	"facrnn/train/rundir"
)

// Table prints the figures of the training and the held-out bins, as far as there are any, and the warnings.
func Table(w io.Writer, train, test map[string]rundir.Number, warnings []string) error {
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
		if figure(train, row.key) == "-" && figure(test, row.key) == "-" {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", content.FigureName(row.key), figure(train, row.key), figure(test, row.key), row.means)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, warning := range warnings {
		fmt.Fprintf(w, "warning: %s\n", cli.Plain(warning))
	}
	return nil
}

func figure(of map[string]rundir.Number, key string) string {
	v, ok := of[key]
	if !ok || math.IsNaN(float64(v)) {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(v))
}
