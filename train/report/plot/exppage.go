package plot

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"os"
	"strings"

	"facrnn/train/internal/atomicfile"
)

// ExperimentPage is the page of an experiment: the runs, the table, and the figures with their captions. It needs no
// script, no network and no other file, because it contains the figures.
type ExperimentPage struct {
	Title   string
	Intro   []string    // paragraphs
	Run     [][2]string // name and value: command, version, settings, seeds
	Table   Table
	Figures []PageFigure
	Notes   []string // paragraphs below the figures
}

// PageFigure is a figure, with the numbers in it for those who cannot see it.
type PageFigure struct {
	Path    string // of the figure's SVG file; where that is large, the PNG file beside it is taken
	Title   string
	Caption string // what is seen, and how to read it
	Alt     string // in place of the picture
	Table   Table
}

// Table is a table of texts.
type Table struct {
	Caption string
	Head    []string
	// a row's first cell is its heading; what follows a line's end in a heading is its name in a file, which is written
	// small
	Rows [][]string
}

// pictureLimit is the size of a picture in bytes from which on the page takes its PNG.
const pictureLimit = 2 << 20

//go:embed exppage.html
var exppageHTML string

// WriteExperimentPage writes the page to a file. Texts may hold anything: they are escaped. The error says which file
// could not be read or written.
func WriteExperimentPage(path string, p ExperimentPage) error {
	t, err := template.New("experiment").Funcs(template.FuncMap{"picture": picture, "number": isNumber,
		"lines": func(s string) []string { return strings.SplitN(s, "\n", 2) }}).Parse(exppageHTML)
	if err != nil {
		return fmt.Errorf("the page's template: %w", err)
	}
	var b bytes.Buffer // so that what is wrong with a figure is not said of the page
	if err := t.Execute(&b, p); err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

// picture returns a figure as a URL that holds it. An SVG in it is drawn as an image, in which nothing runs and nothing
// is loaded.
func picture(path string) (template.URL, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	kind := "svg+xml"
	if len(b) > pictureLimit {
		if b, err = os.ReadFile(strings.TrimSuffix(path, ".svg") + ".png"); err != nil {
			return "", err
		}
		kind = "png"
	}
	return template.URL("data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(b)), nil
}

// isNumber reports whether a cell stands under others digit by digit.
func isNumber(cell string) bool {
	return cell == "" || cell == "–" || strings.ContainsAny(cell[:1], "0123456789-") || strings.HasPrefix(cell, "−")
}
