package rundir

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// ring is a structure of somebody else's: groups of one latent in a ring, of which every two that are not neighbours
// are independent. Its notation is not registered.
type ring int

func (r ring) String() string { return fmt.Sprintf("ring of %d", int(r)) }
func (r ring) Latents() int   { return int(r) }
func (r ring) Groups() []layers.Group {
	var all []layers.Group
	for k := range int(r) {
		all = append(all, layers.Group{Name: fmt.Sprint("at ", k), Latents: []int{k}})
	}
	return all
}

func (r ring) Factorizations() []layers.Factorization {
	var all []layers.Factorization
	for i := range int(r) {
		for j := i + 2; j < int(r) && j-i < int(r)-1; j++ {
			all = append(all, layers.Factorization{Name: fmt.Sprintf("%d and %d", i, j), Parts: [][]int{{i}, {j}},
				Weight: 0.5 + float64(i)})
		}
	}
	return all
}

// overlapping is two groups that have a latent in common, named in no order.
type overlapping struct{}

func (overlapping) String() string { return "1,1" } // misleading: not that partition
func (overlapping) Latents() int   { return 3 }
func (overlapping) Groups() []layers.Group {
	return []layers.Group{{Name: "b", Latents: []int{2, 0}}, {Name: "a", Latents: []int{1, 2}}}
}

func (overlapping) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Name: "private", Parts: [][]int{{0}, {1}}, Weight: 2}}
}

// TestReload checks that a model is rebuilt only from model.npz, with its structure, observation model, kernel, std and
// decoder, and encodes the recording as before.
func TestReload(t *testing.T) {
	for name, c := range map[string]graph.Config{
		"ring":        {Structure: ring(4), Decoder: layers.LinearDecoder{Link: layers.ReLU}},
		"overlapping": {Structure: overlapping{}, LatentStd: layers.Std(0.3)},
		"one group":   {Structure: layers.Partition{3}, LatentStd: layers.FixedStd{-1, -2, -3}},
		"chain, learned": {
			Structure: layers.Chain{1, 1, 1}, LatentStd: layers.Amortized{},
			History: layers.History{Lags: 3, Kernel: layers.SoftmaxKernel{}, Padding: layers.PadFirst,
				Activation: layers.ReLU},
		},
		"mlp": {
			Structure: layers.Partition{1, 1}, Encoder: layers.MLPEncoder{Hidden: 5},
			Decoder: layers.MLPDecoder{Hidden: 5, Link: layers.Softplus},
			History: layers.History{Lags: 2, Kernel: layers.FixedKernel{0.25, 0.75}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := small(t, c)
			f, _ := finish(t, o)
			s, err := Load(f.Dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Config(o.Recording)
			if err != nil {
				t.Fatal(err)
			}
			want := o.Result.Model.Config
			if !reflect.DeepEqual(layers.Record(got.Structure), layers.Record(want.Structure)) {
				t.Errorf("the structure is %+v, want %+v", got.Structure, want.Structure)
			}
			if _, listed := got.Structure.(layers.Recorded); listed != (name == "ring" || name == "overlapping") {
				t.Errorf("the structure is a %T", got.Structure)
			}
			if got.Observation() != losses.Observation(losses.Gaussian{}) ||
				!reflect.DeepEqual(got.History, want.History) || !reflect.DeepEqual(got.LatentStd, want.LatentStd) {
				t.Errorf("%+v, want %+v", got, want)
			}
			r, err := s.Result(got, o.Recording)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range train.Params(o.Result.Model) {
				if got := train.Params(r.Model)[i]; got.Name != want.Name || !slices.Equal(got.Data, want.Data) {
					t.Errorf("%s is %v, want %v", want.Name, got.Data, want.Data)
				}
			}
			before, _, err := evaluate.Encode(o.Result.Model, o.Result.Samples)
			if err != nil {
				t.Fatal(err)
			}
			if after, _, err := evaluate.Encode(r.Model, r.Samples); err != nil ||
				!slices.Equal(after.Data, before.Data) {
				t.Errorf("the latents are not those of the run (%v)", err)
			}
		})
	}
}
