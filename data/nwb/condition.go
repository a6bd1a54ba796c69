package nwb

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"facrnn/data"
	"facrnn/data/hdf5/reader"
)

// column is a column of a table with one value per row: numbers, texts, or both for an enumeration such as booleans.
// A reference, such as one to a group of electrodes, becomes the name of its target.
type column struct {
	path    string
	numbers []float64
	texts   []string
	float   bool // the numbers are floating-point
	single  bool // the numbers have single precision
}

// column reads a column of a table with the given number of rows. Every column is read in this way; see layout. From
// a matrix it takes the first value of each row, and adds a remark. Errors name the column.
func (g *group) column(name string, rows int) (column, error) {
	c := column{path: g.path + "/" + name}
	d, err := g.dataset(name)
	var l layout
	ok := false
	if d != nil {
		l, ok = d.layout(rows)
	}
	switch {
	case err != nil:
		return c, err
	case d == nil && g.brokenLinks[name] != nil:
		return c, g.brokenLinks[name]
	case d == nil && slices.Contains(g.children, name):
		return c, fmt.Errorf("%s: it is a group, not a column: %s", c.path, g.choices(rows, name))
	case d == nil:
		return c, fmt.Errorf("%s: no column %q: %s%s", g.path, name, g.choices(rows, name),
			data.DidYouMean(name, g.columns))
	case g.has(name + "_index"):
		return c, fmt.Errorf("%s: it holds a list for each row, not a value: %s", c.path, g.choices(rows, name))
	case !d.comparable():
		return c, g.incomparable(name, d, rows)
	case ok:
	case len(d.shape) > 0 && (len(d.shape) > 2 || len(d.shape) == 2 && !d.isList()):
		return c, fmt.Errorf("%s: its shape is %s, not a value for each of %d rows: %s", c.path, shapeText(d.shape),
			rows, g.choices(rows, name))
	default:
		return c, fmt.Errorf("%s: it has %d values for %d rows: write the table again", c.path, d.len(), rows)
	}
	if l.each > 1 {
		g.file.remark("The column %s has %d values for each row; only the first one is read.", c.path, l.each)
	}
	switch {
	case d.isNumeric():
		c.float = d.class == reader.Float
		c.single = c.float && d.size == 4
		if c.numbers, err = d.box(l.from, l.to); err == nil {
			c.label(d)
		}
	case d.class == reader.Reference:
		if c.texts, err = g.file.referredNames(d); err == nil && c.texts == nil {
			return c, g.incomparable(name, d, rows)
		}
		c.texts = pickRows(l, c.texts)
	default:
		c.texts, c.numbers, err = d.words()
		if c.texts, c.numbers = pickRows(l, c.texts), pickRows(l, c.numbers); c.numbers == nil {
			c.numbers = booleans(c.texts)
		}
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", c.path, err)
	}
	return c, nil
}

// names reads a column of a table as text, integers as their digits. It returns nil if the column is missing or holds
// something else.
func (g *group) names(name string, rows int) []string {
	d := g.optional(name)
	if d == nil || !d.isInteger() && !d.isWords() {
		return nil
	}
	c, err := g.column(name, rows)
	g.file.note(err)
	if err != nil || c.texts != nil {
		return c.texts
	}
	return digits(c.numbers)
}

// label gives numbers the labels of their dataset, if it has any.
func (c *column) label(d *dataset) {
	names := labels(d)
	if len(names) == 0 {
		return
	}
	for _, x := range c.numbers {
		c.texts = append(c.texts, label(names, x))
	}
}

// booleans returns the numbers for texts that are all true or false, in upper or lower case; nil for other texts.
func booleans(texts []string) []float64 {
	var numbers []float64
	for _, s := range texts {
		switch {
		case strings.EqualFold(s, "true"):
			numbers = append(numbers, 1)
		case strings.EqualFold(s, "false"):
			numbers = append(numbers, 0)
		default:
			return nil
		}
	}
	return numbers
}

// comparable reports whether conditions can compare the values: numbers, words, and references. References must lead
// to groups, which column checks.
func (d *dataset) comparable() bool {
	return d.isNumeric() || d.isWords() || d.class == reader.Reference
}

// incomparable returns the error of a column whose values cannot be compared.
func (g *group) incomparable(name string, d *dataset, rows int) error {
	return fmt.Errorf("%s/%s: it holds %s, which cannot be compared: %s", g.path, name, d.holds(),
		g.choices(rows, name))
}

// choices returns advice for errors: the columns of a table that have one value for each row, except the refused one.
func (g *group) choices(rows int, refused string) string {
	names := g.otherColumns(rows, refused)
	if len(names) == 0 {
		return "the table has no other column with a value for each row, so leave it out"
	}
	return "choose one of " + strings.Join(names, ", ")
}

// otherColumns returns the columns with one value for each row, except the refused one.
func (g *group) otherColumns(rows int, refused string) (names []string) {
	for _, n := range append([]string{"id"}, g.columns...) {
		if n == refused || slices.Contains(names, n) || g.has(n+"_index") || strings.HasSuffix(n, "_index") &&
			g.has(strings.TrimSuffix(n, "_index")) {
			continue
		}
		d, err := g.dataset(n)
		if err != nil || d == nil || !d.comparable() {
			continue
		}
		if d.class == reader.Reference {
			if to, err := g.file.referredNames(d); err != nil || to == nil {
				continue
			}
		}
		if _, ok := d.layout(rows); ok {
			names = append(names, n)
		}
	}
	return names
}

// meets reports for every row whether it meets a condition.
func (c column) meets(want data.Where) ([]bool, error) {
	if c.texts == nil {
		return c.numbersMeet(want)
	}
	equal := func(i int) bool { return c.texts[i] == want.Value }
	if c.numbers != nil {
		v, err := strconv.ParseFloat(want.Value, 64)
		equal = func(i int) bool { return strings.EqualFold(c.texts[i], want.Value) || err == nil && c.numbers[i] == v }
	}
	switch want.Operator {
	case "=", "!=":
	default:
		return nil, fmt.Errorf("%s: %s is for numbers, but it holds %s: use = or !=", c.path, want.Operator,
			c.distinct())
	}
	rows := make([]bool, len(c.texts))
	for i := range rows {
		rows[i] = equal(i) == (want.Operator == "=")
	}
	return rows, nil
}

func (c column) numbersMeet(want data.Where) ([]bool, error) {
	v, err := strconv.ParseFloat(want.Value, 64)
	if truth := booleans([]string{want.Value}); truth != nil &&
		!slices.ContainsFunc(c.numbers, func(x float64) bool { return x != 0 && x != 1 && x == x }) {
		v, err = truth[0], nil // the column holds booleans as numbers
	}
	if err != nil && !errors.Is(err, strconv.ErrRange) { // a number out of range becomes infinite or zero
		return nil, fmt.Errorf("%s: %q is no number, but it holds %s: give a number", c.path, want.Value, c.distinct())
	}
	equal := func(x float64) bool {
		// 0.1 in single precision differs from the 0.1 of the condition. NaN matches the text NaN.
		return x == v || c.single && float32(x) == float32(v) || x != x && v != v
	}
	meets := map[string]func(float64) bool{
		"=":  equal,
		"!=": func(x float64) bool { return !equal(x) },
		"<":  func(x float64) bool { return x < v && !equal(x) },
		"<=": func(x float64) bool { return x < v || equal(x) },
		">":  func(x float64) bool { return x > v && !equal(x) },
		">=": func(x float64) bool { return x > v || equal(x) },
	}[want.Operator]
	rows := make([]bool, len(c.numbers))
	for i, x := range c.numbers {
		rows[i] = meets(x)
	}
	return rows, nil
}

// distinct lists the values of a column: a few of them, or the range if they are many numbers.
func (c column) distinct() string {
	const most, longest = 8, 200 // values, and bytes of a text
	var seen []string
	add := func(s string) {
		if len(seen) <= most && !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	least, greatest := math.Inf(1), math.Inf(-1)
	for i := range max(len(c.numbers), len(c.texts)) {
		if c.texts != nil {
			add(strconv.Quote(c.texts[i][:min(longest, len(c.texts[i]))]))
			continue
		}
		x := c.numbers[i]
		add(strconv.FormatFloat(x, 'g', 6, 64))
		if x == x {
			least, greatest = min(least, x), max(greatest, x)
		}
	}
	switch {
	case len(seen) == 0:
		return "nothing"
	case len(seen) <= most:
		slices.Sort(seen)
		return strings.Join(seen, ", ")
	case c.texts != nil:
		return strings.Join(seen[:most], ", ") + " and others"
	}
	return fmt.Sprintf("numbers from %.6g to %.6g", least, greatest)
}

// where reports for each row of a table whether it meets all conditions. read returns a column by its name, and what
// is a word for the rows. where fails if no row meets them.
func where(
	path, what string, rows int, conditions []data.Where, read func(name string) (column, error),
) ([]bool, error) {
	keep := slices.Repeat([]bool{true}, rows)
	if len(conditions) == 0 {
		return keep, nil
	}
	for _, want := range conditions {
		c, err := read(want.Column)
		if err != nil {
			return nil, err
		}
		meets, err := c.meets(want)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(meets, true) {
			return nil, fmt.Errorf("%s: none of its %d %s has %s: choose among what the column holds, %s", path, rows,
				what, want, c.distinct())
		}
		for i, m := range meets {
			keep[i] = keep[i] && m
		}
	}
	if !slices.Contains(keep, true) {
		return nil, fmt.Errorf("%s: none of its %d %s has all of %s: leave out a condition", path, rows, what,
			conditionList(conditions))
	}
	return keep, nil
}

func conditionList(all []data.Where) string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.String()
	}
	return strings.Join(texts, " and ")
}
