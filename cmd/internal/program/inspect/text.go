package inspect

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"facrnn/cmd/internal/cli"
	"facrnn/data"
)

// printText prints the contents and what train would take, or why it would take nothing.
func printText(w io.Writer, c *data.Contents, r *data.Recording, why error) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s (%s)\n\n", cli.EscapeControl(c.Path), c.Format)
	seriesText(&b, c.Series)
	if c.Units.Count > 0 || c.Units.Problem != "" {
		fmt.Fprintf(&b, "Sorted units: %d, with %d spikes", c.Units.Count, c.Units.Spikes)
		if len(c.Units.Columns) > 0 {
			fmt.Fprintf(&b, " and columns %s", cli.EscapeControl(strings.Join(c.Units.Columns, ", ")))
		}
		fmt.Fprintln(&b, "."+beside(c.Units.Problem))
	} else {
		fmt.Fprintln(&b, "Sorted units: none.")
	}
	tablesText(&b, c.Tables)
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "Problem: %s.\n", cli.EscapeControl(p))
	}
	fmt.Fprintln(&b)
	if r == nil {
		fmt.Fprintf(&b, "train would take nothing: %s.\n", cli.EscapeControl(problemText(c, why)))
	} else {
		selectedText(&b, r)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// problemText returns an error without the path of the file; empty for none.
func problemText(c *data.Contents, why error) string {
	if why == nil {
		return ""
	}
	return strings.TrimPrefix(why.Error(), c.Path+": ")
}

// beside returns the problem of a part, for the line of the part.
func beside(problem string) string {
	if problem == "" {
		return ""
	}
	return " Problem: " + cli.EscapeControl(problem) + "."
}

// columns is the greatest width of the table of series, because the narrowest usual terminal has 80 columns.
const columns = 80

// seriesText prints the table of series. A path that is too long for its column has a line of its own, and so has the
// problem of a series.
func seriesText(w io.Writer, all []data.Series) {
	if len(all) == 0 {
		fmt.Fprintln(w, "Series: none.")
		return
	}
	rows := [][]string{{"Series", "Type", "Shape", "Rate", "Unit", "Missing", "For"}}
	for _, s := range all {
		role := dash(s.Role)
		if s.Guess {
			role += "?"
		}
		rows = append(rows, []string{cli.EscapeControl(s.Path), dash(s.Type), shapeText(s.Shape), rateText(s.Rate),
			dash(s.Unit), missingText(s.Missing), role})
	}
	widths := make([]int, len(rows[0]))
	right := 0
	for k := range widths {
		for _, row := range rows {
			widths[k] = max(widths[k], utf8.RuneCountInString(row[k]))
		}
		if k > 0 {
			right += 2 + widths[k]
		}
	}
	left := min(widths[0], max(columns-right, len("Series")))
	for i, row := range rows {
		path, line := row[0], ""
		for k, cell := range row[1:] {
			line += "  " + cell + strings.Repeat(" ", widths[k+1]-utf8.RuneCountInString(cell))
		}
		if n := utf8.RuneCountInString(path); n > left {
			fmt.Fprintln(w, path)
			path = strings.Repeat(" ", left)
		} else {
			path += strings.Repeat(" ", left-n)
		}
		fmt.Fprintln(w, strings.TrimRight(path+line, " "))
		if i > 0 && all[i-1].Problem != "" {
			fmt.Fprintln(w, cli.Wrap("Problem: "+cli.EscapeControl(all[i-1].Problem), 2))
		}
	}
	fmt.Fprintln(w)
}

func tablesText(w io.Writer, all []data.Table) {
	if !slices.ContainsFunc(all, func(t data.Table) bool { return t.Times == "" }) {
		fmt.Fprintln(w, "Trials: none.")
	}
	for _, t := range all {
		what := "Trials: " + cli.EscapeControl(t.Path)
		if t.Times != "" {
			what = fmt.Sprintf("Events: %s (%s)", cli.EscapeControl(t.Path), dash(t.Type))
		}
		fmt.Fprintf(w, "%s, %d rows", what, t.Count)
		if len(t.Columns) > 0 {
			fmt.Fprintf(w, " of %s", cli.EscapeControl(strings.Join(t.Columns, ", ")))
		}
		fmt.Fprintln(w, "."+beside(t.Problem))
	}
}

func selectedText(w io.Writer, r *data.Recording) {
	fmt.Fprintf(w, "train would take %s: %d bins of %d channels", cli.EscapeControl(r.Source.Series), r.Bins(),
		r.Activity.Cols)
	if r.BinWidth > 0 {
		fmt.Fprintf(w, ", %.6g s apart", r.BinWidth)
	}
	if n := r.BinsPerTrial(); len(n) > 0 {
		least, most := slices.Min(n), slices.Max(n)
		if least == most {
			fmt.Fprintf(w, ", in %d trials of %d bins", r.Trials, least)
		} else {
			fmt.Fprintf(w, ", in %d trials of %d to %d bins", r.Trials, least, most)
		}
	}
	fmt.Fprintln(w, ".")
	for _, p := range []struct {
		what, name string
		m          data.Matrix
	}{{"External input", r.InputName, r.Input}, {"Drive", strings.Join(r.DriveNames, ", "), r.Drive}, {"Behaviour",
		r.BehaviorName, r.Behavior}} {
		if !p.m.Empty() {
			fmt.Fprintf(w, "%s: %s, %d columns.\n", p.what, cli.EscapeControl(p.name), p.m.Cols)
		}
	}
	if r.Event != nil {
		with := len(slices.DeleteFunc(slices.Clone(r.Event), math.IsNaN))
		fmt.Fprintf(w, "Event: %s, in %d of %d trials.\n", cli.EscapeControl(r.EventName), with, r.Trials)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, cli.EscapeControl(n))
	}
	for _, n := range r.Warnings {
		fmt.Fprintln(w, "Warning:", cli.EscapeControl(n))
	}
	if r.Activity.Empty() {
		fmt.Fprintln(w, "Missing: not counted, for that takes reading all of a large series.")
		return
	}
	if g := r.Gaps(); g.Values > 0 {
		fmt.Fprintf(w, "Missing: %d values, in %d channels and %d bins; train masks them.\n", g.Values, g.Channels,
			g.Bins)
	}
	if err := r.Check(); err != nil {
		fmt.Fprintf(w, "It cannot be fitted as it is: %s.\n", cli.EscapeControl(err.Error()))
	}
}

func shapeText(shape []int) string {
	s := make([]string, len(shape))
	for i, n := range shape {
		s[i] = strconv.Itoa(n)
	}
	return dash(strings.Join(s, " x "))
}

func rateText(rate float64) string {
	if rate == 0 {
		return "-"
	}
	return fmt.Sprintf("%.6g Hz", rate)
}

func missingText(n int) string {
	if n < 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return cli.EscapeControl(s)
}
