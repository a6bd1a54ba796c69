package inspect

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module, seen from this package.
const root = "../../../.."

// quoted is the message in the first column of a row of a table.
var quoted = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// TestQuotedMessages checks that the programs can print each message that cmd/docs/03-your-recording.md quotes. An
// ellipsis or a number stands for a part that the program fills in. The other words must occur, in their order, in one
// string of the sources.
func TestQuotedMessages(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "cmd", "docs", "03-your-recording.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "\n## Warnings and refusals\n")
	rows := quoted.FindAllStringSubmatch(table, -1)
	if !found || len(rows) == 0 {
		t.Fatal("the page quotes no message: want a section Warnings and refusals with a table")
	}
	texts := messages(t)
	for _, row := range rows {
		if words := wordsOf(row[1]); len(words) == 0 || !printed(texts, words) {
			t.Errorf("%q is quoted, but no string of the sources has %q", row[1], words)
		}
	}
}

// filled matches the parts of a quote that the program fills in.
var filled = regexp.MustCompile(`…|[0-9]+`)

// wordsOf returns the parts of a quote that the program does not fill in.
func wordsOf(quote string) (words []string) {
	for _, part := range filled.Split(quote, -1) {
		if part = strings.TrimSpace(part); part != "" {
			words = append(words, part)
		}
	}
	return words
}

// printed reports whether one of the texts has all of the words, in their order.
func printed(texts, words []string) bool {
	for _, text := range texts {
		rest, all := text, true
		for _, w := range words {
			if _, rest, all = strings.Cut(rest, w); !all {
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

// messages returns the strings of all sources but tests; strings that are added up in the sources are one.
func messages(t *testing.T) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != "..") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text := constant(e)
			if text != "" {
				texts = append(texts, text)
			}
			return text == ""
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// constant returns the text of a string, or of strings that are added up; empty for any other expression.
func constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, _ := strconv.Unquote(e.Value) // the parser has accepted it
			return text
		}
	case *ast.BinaryExpr:
		if x, y := constant(e.X), constant(e.Y); e.Op == token.ADD && x != "" && y != "" {
			return x + y
		}
	}
	return ""
}
