package experiment

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/sharedtest"
	"facrnn/train/evaluate"
)

// line is a row of results.csv by column, as the file has it.
type line map[string]string

// ran is an experiment's folder, read back by its own files: results.csv, what was kept of the fits, the figures and
// the page.
type ran struct {
	dir  string
	rows []line
	page string
}

// runs carries out an experiment.
func runs(t *testing.T, dir string, args ...string) (r ran, stderr string) {
	t.Helper()
	status, _, stderr := call(context.Background(), append(args, "--out", dir)...)
	if status != 0 {
		t.Fatalf("exit %d: %s", status, stderr)
	}
	lines := table1(t, dir)
	for _, l := range lines[1:] {
		fit := line{}
		for i, c := range lines[0] {
			fit[c] = l[i]
		}
		r.rows = append(r.rows, fit)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	r.dir, r.page = dir, string(page)
	inWords(t, r.page, lines[0])
	return r, stderr
}

// inWords fails the test if the heading of a table is only the name of a column of results.csv. It also fails if no
// heading has such a name below its words.
func inWords(t *testing.T, page string, columns []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`<th scope="(?:row|col)">([a-z0-9]+_[a-z0-9_]+|seconds|megabytes|loglik|warned)(?:, paper)?</th>`).FindAllStringSubmatch(page, -1) {
		t.Errorf("a heading is no more than %q", m[1])
	}
	named := regexp.MustCompile(`<th scope="(?:row|col)">[^<]+<code>([^<]+)</code></th>`).FindAllStringSubmatch(page, -1)
	if len(named) == 0 {
		t.Error("no heading has the name of its column below it")
	}
	for _, m := range named {
		if !slices.Contains(columns, m[1]) {
			t.Errorf("%q is no column of results.csv", m[1])
		}
	}
}

// fit returns the row of a method and seed; what else is wanted is column=value.
func (r ran) fit(t *testing.T, method, seed string, more ...string) line {
	t.Helper()
	for _, f := range r.rows {
		ok := f["method"] == method && f["seed"] == seed
		for _, m := range more {
			column, value, _ := strings.Cut(m, "=")
			ok = ok && f[column] == value
		}
		if ok {
			return f
		}
	}
	t.Fatalf("results.csv has no %s of seed %s", method, seed)
	return nil
}

func (r line) figure(t *testing.T, column string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", column, r["method"], err)
	}
	return v
}

// rounded returns a figure as pictures and pages write it.
func (r line) rounded(t *testing.T, column string) string {
	t.Helper()
	return brief(r.figure(t, column))
}

// kept reads the file of a fit into a.
func kept[C comparable](t *testing.T, r ran, cell C, seed uint64, a artifact) {
	t.Helper()
	found, err := (&table[C]{dir: r.dir}).load(row[C]{cell: cell, seed: seed}, a)
	if err != nil || !found {
		t.Fatalf("the file of %s, seed %d: found %t, %v", kind(cell), seed, found, err)
	}
}

// texts returns the texts of a figure's SVG.
func (r ran) texts(t *testing.T, figure string) (texts []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, "figures", figure+".svg"))
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.CharData); ok {
			texts = append(texts, string(s))
		}
	}
}

var (
	tableText = regexp.MustCompile(`(?s)<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>`)
	rowText   = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	cellText  = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
)

// cells returns the row of the page's table whose caption and first cell begin so.
func (r ran) cells(t *testing.T, caption, heading string) (cells []string) {
	t.Helper()
	for _, table := range tableText.FindAllStringSubmatch(r.page, -1) {
		if !strings.HasPrefix(html.UnescapeString(table[1]), caption) {
			continue
		}
		for _, line := range rowText.FindAllStringSubmatch(table[2], -1) {
			cells = nil
			for _, c := range cellText.FindAllStringSubmatch(line[1], -1) {
				cells = append(cells, html.UnescapeString(c[1]))
			}
			if strings.HasPrefix(cells[0], heading) {
				return cells
			}
		}
	}
	t.Fatalf("the page has no table %q with a row %q", caption, heading)
	return nil
}

// near allows the six digits that results.csv has.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-5*max(1, math.Abs(want))) {
		t.Errorf("%s is %g in the pictures, %g in results.csv", what, got, want)
	}
}

func says(t *testing.T, texts []string, want string) {
	t.Helper()
	if !slices.Contains(texts, want) {
		t.Errorf("the figure does not say %q: %q", want, texts)
	}
}

// redraws checks that a continued experiment draws the same figures from the stored arrays, without fitting again.
func (r ran) redraws(t *testing.T, args ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.dir, "figures", "*.svg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("figures %v, %v", files, err)
	}
	before := map[string]string{}
	for _, f := range append(files, filepath.Join(r.dir, "index.html")) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		before[f] = string(b)
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr := runs(t, r.dir, args...); !strings.Contains(stderr, "\n") ||
		!strings.HasPrefix(stderr, "0 fits to go") {
		t.Errorf("continued: %s", stderr)
	}
	for f, was := range before {
		if b, err := os.ReadFile(f); err != nil || string(b) != was {
			t.Errorf("%s is another, or not there: %v", filepath.Base(f), err)
		}
	}
}

// TestVoltage checks that the recipe best finds the oscillation of the puff in one group, and the true pathways first.
// The share at 50 Hz, the region summary and its rank are the values of results.csv in figures and page. The spectra in
// the figure add up to the share.
func TestVoltage(t *testing.T) {
	numbers(t)
	args := []string{"voltage", "--side=16", "--seeds=1", "--epochs=2", "--methods=lrrnn,facrnn"}
	r, _ := runs(t, t.TempDir(), args...)
	regions := r.texts(t, "regions")
	for method, recipe := range map[string]string{"lrrnn": "paper", "facrnn": "best"} {
		fit, name, a := r.fit(t, method, "0"), methodName(method), new(cortical)
		kept(t, r, voltageCell{method, recipe, "trials"}, 0, a)
		near(t, "the share", floats.Max(a.share), fit.figure(t, "band_share_top_group"))
		if method == "facrnn" && (floats.Max(a.share) < 0.9 || fit["region_rank"] != "5") {
			t.Errorf("one group has %.2f of the oscillation and the pathways' worst rank is %s, want .9 and 5",
				floats.Max(a.share), fit["region_rank"])
		}
		share := fit.rounded(t, "band_share_top_group")
		if got := r.cells(t, "Share of the 48 to 52 Hz", name); got[1] != "1" || got[2] != share {
			t.Errorf("the page has %v, results.csv %s", got, share)
		}

		var p evaluate.BandPower
		for g := range a.share {
			b, f := 0.0, 0.0
			for i, hz := range a.frequency {
				if hz > 47.999 && hz < 52.001 {
					b, f = b+a.before.At(g, i), f+a.after.At(g, i)
				}
			}
			p.Before, p.After = append(p.Before, b), append(p.After, f)
		}
		for g, v := range p.EvokedShare() {
			near(t, "the share in a spectrum", v, a.share[g])
		}

		sums := evaluate.Regional{Names: a.regions, Sum: a.sums}
		corr, err := sums.Correlation(evaluate.Regional{Names: a.regions, Sum: a.planted})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "the regions' correlation", corr, fit.figure(t, "region_corr"))
		var pathways [][2]string
		for pair := range slices.Chunk(a.pathways, 2) {
			pathways = append(pathways, [2]string(pair))
		}
		rank, err := sums.WorstRank(pathways...)
		if err != nil || strconv.Itoa(rank) != fit["region_rank"] {
			t.Errorf("the worst rank is %d, %v; in results.csv %s", rank, err, fit["region_rank"])
		}
		says(t, regions, "correlation "+fit.rounded(t, "region_corr")+", worst rank "+fit["region_rank"])
	}
	r.redraws(t, args...)
}

// TestReachPictures checks the R2 on a panel: it is the value of results.csv, and the value of the trajectories in the
// panel. The seed is the median seed of FacRNN.
func TestReachPictures(t *testing.T) {
	numbers(t)
	args := []string{"reach", "--epochs=3", "--seeds=3", "--methods=lrrnn,facrnn"}
	r, _ := runs(t, t.TempDir(), args...)
	rec, err := (&reach{}).open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := r.texts(t, "hand")
	for _, k := range []string{"2", "4"} {
		var of []line
		for s := range 3 {
			of = append(of, r.fit(t, "facrnn", strconv.Itoa(s), "latents="+k))
		}
		slices.SortFunc(of, func(a, b line) int {
			return int(math.Copysign(1,
				a.figure(t, "hand_r2")-b.figure(t, "hand_r2")))
		})
		for _, method := range []string{"lrrnn", "facrnn"} {
			fit := r.fit(t, method, of[1]["seed"], "latents="+k)
			says(t, texts, "R² "+fit.rounded(t, "hand_r2")+" by group")
			if got := r.cells(t, "R² of the hand's position by group", methodName(method)+" paper, "+
				k); got[1] != of[1]["seed"] || got[2] != fit.rounded(t, "hand_r2") {
				t.Errorf("the page has %v, results.csv seed %s, %s", got, of[1]["seed"], fit["hand_r2"])
			}
			latents, a := int(fit.figure(t, "latents")), new(traced)
			cell := reachCell{method, latents, fit["groups"], "paper", "none", "gaussian", "none"}
			kept(t, r, cell, uint64(fit.figure(t, "seed")), a)
			position := evaluate.Cumulative(evaluate.Rows(evaluate.Dense(rec.Behavior), a.rows),
				evaluate.TrialsOf(rec.Trial, a.rows))
			near(t, "the hand's R2", evaluate.R2(position, a.hand), fit.figure(t, "hand_r2"))
		}
	}
	r.redraws(t, args...)
}

// TestSyntheticPictures checks that the latents and sub-connectivities that are drawn have the R2 and the correlation
// of results.csv.
func TestSyntheticPictures(t *testing.T) {
	numbers(t)
	args := []string{"synthetic", "--epochs=3", "--restarts=1", "--seeds=1", "--methods=lrrnn,facrnn"}
	r, _ := runs(t, t.TempDir(), args...)
	_, truth, err := (&synthetic{Observation: "gaussian"}).open()
	if err != nil {
		t.Fatal(err)
	}
	for method, recipe := range map[string]string{"lrrnn": "paper", "facrnn": "best"} {
		fit, a := r.fit(t, method, "0"), new(recovered)
		kept(t, r, syntheticCell{method, recipe, "interleaved", "gaussian", 1}, 0, a)
		z := evaluate.Rows(evaluate.Dense(truth.Z), a.test)
		near(t, "group R2", evaluate.R2(z, evaluate.Rows(a.aligned, a.test)), fit.figure(t, "group_r2"))
		planted := evaluate.SubConnectivities(evaluate.Dense(truth.A), evaluate.Dense(truth.B),
			evaluate.Sizes(truth.Groups...))
		var found, both mat.Dense
		both.Stack(planted[0], planted[1])
		found.Stack(a.w[0], a.w[1])
		near(t, "sub-connectivity", evaluate.Connectivity(&both, &found).Correlation,
			fit.figure(t, "subconnectivity_corr"))
		if got := r.cells(t, "R² of each true group", "all"); !slices.Contains(got, fit.rounded(t, "group_r2")) {
			t.Errorf("the page has %v, results.csv %s", got, fit["group_r2"])
		}
	}
	r.redraws(t, args...)
}

// standsAlone checks that the page of an experiment loads and runs nothing, describes the runs, and has a text and a
// table for every picture.
func (r ran) standsAlone(t *testing.T, args ...string) {
	t.Helper()
	if !strings.Contains(html.UnescapeString(r.page), "./program "+strings.Join(args, " ")) {
		t.Error("the page does not say the command")
	}
	if m := regexp.MustCompile(`<script|<link|@import|https?://|src="[^d]|url\(`).FindString(r.page); m != "" {
		t.Errorf("the page holds %q", m)
	}
	pictures, tables := strings.Count(r.page, "<img "), strings.Count(r.page, "<details>")
	alts := len(regexp.MustCompile(`alt="[^"]{20,}"`).FindAllString(r.page, -1))
	if pictures == 0 || alts != pictures || tables != pictures {
		t.Errorf("%d pictures, %d texts, %d tables, want as many of each", pictures, alts, tables)
	}
	if len(r.page) > 5<<20 {
		t.Errorf("the page has %d bytes, want at most 5 MiB", len(r.page))
	}
}

// TestConditionsOfReaches checks that both files of the authors name eight directions. Without names, trials are
// grouped by the direction in which they end.
func TestConditionsOfReaches(t *testing.T) {
	rec := &data.Recording{Trials: 2, Trial: []int{0, 0, 1},
		Behavior: data.Matrix{Rows: 3, Cols: 2, Data: []float32{1, 0, 1, 0.1, 0, -2}}}
	if c := byEnd(rec); !slices.Equal(c.label, []string{"0°", "270°"}) || !slices.Equal(c.names, c.label) {
		t.Errorf("told apart by their ends: %q", c.label)
	}
	var labels [][]string
	for _, file := range []string{sharedtest.File(t, "nwb/reach.nwb"), sharedtest.File(t, "data/reach.npz")} {
		e := reach{Data: file}
		rec, err := e.open(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c := conditionsOf(rec)
		if !slices.Equal(c.names, []string{"0", "1", "2", "3", "4", "5", "6", "7"}) {
			t.Errorf("%s: conditions %q", file, c.names)
		}
		labels = append(labels, c.label)
	}
	if len(labels[0]) != 168 || !slices.Equal(labels[0], labels[1]) {
		t.Errorf("the two files name %d and %d trials, or name them otherwise", len(labels[0]), len(labels[1]))
	}
}
