package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module, seen from this package.
const root = "../.."

// page is a Markdown file of the manual, as lines.
type page struct {
	name  string // The path from the root of the module, with slashes.
	lines []string
}

// block is a fenced block of a page.
type block struct {
	lang, info  string   // The first word after the fence, and the rest of that line.
	before      string   // The nearest line above the fence that is not empty.
	first, last int      // Its lines without the fences are lines[first:last] of the page.
	lines       []string // Those lines.
}

// pages reads the README and every page of the manual, in reading order.
func pages(t *testing.T) []page {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil || len(names) < 10 {
		t.Fatalf("cmd/docs has the pages %v: %v", names, err)
	}
	all := []page{readPage(t, "README.md")}
	for _, name := range names {
		all = append(all, readPage(t, "cmd/docs/"+name))
	}
	return all
}

func readPage(t *testing.T, name string) page {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return page{name, strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")}
}

// write replaces the file of the page.
func (p page) write(t *testing.T) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(p.name))
	if err := os.WriteFile(path, []byte(strings.Join(p.lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// blocks returns the fenced blocks of the page.
func (p page) blocks(t *testing.T) []block {
	t.Helper()
	var all []block
	var current *block
	before := ""
	for i, line := range p.lines {
		mark, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && current == nil:
			lang, info, _ := strings.Cut(mark, " ")
			current = &block{lang: lang, info: info, before: before, first: i + 1}
		case fence:
			current.last, current.lines = i, p.lines[current.first:i]
			all, current = append(all, *current), nil
			before = ""
		case current == nil && strings.TrimSpace(line) != "":
			before = strings.TrimSpace(line)
		}
	}
	if current != nil {
		t.Errorf("%s:%d: the block has no end", p.name, current.first)
	}
	return all
}

// replace puts new lines into blocks of the page. The key is the index of the block.
func (p *page) replace(blocks []block, updates map[int][]string) {
	for i := len(blocks) - 1; i >= 0; i-- {
		if lines, ok := updates[i]; ok {
			p.lines = slices.Replace(p.lines, blocks[i].first, blocks[i].last, lines...)
		}
	}
}

// prose returns the lines of the page outside fenced blocks, with their numbers from 1.
func (p page) prose() map[int]string {
	lines := map[int]string{}
	code := false
	for i, line := range p.lines {
		if strings.HasPrefix(line, "```") {
			code = !code
		} else if !code {
			lines[i+1] = line
		}
	}
	return lines
}

// headings returns the names by which links reach the headings of the page.
func (p page) headings() (names []string) {
	for _, line := range p.prose() {
		if text, ok := strings.CutPrefix(line, "#"); ok {
			text = strings.ToLower(strings.TrimSpace(strings.TrimLeft(text, "#")))
			text = notInAnchor.ReplaceAllString(text, "")
			names = append(names, strings.ReplaceAll(text, " ", "-"))
		}
	}
	return names
}

var (
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// TestLinks follows every link between files of the repository, to the heading if the link names one.
func TestLinks(t *testing.T) {
	for _, p := range pages(t) {
		for number, line := range p.prose() {
			for _, match := range link.FindAllStringSubmatch(line, -1) {
				target, heading, _ := strings.Cut(match[1], "#")
				if strings.Contains(target, "://") {
					continue
				}
				name := p.name
				if target != "" {
					name = filepath.ToSlash(filepath.Join(filepath.Dir(p.name), target))
				}
				if _, err := os.Stat(filepath.Join(root, name)); err != nil {
					t.Errorf("%s:%d: the link %s leads nowhere: %v", p.name, number, match[1], err)
				} else if heading != "" && !slices.Contains(readPage(t, name).headings(), heading) {
					t.Errorf("%s:%d: %s has no heading %s", p.name, number, name, heading)
				}
			}
		}
	}
}

var numberedLine = regexp.MustCompile(`^\d+\. `)

// TestEveryPageIsListed checks that the README and the manual's index link every page, and that the index has the
// reading order.
func TestEveryPageIsListed(t *testing.T) {
	names, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "README.md" })
	for _, list := range []struct{ page, folder string }{{"README.md", "cmd/docs/"}, {"cmd/docs/README.md", ""}} {
		var listed []string // The linked pages in their order; numbered lines first, because the others have no order.
		for _, numbered := range []bool{true, false} {
			for _, line := range readPage(t, list.page).lines {
				for _, match := range link.FindAllStringSubmatch(line, -1) {
					name, inFolder := strings.CutPrefix(match[1], list.folder)
					if inFolder && numberedLine.MatchString(line) == numbered && !slices.Contains(listed, name) {
						listed = append(listed, name)
					}
				}
			}
		}
		listed = slices.DeleteFunc(listed, func(name string) bool { return !slices.Contains(names, name) })
		if !slices.Equal(listed, names) {
			t.Errorf("%s lists %v, not %v", list.page, listed, names)
		}
	}
}

// TestReadmeIsShort holds the README to a length that a new user reads.
func TestReadmeIsShort(t *testing.T) {
	const most = 1000
	if words := len(strings.Fields(strings.Join(readPage(t, "README.md").lines, " "))); words > most {
		t.Errorf("README.md has %d words, not at most %d", words, most)
	}
}
