// Package html makes report.html of one fitted run: a single file that needs no network and no program but a browser.
// [Write] puts the numbers and figures of a [content.Page], as JSON, into a page whose style and scripts are embedded
// here. Under script/, a file section_*.js fills a section, and each other file draws one kind of figure or helps to.
// Nothing is computed here: see train/report/content.
package html

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"slices"
	"strings"

	"facrnn/train/report/content"
	"facrnn/train/report/escape"
	"facrnn/train/report/palette"
)

//go:embed page.html style.css script
var files embed.FS

// section is one part of the page, in the order in which a reader asks.
type section struct {
	ID       string // the Page's JSON name of the part, the section's id, and its name in the scripts' list of sections
	Title    string
	Question string // which the section answers
}

// sections returns the sections of the page.
//
// To add a section, add a line here, and give its figures in content this section. If it has more than figures, give
// content.Page a field with the numbers, with the section's name in JSON. Write a file under script/ with a function
// (body, page) that fills the section, and name the function in the list of script/report.js. The table of contents,
// the line for a missing part, printing, the themes and the test of the page need no change.
func sections() []section {
	return []section{
		{"summary", "Summary", ""},
		{"training", "Training", "Did it converge?"},
		{"latents", "Latents", "What are they?"},
		{"connectivity", "Connectivity", "Who drives whom?"},
		{"spectra", "Spectra", "Which group is fast, which is slow?"},
		{"behavior", "Behaviour", "What do the latents say of it?"},
		{"independence", "Independence", "What does each group explain, and are the groups apart?"},
		{"recovery", "Recovery", "How near is it to the truth?"},
		{"reproduction", "Reproduction", "How is it made again?"},
	}
}

// skeleton holds the contents of page.html.
type skeleton struct {
	Title    string
	Policy   string // the Content-Security-Policy
	Running  bool
	Sections []section
	Style    template.CSS
	Script   template.JS
	Data     template.JS
}

// Write writes the page as one HTML file that loads nothing. Its policy lets the browser run only the script and the
// style in it, by their hashes. The page of a running run may also ask its own server for "page.json", the JSON of a
// Page with newer numbers.
func Write(w io.Writer, p *content.Page) error {
	for _, f := range p.Figures() {
		if !slices.ContainsFunc(sections(), func(s section) bool { return s.ID == f.Section }) {
			return fmt.Errorf("figure %s is of the section %q, which the report lacks", f.Name, f.Section)
		}
	}
	text, err := json.Marshal(p) // escapes <, >, & and U+2028
	if err != nil {
		return fmt.Errorf("the report's numbers: %w", err)
	}
	style, script, err := parts()
	if err != nil {
		return err
	}
	t, err := template.ParseFS(files, "page.html")
	if err != nil {
		return err
	}
	var b bytes.Buffer // an error leaves nothing half written
	s := skeleton{Title: escape.Text(p.Title), Policy: policy(style, script, p.Running), Running: p.Running,
		Sections: sections(), Data: template.JS(text)}
	s.Style, s.Script = template.CSS(style), template.JS(script)
	if err := t.Execute(&b, s); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// parts returns the style and the scripts, all of them in one, for the hash of one is one to allow. Scripts find the
// palettes of both themes in palettes.
func parts() (style, script string, err error) {
	b, err := files.ReadFile("style.css")
	if err != nil {
		return "", "", err
	}
	names, err := fs.Glob(files, "script/*.js")
	if err != nil {
		return "", "", err
	}
	// Line ends are normalised, because a checkout with other line ends would change the hash.
	lines := strings.NewReplacer("\r\n", "\n")
	var all strings.Builder
	colours, err := json.Marshal(map[string]palette.Theme{"light": palette.Light(), "dark": palette.Dark()})
	if err != nil {
		return "", "", err
	}
	fmt.Fprintf(&all, "\"use strict\";\nconst palettes = %s;\n", colours)
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return "", "", err
		}
		fmt.Fprintf(&all, "\n// %s\n\n%s", name, lines.Replace(string(text)))
	}
	all.WriteString("\nstart();\n")
	return lines.Replace(string(b)), all.String(), nil
}

// policy returns the Content-Security-Policy: no network. Pictures are data: URLs, which a saved one passes through.
func policy(style, script string, running bool) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	connect := "'none'"
	if running {
		connect = "'self'"
	}
	return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; connect-src %s; base-uri "+
		"'none'; form-action 'none'",
		hash(script), hash(style), connect)
}
