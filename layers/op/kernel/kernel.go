package kernel

//go:generate sh -c "cd asm && go run . -out ../kernels_amd64.s -stubs ../stubs_amd64.go -pkg kernel -dispatch ../dispatch_amd64.go"

// Float is the precision of the arrays.
type Float interface{ float32 | float64 }

// single returns x if the precision is float32, and nil if it is float64.
func single[T Float](x []T) []float32 {
	s, _ := any(x).([]float32)
	return s
}

// instructions is an instruction set that has kernels.
type instructions int

const (
	plain  instructions = iota // Go
	avx2                       // AVX2 and FMA: 8 lanes, 16 registers
	avx512                     // AVX-512 F, DQ, VL: 16 lanes, 32 registers
)

// level is the best instruction set of this processor. Tests lower it.
var level = best()

// lanes returns the number of float32s in a vector.
func (l instructions) lanes() int { return [...]int{1, 8, 16}[l] }

// rows returns the number of rows that the kernels of dot products and pairs process together.
func (l instructions) rows() int { return [...]int{4, 2, 4}[l] }
