package flags

import (
	"testing"

	"facrnn/cmd/internal/recordings"
	"facrnn/layers"
	"facrnn/train/rundir"
)

// TestAgainKeepsStoredStructure: a structure that no flag spells is taken from the run.
func TestAgainKeepsStoredStructure(t *testing.T) {
	s := flags(t, "--groups=1,1", "--split=none")
	s.Flags = recordings.Flags{}
	p, err := s.Resolve(signed(t))
	if err != nil {
		t.Fatal(err)
	}
	mine := layers.Record(layers.Partition{1, 1})
	mine.Text, mine.Asked[0].Weight = "a structure of my own", 3
	p.Settings.Groups = mine.Text
	again, err := p.Settings.Again(signed(t), rundir.Known{Scaling: p.Scaling, Apart: true, Structure: mine})
	if err != nil {
		t.Fatal(err)
	}
	if f := again.Config.Structure.Factorizations(); len(f) != 1 || f[0].Weight != 3 {
		t.Errorf("the factorizations are %v, want the one of weight 3", f)
	}
	if _, err := p.Settings.Again(signed(t), rundir.Known{Scaling: p.Scaling, Apart: true}); err == nil {
		t.Error("the structure of no notation is accepted though the run does not have it")
	}
}
