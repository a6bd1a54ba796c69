package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facrnn/graph"
	"facrnn/layers"
)

// nested is two halves that are to be independent of one another and, half as strictly, the two quarters of the first half.
type nested struct{}

var left, right, first, second = []int{0, 1}, []int{2, 3}, []int{0, 1, 2, 3}, []int{4, 5, 6, 7}

func (nested) Latents() int { return 8 }

func (nested) Groups() []layers.Group {
	return []layers.Group{{Name: "left", Latents: left}, {Name: "right", Latents: right}, {Name: "second", Latents: second}}
}

func (nested) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Parts: [][]int{first, second}, Weight: 1}, {Parts: [][]int{left, right}, Weight: 0.5}}
}

func Example_structure() {
	c := graph.Config{Neurons: 20, Bins: 1000, Structure: nested{}, Terms: graph.Objective(20, 0)} // beta = 20
	model, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		panic(err) // the structure contradicts itself
	}
	step, _ := model.Program(128, true) // for minibatches of 128 bins, here all zeros
	fmt.Println(c.Structure.Groups(), len(c.Structure.Factorizations()), "factorizations")
	fmt.Println("the loss is finite:", step.Run() == nil && math.Abs(step.Loss()) < math.Inf(1))
	// Output:
	// [{left [0 1]} {right [2 3]} {second [4 5 6 7]}] 2 factorizations
	// the loss is finite: true
}
