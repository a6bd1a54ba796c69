package rundir

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/nwb"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// files returns the paths under a folder, by name.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestCreate checks that the folder is created with its parents. A folder with a run, or with any file of a run, is
// refused and left unchanged.
func TestCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "a")
	if _, err := create(dir, nil, data.Source{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"config.toml", "summary.json"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := create(dir, nil, data.Source{}); err == nil ||
			!strings.HasPrefix(err.Error(), dir+" holds a run") || !strings.Contains(err.Error(), "--out") {
			t.Errorf("a folder with %s: %v", name, err)
		}
		if text, err := os.ReadFile(path); string(text) != "precious" || err != nil {
			t.Errorf("%s now holds %q, %v", name, text, err)
		}
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := create(other, nil, data.Source{}); err != nil {
		t.Errorf("a folder that holds no run: %v", err)
	}
	under := filepath.Join(other, "notes.txt", "run")
	if _, err := create(under, nil, data.Source{}); err == nil ||
		!strings.HasPrefix(err.Error(), under+": cannot write there") {
		t.Errorf("under a regular file: %v", err)
	}
}

// TestUndraw checks that the report and its figures go, and nothing else, whether there are any or none.
func TestUndraw(t *testing.T) {
	f, err := create(filepath.Join(t.TempDir(), "run"), nil, data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 2 { // of none at first
		if err := f.RemoveReport(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"report.html", "figures/loss.png"} {
			if _, err := os.Stat(f.Path(name)); err == nil {
				t.Errorf("%s is still there", name)
			}
			if err := f.Write(name, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := os.Stat(f.Path("config.toml")); err != nil {
		t.Error(err)
	}
}

// TestWriteIsWhole checks that a file is there with all it should hold, or as it was before; nothing else is left.
func TestWriteIsWhole(t *testing.T) {
	f := &Folder{Dir: t.TempDir()}
	if err := f.Write("deep/er/a.txt", []byte("one")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("half way")
	err := f.write("deep/er/a.txt", func(w io.Writer) error {
		if _, err := w.Write([]byte("tw")); err != nil {
			return err
		}
		if names := files(t, f.Dir); len(names) != 2 {
			t.Errorf("while it is written there are %v, want the old file and a temporary one", names)
		}
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "a.txt") {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(f.Path("deep/er/a.txt")); string(text) != "one" || err != nil {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := f.Write("deep/er/a.txt", []byte("two")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(f.Path("deep/er/a.txt")); string(text) != "two" || err != nil {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if names := files(t, f.Dir); !slices.Equal(names, []string{"deep/er/a.txt"}) {
		t.Errorf("left are %v", names)
	}
	if err := os.Mkdir(f.Path("folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.Write("folder", []byte("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if names := files(t, f.Dir); !slices.Equal(names, []string{"deep/er/a.txt"}) {
		t.Errorf("left are %v", names)
	}
}

// small fits a recording of 6 neurons in 8 trials of 5 bins, of which the last 10 bins are held out, scaled.
func small(t *testing.T, config graph.Config) *method.Fitted {
	t.Helper()
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 2, Bins: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	rec.Source = data.Source{Path: "a.npz", SHA256: "abc", Series: "activity"}
	o := &method.Fitted{Plan: &method.Plan{
		Recording: rec, Warnings: []string{"beware"},
		Spec: method.Spec{Method: method.FacRNN{}, Decoder: layers.LinearDecoder{}, Training: train.Options{Seed: 4}},
	}}
	if o.Scaling, err = rec.Scale(data.ScaleZScore, nil); err != nil {
		t.Fatal(err)
	}
	o.Spec.Scale = o.Scaling.Kind
	if o.Split, err = data.NewSplit(rec, data.SplitOptions{Kind: data.SplitBlocks}, nil); err != nil {
		t.Fatal(err)
	}
	config.Neurons, config.Bins, config.Terms = 6, len(o.Split.Train), graph.Objective(2, 0)
	return fit(t, context.Background(), o, config, train.Options{Epochs: 6, Batch: 16, TestEvery: 3})
}

func fit(
	t *testing.T, ctx context.Context, o *method.Fitted, c graph.Config, opts train.Options, hooks ...train.Hook,
) *method.Fitted {
	t.Helper()
	var err error
	if o.Result, err = train.Fit(ctx, c, o.Recording, o.Split, opts, time.Now, hooks...); err != nil {
		t.Fatal(err)
	}
	return o
}

// longer is small, trained until it predicts something.
func longer(t *testing.T, config graph.Config) *method.Fitted {
	t.Helper()
	o := small(t, config)
	return fit(t, context.Background(), o, o.Result.Model.Config,
		train.Options{Epochs: 300, Batch: 30, Rate: 0.02, TestEvery: 100})
}

// finish writes a fit's folder.
func finish(t *testing.T, o *method.Fitted) (*Folder, *finished) {
	t.Helper()
	f, err := create(filepath.Join(t.TempDir(), "run"), []byte("seed = 4\n"), o.Recording.Source)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := o.Evaluate(o.Decoder); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteFit(o, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	s := Summarize(o)
	if err := f.WriteSummary(s); err != nil {
		t.Fatal(err)
	}
	return f, &finished{o, s}
}

// finished is a fit that was written, and its summary.
type finished struct {
	*method.Fitted
	Summary Summary
}

func load(t *testing.T, f *Folder, name string) map[string]npz.Array {
	t.Helper()
	a, err := npz.Load(f.Path(name))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func values(t *testing.T, a npz.Array) []float64 {
	t.Helper()
	v, err := a.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// shapes compares the arrays of a file with the arrays of the contract.
func shapes(t *testing.T, file string, got map[string]npz.Array, want map[string][]int) {
	t.Helper()
	for name, shape := range want {
		if a, ok := got[name]; !ok || !slices.Equal(a.Shape, shape) {
			t.Errorf("%s: %s is %v (there: %v), want %v", file, name, a.Shape, ok, shape)
		}
	}
}

// TestArrays checks that the files hold the contract's arrays: A has a row a neuron, W is A B, and W_groups are A[:,g]
// B[g,:] and add up to W for a partition. W is multiplied in single precision: 1e-6 is ten roundings.
func TestArrays(t *testing.T) {
	const N, K, T = 6, 3, 40
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}, History: layers.History{Lags: 3}})
	f, fitted := finish(t, o)
	if want, got := []string{".lock", "config.toml", "connectivity.npz", "latents.npz", "metrics.csv", "model.npz",
		"results.nwb", "summary.json"}, files(t, f.Dir); !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}

	model := load(t, f, "model.npz")
	shapes(t, "model.npz", model, map[string][]int{
		"A": {N, K}, "B": {K, N}, "b": {N}, "c": {K}, "log_std_x": {N}, "log_std_z": {K}, "kernel": {3}, "groups": {2},
		"format_version": {},
		"units":          {N}, "regions": {N}, "silent": {N}, "unobserved": {N}, "history_mean": {N}, "link": {},
		"input":        {},
		"scale_offset": {N}, "scale_factor": {N}, "decoder": {},
	})
	if _, ok := model["At"]; ok {
		t.Error("model.npz: A is there transposed as well")
	}
	if g := values(t, model["groups"]); !slices.Equal(g, []float64{2, 1}) {
		t.Errorf("groups %v", g)
	}
	if names, err := model["units"].Strings(); err != nil || names[5] != "n05" {
		t.Errorf("units %v, %v", names, err)
	}
	if v := values(t, model["format_version"]); v[0] != 1 { // what a reader of the old form reads right
		t.Errorf("format version %v", v)
	}
	sum := 0.0
	for _, v := range values(t, model["kernel"]) {
		sum += v
	}
	if !(math.Abs(sum-1) <= 1e-12) {
		t.Errorf("the exponential kernel adds up to %g", sum)
	}
	a, b, recurrence := values(t, model["A"]), values(t, model["B"]), o.Result.Model.Matrices()
	for n := range N {
		for k := range K {
			if want := recurrence.A.At(n, k); a[n*K+k] != want {
				t.Errorf("A[%d,%d] is %g, the model's is %g", n, k, a[n*K+k], want)
			}
		}
	}

	connectivity := load(t, f, "connectivity.npz")
	shapes(t, "connectivity.npz", connectivity, map[string][]int{"W": {N, N}, "W_groups": {2, N, N}})
	w, groups := values(t, connectivity["W"]), values(t, connectivity["W_groups"])
	for i := range N {
		for j := range N {
			var part [2]float64
			for k := range K {
				part[k/2] += a[i*K+k] * b[k*N+j]
			}
			for what, v := range map[string][2]float64{
				"W - A B":       {w[i*N+j], part[0] + part[1]},
				"W - sum_g W_g": {w[i*N+j], groups[i*N+j] + groups[(N+i)*N+j]},
				"W_1 - A_1 B_1": {groups[i*N+j], part[0]},
				"W_2 - A_2 B_2": {groups[(N+i)*N+j], part[1]},
				"W - the figures": {w[i*N+j], float64(fitted.A.Row(i)[0]*fitted.B.Row(0)[j] +
					fitted.A.Row(i)[1]*fitted.B.Row(1)[j] + fitted.A.Row(i)[2]*fitted.B.Row(2)[j])},
			} {
				if !(math.Abs(v[0]-v[1]) <= 1e-6) {
					t.Errorf("%s at %d, %d: %g - %g", what, i, j, v[0], v[1])
				}
			}
		}
	}

	latents := load(t, f, "latents.npz")
	shapes(t, "latents.npz", latents, map[string][]int{"mu": {T, K}, "time": {T}, "trial": {T}, "split": {T}})
	if !slices.Equal(values(t, latents["time"]), o.Recording.Time) {
		t.Error("the times are not the recording's")
	}
	for bin, held := range values(t, latents["split"]) {
		if (held == 1) != slices.Contains(o.Split.Test, bin) || held != 0 && held != 1 {
			t.Errorf("bin %d has split %g", bin, held)
		}
	}
	if mu := values(t, latents["mu"]); mu[7] != float64(fitted.Mu.Data[7]) || slices.Max(mu) == slices.Min(mu) {
		t.Error("mu is not what was worked out")
	}
	if _, ok := latents["log_std_z"]; ok {
		t.Error("latents.npz has a ln s of every bin, of which all are the same")
	}
}

// TestConnectivityOfMany checks that with too many units for the matrices of results.nwb, connectivity.npz has no
// matrices either. A and B are unchanged.
func TestConnectivityOfMany(t *testing.T) {
	rec := &data.Recording{Activity: data.NewMatrix(20, nwb.MaxUnits+1), BinWidth: 1, SegmentStarts: []int{0}}
	for i := range rec.Activity.Data {
		rec.Activity.Data[i] = float32(i%7) - 3
	}
	for i := range 20 {
		rec.Time, rec.Trial = append(rec.Time, float64(i)), append(rec.Trial, 0)
	}
	rec.Channels = make([]data.Channel, nwb.MaxUnits+1)
	o := &method.Fitted{Plan: &method.Plan{Recording: rec,
		Spec: method.Spec{Method: method.FacRNN{}, Decoder: layers.LinearDecoder{}}},
		Ridge: &evaluate.Ridge{B: mat.NewDense(2, nwb.MaxUnits+1, nil), Penalty: 3}}
	var err error
	if o.Split, err = data.NewSplit(rec, data.SplitOptions{Kind: data.SplitBlocks}, nil); err != nil {
		t.Fatal(err)
	}
	c := graph.Config{Neurons: nwb.MaxUnits + 1, Bins: len(o.Split.Train), Structure: layers.Partition{1, 1},
		Terms: graph.Objective(2, 0)}
	f, fitted := finish(t, fit(t, context.Background(), o, c, train.Options{Epochs: 1, Batch: 16}))
	have := load(t, f, "connectivity.npz")
	shapes(t, "connectivity.npz", have, map[string][]int{"B_ridge": {2, nwb.MaxUnits + 1}, "ridge_penalty": {}})
	if len(have) != 2 {
		t.Errorf("connectivity.npz holds %v", slices.Sorted(maps.Keys(have)))
	}
	if fitted.A.Rows != nwb.MaxUnits+1 || fitted.B.Cols != nwb.MaxUnits+1 {
		t.Errorf("A is %d x %d, B %d x %d", fitted.A.Rows, fitted.A.Cols, fitted.B.Rows, fitted.B.Cols)
	}
}

// TestArraysOfMLP checks that an MLP's weights have rows of outputs, and there is no connectivity.
func TestArraysOfMLP(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}, Encoder: layers.MLPEncoder{Hidden: 5},
		Decoder: layers.MLPDecoder{Hidden: 4}})
	f, fitted := finish(t, o)
	if names := files(t, f.Dir); slices.Contains(names, "connectivity.npz") || !fitted.A.Empty() {
		t.Errorf("an MLP has a connectivity: %v", names)
	}
	shapes(t, "model.npz", load(t, f, "model.npz"), map[string][]int{"dec_w1": {4, 3}, "dec_w2": {6, 4},
		"log_std_z": {3}, "kernel": {1}})
}

// TestArraysOfBins checks that with one ln s per bin, it is among the latents, and its weights are among the parameters
// of the model. The partial correlation is finite.
func TestArraysOfBins(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}, LatentStd: layers.Amortized{}})
	f, fitted := finish(t, o)
	model, latents := load(t, f, "model.npz"), load(t, f, "latents.npz")
	shapes(t, "model.npz", model, map[string][]int{"log_std_z_w": {3, 6}, "log_std_z_b": {3}})
	shapes(t, "latents.npz", latents, map[string][]int{"mu": {40, 3}, "log_std_z": {40, 3}})
	if _, ok := model["log_std_z"]; ok {
		t.Error("model.npz has one ln s for all bins")
	}
	if s := values(t, latents["log_std_z"]); slices.Max(s) == slices.Min(s) {
		t.Error("ln s is the same in every bin")
	}
	for what, figures := range map[string]map[string]Number{"train": fitted.Summary.Train,
		"test": fitted.Summary.Test} {
		if v := float64(figures["partial_correlation"]); !(math.Abs(v) < 10) {
			t.Errorf("%s: the partial correlation is %g", what, v)
		}
	}
}

// TestPartialCorrelationOfBins checks that if all bins have the same std, the reported number is the number for one
// std. This also holds if the std is raised to the bandwidth, and if bins are left out. 1e-12 leaves room for the
// rounding of densities.
func TestPartialCorrelationOfBins(t *testing.T) {
	const n, K = 1200, 3
	mu, logs, one := data.NewMatrix(n, K), data.NewMatrix(n, K), data.Matrix{Rows: 1, Cols: K,
		Data: []float32{-0.5, -9, 0}}
	for i := range mu.Data {
		mu.Data[i] = float32(math.Sin(float64(i * i)))
	}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
		copy(logs.Row(i), one.Data)
	}
	s := layers.Partition{2, 1}
	got, want := evaluate.Dependence(s, n, mu, logs, rows), evaluate.Dependence(s, n, mu, one, rows)
	if !(math.Abs(got-want) <= 1e-12) {
		t.Errorf("%.15g with a std of every bin, %.15g with one", got, want)
	}
}

// TestMetrics checks that metrics.csv has the columns of the contract and a row for each epoch, with the held-out
// losses if they were computed. The hook writes the same during training as at the end.
func TestMetrics(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	f, _ := finish(t, o)
	text, err := os.ReadFile(f.Path("metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split("epoch,step,seconds,loss,reconstruction,kl,partial_correlation,block_diagonal,beta,lr,"+
		"test_loss,test_reconstruction,test_kl,test_partial_correlation,test_block_diagonal", ",")
	if !slices.Equal(rows[0], want) {
		t.Errorf("the columns are %v, want %v", rows[0], want)
	}
	if len(rows) != 7 {
		t.Fatalf("%d rows for 6 epochs", len(rows)-1)
	}
	column := func(row []string, name string) string { return row[slices.Index(want, name)] }
	for i, row := range rows[1:] {
		if column(row, "epoch") != strconv.Itoa(i+1) || column(row, "step") != strconv.Itoa(2*(i+1)) {
			t.Errorf("row %d: %v", i+1, row)
		}
		looked := (i+1)%3 == 0
		for _, name := range want[10:14] {
			if (column(row, name) != "") != looked {
				t.Errorf("epoch %d has %s %q", i+1, name, column(row, name))
			}
		}
		if column(row, "block_diagonal") != "" || column(row, "test_block_diagonal") != "" {
			t.Error("a term that is not computed has a value")
		}
		loss, err := strconv.ParseFloat(column(row, "loss"), 64)
		// nine digits are written
		if want := o.Result.Rows[i].Train.Loss; err != nil || !(math.Abs(loss-want) <= 1e-8*math.Abs(want)) {
			t.Errorf("epoch %d has loss %s, want %g", i+1, column(row, "loss"), want)
		}
	}

	live := &Folder{Dir: t.TempDir()}
	c := o.Result.Model.Config
	again := fit(t, context.Background(), o, c, train.Options{Epochs: 6, Batch: 16, TestEvery: 3, Restarts: 3,
		Threads: 2}, live.Metrics(c))
	if again.Result.Losses[0] != o.Result.Losses[0] {
		t.Fatal("the fit is not the same")
	}
	written, err := os.ReadFile(live.Path("metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(untimed(string(text)), untimed(string(written))); d != "" {
		t.Errorf("the hook writes other rows for the first restart:\n%s", d)
	}
}

// untimed returns the lines of metrics.csv without the third column, seconds.
func untimed(text string) (lines []string) {
	for line := range strings.Lines(text) {
		fields := strings.Split(line, ",")
		lines = append(lines, strings.Join(slices.Delete(fields, 2, 3), ","))
	}
	return lines
}

// TestMetricsOfOtherTerms checks that the block-diagonal term has its column, and what the contract has no column for
// comes last.
func TestMetricsOfOtherTerms(t *testing.T) {
	c := graph.Config{Terms: graph.Objective(3, 0.5)}
	row := train.Epoch{Epoch: 1, Step: 2, Train: train.Losses{Loss: 10, Terms: []float64{1, 2, 3, 4}},
		Weights: []float64{1, 1, 3, 0.5}, Rate: 0.25}
	if got, want := fields(c, row), strings.Split("1,2,0.000,10,1,2,3,4,3,0.25,,,,,", ","); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	c.Terms = append(c.Terms[:2:2], graph.Weighted{Term: other{c.Terms[0].Term}})
	row.Train.Terms, row.Test = []float64{1, 2, 3}, &train.Losses{Loss: 7, Terms: []float64{4, 5, 6}}
	if got, want := header(c)[15:], []string{"other", "test_other"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := fields(c, row), strings.Split("1,2,0.000,10,1,2,,,,0.25,7,4,5,,,3,6", ","); !slices.Equal(got,
		want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestSummary checks that summary.json parses, with the contract's keys, and says what was fitted.
func TestSummary(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	f, _ := finish(t, o)
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"version": "unversioned build", "groups": []any{2., 1.}, "method": "facrnn", "seed": 4., "epochs": 6.,
		"steps": 12., "complete": true, "restart": 0.,
	} {
		if d := cmp.Diff(want, got[key]); d != "" {
			t.Errorf("%s: %s", key, d)
		}
	}
	// and that so short a training predicts nothing
	if w, _ := got["warnings"].([]any); len(w) == 0 || w[0] != "beware" {
		t.Errorf("warnings are %q", w)
	}
	if _, ok := got["seconds"].(float64); !ok {
		t.Errorf("seconds are %v", got["seconds"])
	}
	of := got["data"].(map[string]any)
	for key, want := range map[string]any{"path": "a.npz", "sha256": "abc", "bins": 40., "units": 6., "trials": 8.,
		"bin_width": 0.05, "train_bins": 30., "test_bins": 10., "scale": "zscore"} {
		if of[key] != want {
			t.Errorf("data.%s is %v, want %v", key, of[key], want)
		}
	}
	last := o.Result.Rows[5]
	for side, loss := range map[string]float64{"train": last.Train.Loss, "test": last.Test.Loss} {
		m := got[side].(map[string]any)
		for _, key := range []string{"loss", "reconstruction", "kl", "loglik", "r2", "partial_correlation"} {
			if _, ok := m[key].(float64); !ok {
				t.Errorf("%s.%s is %v", side, key, m[key])
			}
		}
		if m["loss"] != loss {
			t.Errorf("%s.loss is %v, want %g", side, m["loss"], loss)
		}
	}
}

// TestSummaryOfNoTest checks that where nothing is held out, nothing is said of it, and no warnings are an empty list,
// not null.
func TestSummaryOfNoTest(t *testing.T) {
	o := longer(t, graph.Config{Structure: layers.Partition{1}})
	o.Split.Test, o.Warnings = nil, nil
	f, _ := finish(t, o)
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil || bytes.Contains(text, []byte(`"test":`)) || !bytes.Contains(text, []byte(`"warnings": []`)) {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestSummaryOfNoEpoch checks that a run that was interrupted before its first epoch has no loss, rather than one of 0.
func TestSummaryOfNoEpoch(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := small(t, graph.Config{Structure: layers.Partition{1}})
	o = fit(t, ctx, o, o.Result.Model.Config, train.Options{Epochs: 5})
	_, fitted := finish(t, o)
	if fitted.Summary.Complete || fitted.Summary.Epochs != 0 || !math.IsNaN(float64(fitted.Summary.Restarts[0])) {
		t.Errorf("%+v", fitted.Summary)
	}
	t.Run("loss", func(t *testing.T) {
		if l, ok := fitted.Summary.Train["loss"]; ok {
			t.Errorf("the loss after no epoch is %g", l)
		}
	})
}
