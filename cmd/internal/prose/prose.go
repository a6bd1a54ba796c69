// Package prose checks the project's texts against its rules for plain English: short lines, short sentences, no
// phrases that only their author uses, and doc comments that begin with the name and a verb.
//
// It reads Go comments and messages, Markdown, and the texts of HTML and JavaScript. A test applies it to the whole
// repository.
package prose

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	maxGoColumns       = 120 // A tab counts as tabColumns.
	maxMarkdownColumns = 160
	tabColumns         = 4
	maxSentenceWords   = 25
)

// Finding is one place where a text breaks a rule.
type Finding struct {
	File string
	Line int
	What string
}

// String formats the finding as "file:line: what", which editors can follow.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.What) }

// banned holds phrases that readers of English as a second language stumble over, each with the plain form.
var banned = []struct{ pattern, instead string }{
	{`(?:is|are|was|were) what`, "a noun, or a verb after the name"},
	{`(?:of|from|to|by|with|than|in|on) what (?:is|are|was|were|it|they|there|a|an|the)`, "a noun"},
	{`that which|those which|that whose|those whose|all that there is|all there is`, "a noun"},
	{`(?:that|those) of`, "repeat the noun"},
	{`lest|be it|anew|thereof|whereof|thereby|wherein|whereby|upon|hitherto|naught`, "a common word"},
	{`at will`, "not identifiable, or any"},
	{`gone on with|goes on|go on|went on|going on`, "continue"},
	{`(?:is|are|was|were) to be`, "must be, or will be"},
	{`(?:is|are|was|were|be) (?:un)?told|tells|tell|told`, "estimate, say, distinguish or inform"},
	{`(?:it|that|they) (?:is|are|was|were) not there|not there`, "missing"},
	{`for nobody|nobody`, "nil, or no one"},
	{`by chance`, "circular-shift control, or in shuffled data"},
	{`where there (?:is|are)`, "if there is"},
	{`nothing but`, "only"},
	{`alone`, "only"},
	{`planted`, "ground truth, or true"},
	{`come near to|comes near to`, "approximate"},
	{`as (?:it|they) (?:stands?|stood|lies?)`, "unchanged"},
	{`(?:gives|give|gave) way`, "is replaced"},
	{`save for|but for|save that`, "except"},
	{`no other than|none other`, "only"},
	{`in its stead|instead of it`, "instead"},
	{`the like`, "similar ..., with the noun"},
	{`whatever (?:it|they) (?:is|are)`, "any"},
	{`has it that`, "says"},
	{`may (?:well )?be (?:had|said)`, "a plain verb"},
	{`(?:of|for) its own (?:kind|sort)`, "a plain noun"},
}

var bannedExp = func() *regexp.Regexp {
	patterns := make([]string, len(banned))
	for i, b := range banned {
		patterns[i] = "(" + b.pattern + ")"
	}
	return regexp.MustCompile(`(?i)\b(?:` + strings.Join(patterns, "|") + `)\b`)
}()

// whereExp matches a sentence that begins with a conditional "Where", which should be "If" or "When".
var whereExp = regexp.MustCompile(`(?:^|[.;:] )Where (?:a|an|the|it|there|they|no|only|some|this|these|both|neither|nothing)\b`)

// phrases returns what a text has of banned phrases, each with its plain form.
func phrases(text string) []string {
	var found []string
	for _, match := range bannedExp.FindAllStringSubmatchIndex(text, -1) {
		for i := range banned {
			if match[2+2*i] >= 0 {
				found = append(found, fmt.Sprintf("%q: write %s", text[match[0]:match[1]], banned[i].instead))
			}
		}
	}
	if m := whereExp.FindString(text); m != "" {
		found = append(found, fmt.Sprintf("%q: write if or when", strings.TrimLeft(m, ".;: ")))
	}
	return found
}

// sentenceEnd matches the end of a sentence: a stop, perhaps a closing bracket or quote, and space before a capital.
var sentenceEnd = regexp.MustCompile("[.!?:][)\"'”]?\\s+")

// longSentences returns the sentences of one paragraph that have more than maxSentenceWords words, by their first
// words. A colon also ends a sentence, because it lets the reader rest. Code in backquotes counts as one word, and
// symbols as none.
func longSentences(paragraph string) []string {
	paragraph = codeExp.ReplaceAllString(paragraph, "code")
	var found []string
	for _, sentence := range sentenceEnd.Split(paragraph, -1) {
		words := slices.DeleteFunc(strings.Fields(sentence),
			func(word string) bool { return !wordExp.MatchString(word) })
		if len(words) > maxSentenceWords {
			found = append(found, fmt.Sprintf("sentence of %d words (at most %d): %s ...",
				len(words), maxSentenceWords, strings.Join(words[:6], " ")))
		}
	}
	return found
}

var (
	codeExp = regexp.MustCompile("`[^`]*`")
	wordExp = regexp.MustCompile(`[A-Za-z]{2}|^[aI]$`)
)

// Go checks one Go file: its line lengths, comments, messages and doc comments. Generated files have no findings.
// Struct tags may be longer than a line, because Go has no way to break them.
func Go(name string, source []byte) ([]Finding, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("check the prose of %s: %w", name, err)
	}
	if ast.IsGenerated(file) {
		return nil, nil
	}
	c := goChecker{name: name, files: files}
	c.lines(source, file)
	for _, group := range file.Comments {
		c.comment(group)
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok {
			c.doc(f)
		}
	}
	if !strings.HasSuffix(name, "_test.go") {
		c.messages(file)
	}
	return c.found, nil
}

type goChecker struct {
	name  string
	files *token.FileSet
	found []Finding
}

func (c *goChecker) add(line int, what ...string) {
	for _, w := range what {
		c.found = append(c.found, Finding{c.name, line, w})
	}
}

func (c *goChecker) line(pos token.Pos) int { return c.files.Position(pos).Line }

// lines reports lines that are too long, except struct tags, the contents of raw strings, and addresses.
func (c *goChecker) lines(source []byte, file *ast.File) {
	exempt := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && lit.Value[0] == '`' {
			for line := c.line(lit.Pos()); line <= c.line(lit.End()); line++ {
				exempt[line] = true
			}
		}
		return true
	})
	for i, line := range strings.Split(string(source), "\n") {
		columns := len([]rune(line)) + strings.Count(line, "\t")*(tabColumns-1)
		if columns > maxGoColumns && !exempt[i+1] && !strings.Contains(line, "://") &&
			!strings.HasPrefix(line, "//go:") {
			c.add(i+1, fmt.Sprintf("line of %d columns (at most %d)", columns, maxGoColumns))
		}
	}
}

// comment checks the phrases and sentences of one comment. Indented lines are formulas or code.
func (c *goChecker) comment(group *ast.CommentGroup) {
	start := c.line(group.Pos())
	for _, paragraph := range paragraphs(group.Text()) {
		c.add(start, phrases(paragraph)...)
		c.add(start, longSentences(paragraph)...)
	}
}

// paragraphs splits a comment's text into paragraphs and list items, without indented blocks.
func paragraphs(text string) []string {
	var all []string
	var current []string
	end := func() {
		if len(current) > 0 {
			all = append(all, strings.Join(current, " "))
		}
		current = nil
	}
	for _, line := range strings.Split(text, "\n") {
		item := strings.HasPrefix(strings.TrimSpace(line), "- ")
		switch {
		case strings.TrimSpace(line) == "" || item:
			end()
			if item {
				current = append(current, strings.TrimSpace(line))
			}
		case strings.HasPrefix(line, " ") && len(current) > 0 && strings.HasPrefix(current[0], "- "):
			current = append(current, strings.TrimSpace(line))
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"):
			end()
		default:
			current = append(current, line)
		}
	}
	end()
	return all
}

// verbless lists second words of a doc comment that look like verbs in the third person and are not.
var verbless = []string{"as", "its", "this", "thus", "less", "bins", "units"}

// doc reports a function's doc comment that does not begin with the name and a verb. Examples and init functions are
// exempt, because no one calls them by name.
func (c *goChecker) doc(f *ast.FuncDecl) {
	text := f.Doc.Text()
	if text == "" || f.Name.Name == "init" || strings.HasPrefix(f.Name.Name, "Example") {
		return
	}
	words := strings.Fields(text)
	if words[0] != f.Name.Name {
		c.add(c.line(f.Doc.Pos()), fmt.Sprintf("doc comment of %s does not begin with its name", f.Name.Name))
		return
	}
	if len(words) < 2 || !verbExp.MatchString(words[1]) || slices.Contains(verbless, words[1]) {
		c.add(c.line(f.Doc.Pos()), fmt.Sprintf("doc comment of %s does not continue with a verb", f.Name.Name))
	}
}

// verbExp matches a verb in the third person singular.
var verbExp = regexp.MustCompile(`^[a-z-]+s,?$`)

// messages checks the phrases of string constants: errors, log lines, help texts.
func (c *goChecker) messages(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(text, " ") {
			c.add(c.line(lit.Pos()), phrases(text)...)
		}
		return true
	})
}

// Markdown checks one page: its line lengths, and the phrases and sentences outside code.
func Markdown(name string, source []byte) []Finding {
	var found []Finding
	add := func(line int, what ...string) {
		for _, w := range what {
			found = append(found, Finding{name, line, w})
		}
	}
	var paragraph []string
	start, code := 0, false
	end := func() {
		text := strings.Join(paragraph, " ")
		add(start, phrases(codeExp.ReplaceAllString(text, "code"))...)
		add(start, longSentences(text)...)
		paragraph = nil
	}
	for i, line := range strings.Split(string(source), "\n") {
		if columns := len([]rune(line)); columns > maxMarkdownColumns && !strings.Contains(line, "://") {
			add(i+1, fmt.Sprintf("line of %d columns (at most %d)", columns, maxMarkdownColumns))
		}
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "```") {
			code = !code
			end()
			continue
		}
		block := code || strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")
		if text == "" || block || listExp.MatchString(text) || strings.HasPrefix(text, "|") ||
			strings.HasPrefix(text, "#") {
			end()
		}
		if text == "" || block {
			continue
		}
		cells := []string{text}
		if strings.HasPrefix(text, "|") {
			cells = strings.Split(strings.ReplaceAll(text, `\|`, "/"), "|")
		}
		for _, cell := range cells {
			if len(paragraph) == 0 {
				start = i + 1
			}
			paragraph = append(paragraph, linkExp.ReplaceAllString(cell, "$1"))
			if len(cells) > 1 {
				end()
			}
		}
	}
	end()
	return found
}

var (
	listExp = regexp.MustCompile(`^(?:[-*+]|\d+[.)]) `)
	linkExp = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
)

// Page checks the phrases of an HTML page or a script, line by line.
func Page(name string, source []byte) []Finding {
	var found []Finding
	for i, line := range strings.Split(string(source), "\n") {
		for _, what := range phrases(line) {
			found = append(found, Finding{name, i + 1, what})
		}
	}
	return found
}
