package train_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that imports of this repository begin with.
const module = "facrnn/"

// floors holds the floor of each top-level folder. A package imports only packages of its own floor and lower floors.
var floors = map[string]int{"data": 0, "layers": 1, "losses": 1, "graph": 2, "train": 3, "cmd": 4}

// engine holds the nested packages that the package above them may import: the arithmetic of layers.
var engine = []string{"layers/op", "layers/op/kernel"}

// TestImports checks the imports of every package, for all platforms and build tags, against the rules of the
// layout.
func TestImports(t *testing.T) {
	imports, err := importsOf("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) < 20 {
		t.Fatalf("only %d packages were found: %v", len(imports), slices.Sorted(maps.Keys(imports)))
	}
	for _, fault := range faultsOf(imports) {
		t.Error(fault)
	}
}

// TestImportsFindsFaults checks that each rule can fail.
func TestImportsFindsFaults(t *testing.T) {
	all := map[string][]string{}
	for floor := range floors {
		all[floor] = nil
	}
	for _, c := range []struct{ from, to, want string }{
		{"train", "train/infer", "nested"},
		{"train/infer", "train", ""},
		{"data", "graph", "lower floor"},
		{"train/rundir", "cmd/internal/cli", "lower floor"},
		{"losses", "layers", ""},
		{"layers", "layers/op", ""},
		{"tools", "data", "top-level folder"},
		{"cmd/train", "train/rundir", ""},
	} {
		imports := maps.Clone(all)
		imports[c.from] = []string{c.to}
		faults := faultsOf(imports)
		if c.want == "" && len(faults) > 0 || c.want != "" &&
			(len(faults) != 1 || !strings.Contains(faults[0], c.want)) {
			t.Errorf("%s imports %s: the faults are %q, want %q", c.from, c.to, faults, c.want)
		}
	}
}

// faultsOf checks the imports of packages, given by folder, against the rules of the layout.
func faultsOf(imports map[string][]string) (faults []string) {
	unused := maps.Clone(floors)
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		top, _, _ := strings.Cut(from, "/")
		delete(unused, top)
		floor, known := floors[top]
		if !known {
			faults = append(faults, fmt.Sprintf("package %s: %s is not a top-level folder of the layout, %v",
				from, top, slices.Sorted(maps.Keys(floors))))
			continue
		}
		for _, to := range imports[from] {
			above, _, _ := strings.Cut(to, "/")
			switch {
			case floors[above] > floor:
				faults = append(faults, fmt.Sprintf("package %s imports %s: a package may import only its own or a "+
					"lower floor (cmd, train, graph, losses and layers, data)", from, to))
			case strings.HasPrefix(to, from+"/") && !slices.Contains(engine, to):
				faults = append(faults, fmt.Sprintf("package %s imports %s, which is nested in it: "+
					"only the nested package may import the other", from, to))
			}
		}
	}
	for _, top := range slices.Sorted(maps.Keys(unused)) {
		faults = append(faults, fmt.Sprintf("top-level folder %s has no packages", top))
	}
	return faults
}

// importsOf returns the packages below root and their imports from this repository, all by folder. Test files
// do not count.
func importsOf(root string) (map[string][]string, error) {
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != root && (name == "testdata" || strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		folder := path.Dir(filepath.ToSlash(relative))
		if _, seen := out[folder]; !seen {
			out[folder] = nil // also packages without imports from this repository
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if to, ours := strings.CutPrefix(imported, module); ours && !slices.Contains(out[folder], to) {
				out[folder] = append(out[folder], to)
			}
		}
		return nil
	})
	return out, err
}
