package rundir

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// TestCourse checks that a course has the held-out losses if there are at least two, and else the training losses. They
// have the last weight of the partial correlation, which is the third term.
func TestCourse(t *testing.T) {
	row := func(epoch int, weight, loss, partial float64, test *train.Losses) train.Epoch {
		terms := []float64{0, 0, partial, 0}
		return train.Epoch{Epoch: epoch, Train: train.Losses{Loss: loss, Terms: terms}, Test: test,
			Weights: []float64{1, 1, weight, 0}}
	}
	held := &train.Losses{Loss: 9, Terms: []float64{0, 0, 2, 0}}
	for name, c := range map[string]struct {
		rows []train.Epoch
		want *evaluate.Course
	}{
		"no epochs": {nil, nil},
		"one weight": {[]train.Epoch{row(1, 5, 10, 2, nil), row(3, 5, 8, 2, nil)},
			&evaluate.Course{Epochs: 3, Epoch: []float64{1, 3}, Loss: []float64{10, 8}}},
		"a weight falls": {[]train.Epoch{row(1, 7, 10, 2, nil), row(2, 5, 8, 2, nil)},
			&evaluate.Course{Epochs: 2, Epoch: []float64{1, 2}, Loss: []float64{6, 8}, Reweighted: true}},
		"one is held out": {[]train.Epoch{row(1, 5, 10, 2, held), row(2, 5, 8, 2, nil)},
			&evaluate.Course{Epochs: 2, Epoch: []float64{1, 2}, Loss: []float64{10, 8}}},
		"two are held out": {[]train.Epoch{row(1, 6, 10, 3, held), row(2, 5, 8, 3, nil), row(3, 5, 8, 3, held)},
			&evaluate.Course{Epochs: 3, Epoch: []float64{1, 3}, Loss: []float64{7, 9}, Held: true, Reweighted: true}},
	} {
		if got := method.Course(graph.Objective(5, 0.5), c.rows); !cmp.Equal(got, c.want) {
			t.Errorf("%s: the course is %+v, want %+v", name, got, c.want)
		}
	}
	if got := method.Course(nil, []train.Epoch{{Epoch: 1, Train: train.Losses{Loss: 4}}}); got.Reweighted ||
		got.Loss[0] != 4 {
		t.Errorf("without a partial correlation the course is %+v", got)
	}
}

// TestSummaryHasVerdicts checks that summary.json has the verdicts of Fitted, each with a question, a status and a
// sentence. The summary of an older program has none, and is read.
func TestSummaryHasVerdicts(t *testing.T) {
	f, fitted := finish(t, small(t, graph.Config{Structure: layers.Partition{1, 1}}))
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Verdicts []map[string]string }
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for i, v := range got.Verdicts {
		keys = append(keys, v["key"])
		if want := fitted.Summary.Verdicts[i]; v["question"] != want.Question || v["status"] != string(want.Status) ||
			v["sentence"] != want.Sentence {
			t.Errorf("verdict %d is %q, want %q", i, v, want)
		}
	}
	if want := []string{"converged", "predicts", "groups", "drives", "independent", "trusted"}; !slices.Equal(keys,
		want) {
		t.Errorf("there are verdicts on %q, want %q", keys, want)
	}
	last := fitted.Summary.Verdicts[5]
	if last.Status != evaluate.Care || !strings.Contains(last.Sentence, "warnings") { // small warns
		t.Errorf("a run with a warning is %s: %q", last.Status, last.Sentence)
	}
	before := text[:strings.Index(string(text), `  "verdicts"`)]
	var old Summary
	if err := json.Unmarshal([]byte(strings.TrimRight(string(before), " ,\n")+"}"), &old); err != nil ||
		old.Verdicts != nil || !old.Complete {
		t.Errorf("without verdicts, it is read as %+v, %v", old, err)
	}
}

// TestEvidenceThatIsMissing checks that a run without held-out bins, with one group and an mlp has no verdict on
// independence, on groups and on pathways.
func TestEvidenceThatIsMissing(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2}, Encoder: layers.MLPEncoder{Hidden: 3},
		Decoder: layers.MLPDecoder{Hidden: 3}})
	o.Split.Train, o.Split.Test = append(o.Split.Train, o.Split.Test...), nil
	slices.Sort(o.Split.Train)
	o.Result.Rows, o.Recording.BinWidth = nil, 0
	if err := o.Evaluate(nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range o.Verdicts {
		got = append(got, v.Key+" "+string(v.Status))
	}
	if want := []string{"predicts unsure", "trusted care"}; !slices.Equal(got, want) {
		t.Errorf("the verdicts are %q, want %q", got, want)
	}
	o.Past.Rows = []train.Epoch{{Epoch: 7, Train: train.Losses{Loss: 1}}}
	if err := o.Evaluate(nil); err != nil || o.Evidence.Course == nil || o.Evidence.Course.Epochs != 7 {
		t.Errorf("the epochs of a stored run are not judged: %+v, %v", o.Evidence, err)
	}
}
