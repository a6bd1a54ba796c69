// Command asm writes the assembly of package kernel, for two instruction sets from one text: AVX2 with FMA (8 lanes, 16
// registers) and AVX-512 (16 lanes, 32 registers). It is a module of its own, so that nobody who uses facrnn needs what
// it needs. Run it by go generate ./layers/op/kernel.
//
// Every kernel takes a pointer to one block of arguments, 8 bytes each, of which the first two words are room for the processor's
// rounding mode; family.go tells how. Strides are in bytes. "last" is the number of floats, 1 to lanes, in the last vector of a row.
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	dispatch := flag.String("dispatch", "", "file to write the argument blocks and the choice among variants to")
	flag.Parse() // with avo's own flags, -out and -stubs
	ConstraintExpr("amd64")
	tables()
	families := []*family{dot(), panel(), residual(), poisson(), pairForward(), pairBackward()}
	families = append(families, elementwise()...)
	for _, f := range families {
		f.generate()
	}
	if err := os.WriteFile(*dispatch, source(families), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	Generate()
}
