// Command asm writes the assembly of package kernel, for two instruction sets from one source: AVX2 with FMA (8
// lanes, 16 registers) and AVX-512 (16 lanes, 32 registers). It is a separate module, so that users of facrnn
// need none of its dependencies. Run it with go generate ./layers/op/kernel.
//
// Every kernel takes a pointer to one block of arguments of 8 bytes each. The first two words of the block hold
// the processor's rounding mode; family.go gives the details. Strides are in bytes. "last" is the number of
// floats, 1 to lanes, in the last vector of a row.
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
