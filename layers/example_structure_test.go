package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facrnn/graph"
	"facrnn/layers"
)

// ring is four groups of two in a circle. Only groups that face each other must be independent.
type ring struct{}

func (ring) Latents() int           { return 8 }
func (ring) String() string         { return "ring of four" }
func (ring) Groups() []layers.Group { return layers.Partition{2, 2, 2, 2}.Groups() }

func (r ring) Factorizations() []layers.Factorization {
	g := r.Groups()
	return []layers.Factorization{
		{Name: "groups 1 and 3", Parts: [][]int{g[0].Latents, g[2].Latents}, Weight: 1},
		{Name: "groups 2 and 4", Parts: [][]int{g[1].Latents, g[3].Latents}, Weight: 1},
	}
}

func Example_structure() {
	c := graph.Config{Neurons: 20, Bins: 1000, Structure: ring{}, Terms: graph.Objective(20, 0)} // beta = 20
	model, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		panic(err) // the structure contradicts itself
	}
	step, _ := model.Program(128, true) // for minibatches of 128 bins, here all zeros
	fmt.Println(len(c.Structure.Groups()), "groups,", len(c.Structure.Factorizations()), "factorizations")
	fmt.Println("the loss is finite:", step.Run() == nil && math.Abs(step.Loss()) < math.Inf(1))
	// Output:
	// 4 groups, 2 factorizations
	// the loss is finite: true
}
