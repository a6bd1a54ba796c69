package method

import (
	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
)

// TrainingContext holds the facts about the recording of the fit that a model needs, besides its parameters, on any
// other recording.
type TrainingContext struct {
	Bins    int // that were trained on
	Scaling data.Scaling
	// The rest is missing in files of older programs, and Complete is false then; the recording has it.
	Complete     bool
	Silent       []bool            // (N) channels that never changed in the training bins; nil for none
	HistoryMeans []float64         // (N) see graph.Missing
	Input        string            // name of the known external input; "" for none
	Link         layers.Activation // at the decoder's end
	Drive        []string          // (P) names of the drive's columns
	Driven       data.Scaling      // (P) of the drive
	// (P,N) see graph.Config, of the drive as it is scaled; nil for nothing, as in older models
	LeftOut []float32
	// of the latents; nil where an older program did not write it as it could be read back
	Structure layers.Structure
	// trials that share time were split together; false without such trials, and in older models
	Apart bool
}

// Context returns what a model of configuration c, which the plan trained, knows of the recording that it was fitted
// to, as that is scaled.
func (p *Plan) Context(c graph.Config) TrainingContext {
	rec := p.Recording
	k := TrainingContext{Bins: c.Bins, Scaling: p.Scaling, Complete: true, Silent: c.Silent,
		HistoryMeans: graph.HistoryMeans(c, rec, p.Split.Train), Link: layers.LinkOf(c.Decoder)}
	k.Apart = rec.Overlap().Shared > 0
	if c.Input {
		k.Input = rec.InputName
	}
	if c.Drive > 0 {
		k.Drive, k.Driven, k.LeftOut = rec.DriveNames, p.Driven, c.LeftOut
	}
	return k
}
