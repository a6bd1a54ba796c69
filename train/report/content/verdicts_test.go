package content

import (
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/rundir"
)

// TestVerdictsAreThoseOfTheSummary checks that a page has the verdicts in the words of the summary.
func TestVerdictsAreThoseOfTheSummary(t *testing.T) {
	got := verdicts([]evaluate.Verdict{{Key: "k", Question: "Q?", Status: evaluate.Care, Sentence: "S."}})
	if want := (Verdict{Key: "k", Question: "Q?", Status: "care", Sentence: "S."}); len(got) != 1 || got[0] != want {
		t.Errorf("the page has %+v, want %+v", got, want)
	}
}

// TestGrowingPageJudgesTheLongestRestart checks that the restart with the most epochs decides the verdict during
// training. A run that has just begun has no bad verdict.
func TestGrowingPageJudgesTheLongestRestart(t *testing.T) {
	row := func(epoch int) train.Epoch {
		return train.Epoch{Epoch: epoch, Train: train.Losses{Loss: float64(-epoch), Terms: make([]float64, 4)},
			Weights: make([]float64, 4)}
	}
	b := Begun{Histories: [][]train.Epoch{{row(1)}, {row(1), row(2)}, nil},
		Summary: rundir.Summary{Warnings: []string{"beware"}}}
	b.Config.Structure, b.Config.Terms = layers.Partition{1, 1}, graph.Objective(2, 0.5)
	p := Growing(b)
	const course = "The loss is lowest in epoch 2 of 2 (-2 nats per bin)."
	want := Verdict{Key: "converged", Question: "Did it converge?", Status: "told",
		Sentence: "Unknown: too few epochs to judge (2)."}
	if len(p.Verdicts) != 1 || p.Verdicts[0] != want || p.Training.Course != course {
		t.Errorf("the page has %+v and %q, want %+v and %q", p.Verdicts, p.Training.Course, want, course)
	}
	if rows := shown(b.Histories, 0); len(rows) != 1 {
		t.Errorf("of the chosen restart %d epochs are shown, want 1", len(rows))
	}
	if rows := shown(b.Histories, 2); len(rows) != 2 {
		t.Errorf("if the chosen restart has no epoch, %d are shown, want 2", len(rows))
	}
}

// TestGroupAtAGlance checks that the short description of a group has only known values that exceed chance.
func TestGroupAtAGlance(t *testing.T) {
	var g Group
	e := evaluate.GroupEvidence{Decoded: &evaluate.ColumnScore{Name: "x", R2: 0.04}}
	if atAGlance(&g, e); g.Decoded+g.Drive+g.Within+g.Band != "" {
		t.Errorf("of a group that does nothing, the page says %+v", g)
	}
	e.Decoded.R2, e.Rhythms = 0.5, []evaluate.Share{{Name: "beta", Part: 0.7}}
	e.Between, e.Within = &evaluate.Flow{From: "a", To: "b", Weight: 1}, &evaluate.Flow{From: "b", To: "b", Weight: -1}
	atAGlance(&g, e)
	if g.Decoded != "x: 0.50" || g.Drive != "a → b, excitatory" || g.Within != "within b, inhibitory" ||
		g.Band != "beta (70 %)" {
		t.Errorf("the page says %+v", g)
	}
}

// TestBestGroups checks that the group that decodes a column best is named, if its R2 exceeds chance.
func TestBestGroups(t *testing.T) {
	b := &Behavior{Names: []string{"x", "y"}, R2: []BehaviorR2{
		{Name: "all latents", Columns: []Number{0.9, 0.9}},
		{Name: "one", Columns: []Number{0.05, 0.04}}, {Name: "two", Columns: []Number{0.8, Number(nan)}},
	}}
	const want = "Of single groups, best decoded: x from two (0.80); y from none."
	if got := bestGroups(b, []string{"one", "two"}); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := bestGroups(b, []string{"one"}); got != "" {
		t.Errorf("of one group it says %q", got)
	}
}
