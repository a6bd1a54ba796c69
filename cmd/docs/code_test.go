package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// codeMark names the source of the Go block below it: a file, and perhaps declarations of the file.
var codeMark = regexp.MustCompile(`^<!-- code: (\S+)(.*) -->$`)

// TestCode compares each Go block of the pages with its source, which is tested code. -update copies the source.
func TestCode(t *testing.T) {
	for _, p := range pages(t) {
		blocks, updates := p.blocks(t), map[int][]string{}
		for i, b := range blocks {
			if b.lang != "go" {
				continue
			}
			mark := codeMark.FindStringSubmatch(b.before)
			if mark == nil {
				t.Errorf("%s:%d: the Go block has no line <!-- code: FILE NAMES --> above it", p.name, b.first)
				continue
			}
			want := strings.Split(strings.TrimSpace(declarations(t, mark[1], strings.Fields(mark[2]))), "\n")
			if !slices.Equal(b.lines, want) {
				updates[i] = want
				if !*update {
					t.Errorf("%s:%d: the block differs from %s (-update copies it)", p.name, b.first, mark[1])
				}
			}
		}
		if *update && len(updates) > 0 {
			p.replace(blocks, updates)
			p.write(t)
		}
	}
}

// declarations returns the text of a Go file, or only of its named functions and types, with the methods of the types.
func declarations(t *testing.T, path string, names []string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		return string(source)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	missing := slices.Clone(names)
	last := 0
	for _, decl := range file.Decls {
		name, doc := named(decl)
		if !slices.Contains(names, name) {
			continue
		}
		missing = slices.DeleteFunc(missing, func(n string) bool { return n == name })
		start := decl.Pos()
		if doc != nil {
			start = doc.Pos()
		}
		from, to := files.Position(start), files.Position(decl.End())
		if last > 0 && from.Line > last+1 {
			text.WriteString("\n")
		}
		text.Write(source[from.Offset:to.Offset])
		text.WriteString("\n")
		last = to.Line
	}
	if len(missing) > 0 {
		t.Errorf("%s does not declare %v", path, missing)
	}
	return text.String()
}

// named returns the name of a function or of a single type, and its comment. A method has the name of its type.
func named(decl ast.Decl) (string, *ast.CommentGroup) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name, d.Doc
		}
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if name, ok := receiver.(*ast.Ident); ok {
			return name.Name, d.Doc
		}
	case *ast.GenDecl:
		if d.Tok == token.TYPE && len(d.Specs) == 1 {
			return d.Specs[0].(*ast.TypeSpec).Name.Name, d.Doc
		}
	}
	return "", nil
}
