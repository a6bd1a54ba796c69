package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

// summary is a column over the seeds of one kind of fit.
type summary struct {
	n                            int
	mean, error, lowest, highest float64 // error: of the mean
}

func summarize[C comparable](rows []row[C], column string) summary {
	v := values(rows, column)
	s := summary{n: len(v)}
	s.mean, s.error = evaluate.MeanAndError(v)
	if s.n > 0 {
		s.lowest, s.highest = slices.Min(v), slices.Max(v)
	}
	return s
}

// String returns the mean ± its standard error; a single seed has no error.
func (s summary) String() string {
	if s.n < 2 {
		return brief(s.mean)
	}
	return brief(s.mean) + " ± " + brief(s.error)
}

// brief is v with three decimals, or fewer if v is large.
func brief(v float64) string {
	decimals := 3
	for size := math.Abs(v); size >= 10 && decimals > 0; size /= 10 {
		decimals--
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// paper returns the paper's figure for a column; empty if it has none.
func (t *table[C]) paper(c C, column string) string {
	if t.reported != nil {
		if v, ok := t.reported(c)[column]; ok {
			return fmt.Sprintf("%.3g", v)
		}
	}
	return ""
}

// paperNote describes the numbers of the paper beside ours, and says whether they are of another recording. It is empty
// if the paper has no numbers for these fits.
func (t *table[C]) paperNote() string {
	if t.reported == nil || !slices.ContainsFunc(t.cells, func(c C) bool { return len(t.reported(c)) > 0 }) {
		return ""
	}
	note := "The paper's numbers are its own results, with its own settings."
	if t.otherData {
		note += " They are of another recording than the fits here, so compare them with care."
	}
	return note
}

// finish puts the rows in order, and writes the means over seeds beside the paper's figures, and the page with its
// figures.
func (t *table[C]) finish(ctx context.Context, flags shared) error {
	t.sort()
	if err := t.write(); err != nil {
		return err
	}
	if err := t.save("table.md", []byte(t.markdown())); err != nil {
		return err
	}
	if err := t.saveJSON("summary.json", t.summaries()); err != nil {
		return err
	}
	return t.draw(ctx, flags)
}

// markdown is table.md: a row per kind of fit, and below it the paper's.
func (t *table[C]) markdown() string {
	var text strings.Builder
	var c C
	shown, named := strings.Fields(t.shown), names(c)
	fmt.Fprintf(&text, "# %s\n\nMean over seeds and its standard error; in brackets the lowest. ", t.title)
	fmt.Fprintf(&text, "%s\n\n| %s | seeds | %s |\n|%s\n",
		t.paperNote(), strings.Join(named, " | "), strings.Join(shown, " | "), strings.Repeat(" --- |", len(shown)+
			len(named)+1))
	for _, rows := range t.kinds() {
		var cells, theirs []string
		for _, column := range shown {
			cell, paper := "-", ""
			if s := summarize(rows, column); s.n > 0 {
				cell = fmt.Sprintf("%s (%s)", s, brief(s.lowest))
				if paper = t.paper(rows[0].cell, column); paper != "" {
					paper = "paper " + paper
				}
			}
			cells, theirs = append(cells, cell), append(theirs, paper)
		}
		of := strings.Join(texts(rows[0].cell), " | ")
		fmt.Fprintf(&text, "| %s | %d | %s |\n", of, len(rows), strings.Join(cells, " | "))
		if strings.Join(theirs, "") != "" {
			fmt.Fprintf(&text, "|%s %s |\n", strings.Repeat(" |", len(named)+1), strings.Join(theirs, " | "))
		}
	}
	fmt.Fprintf(&text, "\n%s\n", t.note)
	return text.String()
}

// summaries is summary.json: by kind of fit and column.
func (t *table[C]) summaries() map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, rows := range t.kinds() {
		of := map[string]any{"seeds": len(rows)}
		for _, column := range strings.Fields(t.shown) {
			if s := summarize(rows, column); s.n > 0 {
				of[column] = map[string]float64{"mean": s.mean, "standard_error": s.error, "lowest": s.lowest}
			}
		}
		all[kind(rows[0].cell)] = of
	}
	return all
}

// manyKinds is the number of kinds of fits up to which they stand side by side.
const manyKinds = 10

// overview returns the table of means on the page: a column per kind of fit, or a row if they are many.
func (t *table[C]) overview() plot.Table {
	kinds := t.kinds()
	cells := [][]string{{""}}
	for i, label := range t.labels(kinds) {
		cells[0] = append(cells[0], fmt.Sprintf("%s, n = %d", label, len(kinds[i])))
	}
	orDash := func(text string) string {
		if text == "" {
			return "–"
		}
		return text
	}
	for _, column := range strings.Fields(t.shown) {
		line, theirs := []string{heading(column)}, []string{label(column) + ", paper"}
		measured, reported := false, false
		for _, rows := range kinds {
			cell, paper := "", t.paper(rows[0].cell, column)
			if s := summarize(rows, column); s.n > 0 {
				cell = s.String()
			}
			measured, reported = measured || cell != "", reported || paper != ""
			line, theirs = append(line, orDash(cell)), append(theirs, orDash(paper))
		}
		if measured {
			cells = append(cells, line)
		}
		if measured && reported {
			cells = append(cells, theirs)
		}
	}
	if len(kinds) > manyKinds {
		cells = transposed(cells)
	}
	return plot.Table{
		Caption: strings.TrimSpace("Mean over seeds ± its standard error. " + t.paperNote() +
			" Every fit is in results.csv."),
		Head: cells[0], Rows: cells[1:],
	}
}

func transposed(cells [][]string) [][]string {
	out := make([][]string, len(cells[0]))
	for j := range out {
		for i := range cells {
			out[j] = append(out[j], cells[i][j])
		}
	}
	return out
}
