package content

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"facrnn/train/rundir"
)

// facts fills in the recording, the settings and the fit, as in summary.json.
func (f *findings) facts() {
	s, d := f.Summary, f.Summary.Data
	add := func(name, value, note string) {
		if value != "" {
			f.page.Facts = append(f.page.Facts, Fact{Name: name, Value: value, Note: note})
		}
	}
	count := func(n int, note string, more ...any) (string, string) {
		return grouped(n), fmt.Sprintf(note, more...)
	}
	plain := func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	add("recording", withoutFolder(d.Path), d.Series)
	add("unit of the activity", d.Unit, "")
	n, note := count(d.Units, "neurons, regions of interest or voxels")
	add("channels", n, note)
	n, note = count(d.Bins, "%s trained on, %s held out", grouped(d.Train), grouped(d.Test))
	add("bins", n, note)
	if d.BinWidth > 0 {
		add("bin width", plain(d.BinWidth)+" s", "")
	} else {
		add("bin width", "unknown", "the file does not say: times are counted in bins, and there are no spectra")
	}
	n, note = count(d.Trials, "")
	add("trials", n, map[bool]string{true: "one continuous stretch"}[d.Trials == 0])
	if d.Missing > 0 {
		n, note = count(d.Missing, "values of %d channels in %d bins, left out of the fit and of every figure",
			d.MissingChannels, d.MissingBins)
		add("missing", n, note)
	}
	add("scaling", d.Scale, "of the activity before the fit")
	var sizes []string
	for _, g := range s.Groups {
		sizes = append(sizes, strconv.Itoa(g))
	}
	add("latents in each group", strings.Join(sizes, ", "), "")
	add("method", s.Method, "")
	n, note = count(s.Epochs, "%s steps, %s", grouped(s.Steps), took(s.Seconds))
	add("epochs", n, note)
	if len(s.Restarts) > 1 {
		n, note = count(len(s.Restarts), "the one with the lowest training loss, number %d, is kept", s.Restart+1)
		add("restarts", n, note)
	}
	add("seed", strconv.FormatUint(s.Seed, 10), "")
	add("version", s.Version, "")
}

// grouped returns a whole number with narrow spaces between thousands, as the page's script writes them.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// counted returns "1 bin" or "20 bins".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// took returns a duration in a short form.
func took(seconds float64) string {
	if seconds < 100 {
		return fmt.Sprintf("%.2g s", seconds)
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

// meaning explains a number of summary.json.
type meaning struct{ key, name, unit, means string }

func meanings() []meaning {
	return []meaning{
		{"r2", "R² of the activity", "",
			"The share of each channel's variance that is predicted one bin ahead, averaged over channels. 1 is " +
				"perfect, 0 is no better than each channel's mean, and below 0 is worse."},
		{"bits_per_spike", "bits per spike", "bits",
			"How much better each spike is predicted than by the mean count of its unit. Above 0, the model knows " +
				"more than the firing rate."},
		{"loglik", "log-likelihood", "nats a bin",
			"How probable the scaled activity is under the prediction. Higher is better. It compares only runs of " +
				"the same recording and scale."},
		{"loglik_recording", "log-likelihood, own units", "nats a bin",
			"The log-likelihood of the activity in the recording's own units, which compares runs of different " +
				"scales. It is missing for the square root of activity with zeros."},
		{"partial_correlation", "partial correlation", "nats",
			"How much the groups depend on one another: 0 if they are independent. Groups of a short or slow " +
				"recording seem dependent even if they are not; see the circular-shift control."},
		{"partial_correlation_null", "circular-shift control", "nats",
			"The mean partial correlation after circular shifts of the groups' time courses against one another. " +
				"Shifts do not change a time course itself."},
		{"partial_correlation_null_highest", "circular-shift control, largest", "nats",
			"The largest partial correlation of all the shifts."},
		{"partial_correlation_p", "p-value of the partial correlation", "",
			"(1 + the number of shifts that reach the partial correlation) / (1 + the number of shifts). The groups " +
				"are called dependent if it is at most .05 and the partial correlation is twice the mean of the " +
				"shifts."},
		{"partial_correlation_shifts", "circular shifts", "", "The number of shifts in the circular-shift control."},
		{"loss", "loss", "nats a bin",
			"The training objective: the sum of the terms below, each with its weight. If it is far lower in " +
				"training than held out, the model has learned the noise of the recording."},
		{"reconstruction", "reconstruction", "nats a bin",
			"The first term of the loss: how improbable the activity is under the prediction, with the noise of the " +
				"latents."},
		{"kl", "KL divergence", "nats a bin",
			"How far the latents are from standard normal noise. It bounds the information that they hold about the " +
				"past activity."},
		{"block_diagonal", "block-diagonal penalty", "",
			"The mean square of the entries of B A between groups. The baseline bdRNN makes it small."},
	}
}

// FigureName returns the displayed name of a number of summary.json, by its key.
func FigureName(key string) string {
	all := meanings()
	if i := slices.IndexFunc(all, func(m meaning) bool { return m.key == key }); i >= 0 {
		return all[i].name
	}
	return strings.ReplaceAll(key, "_", " ")
}

// figures fills in the numbers of summary.json.
func (f *findings) figures() {
	number := func(of map[string]rundir.Number, key string) Number {
		if v, ok := of[key]; ok {
			return Number(v)
		}
		return Number(nan)
	}
	known := meanings()
	var others []string
	for _, key := range slices.Sorted(maps.Keys(f.Summary.Train)) {
		others = append(others, key)
	}
	for _, key := range slices.Sorted(maps.Keys(f.Summary.Test)) {
		if !slices.Contains(others, key) {
			others = append(others, key)
		}
	}
	for _, key := range others {
		if !slices.ContainsFunc(known, func(m meaning) bool { return m.key == key }) {
			known = append(known, meaning{key, FigureName(key), "nats a bin", "A term of the loss."})
		}
	}
	for _, m := range known {
		if slices.Contains(others, m.key) {
			f.page.Metrics = append(f.page.Metrics, Metric{Key: m.key, Name: m.name, Unit: m.unit,
				Train: number(f.Summary.Train, m.key), Test: number(f.Summary.Test, m.key), Means: m.means})
		}
	}
}

// reproduction fills in the command, the data and the settings that repeat the run.
func (f *findings) reproduction() {
	s := f.Summary
	r := Reproduction{Command: f.Command, Version: s.Version, Seed: s.Seed, Data: withoutFolder(s.Data.Path),
		SHA256: s.Data.SHA256, Config: f.Config}
	if r.Data != s.Data.Path {
		r.Note = "The command names the recording without its folder. Put the folder before the name."
	}
	f.page.Reproduction = r
}

// withoutFolder returns the name of the file at an absolute path, because the page may go to others. A relative path
// stays.
func withoutFolder(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Base(path)
	}
	return path
}
