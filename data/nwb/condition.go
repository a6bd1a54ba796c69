package nwb

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"facrnn/data/hdf5/reader"
)

// condition is what a row of a table has to meet: COLUMN=VALUE, or with another operator.
type condition struct{ column, operator, value string }

func (c condition) String() string { return c.column + c.operator + c.value }

var conditionText = regexp.MustCompile(`^\s*([^=!<>]*[^=!<>\s])\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$`)

// parseConditions reads the conditions that a flag gives.
func parseConditions(flag string, texts []string) ([]condition, error) {
	var all []condition
	for _, text := range texts {
		m := conditionText.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("%s %q is no condition: give COLUMN=VALUE, or !=, <, <=, >, >= in place of =", flag, text)
		}
		all = append(all, condition{m[1], m[2], m[3]})
	}
	return all, nil
}

// column is a column of a table with one value a row: numbers, texts, or both for an enumeration, such as the booleans. References, such
// as to a unit's group of electrodes, are the names of what they lead to.
type column struct {
	path    string
	numbers []float64
	texts   []string
	single  bool // the numbers have single precision
}

// column reads a column of a table of so many rows. Errors name it.
func (f *file) column(g *group, name string, rows int) (column, error) {
	c := column{path: g.path + "/" + name}
	d, err := f.dataset(g, name)
	switch {
	case err != nil:
		return c, err
	case d == nil && g.lost[name] != nil:
		return c, g.lost[name]
	case d == nil && slices.Contains(g.children, name):
		return c, fmt.Errorf("%s: it is a group, not a column: choose one of %s", c.path, g.choices())
	case d == nil:
		return c, fmt.Errorf("%s: no column %q: choose one of %s", g.path, name, g.choices())
	case g.has(name + "_index"), len(d.shape) > 1 && !(d.isList() && d.len() == rows):
		return c, fmt.Errorf("%s: it holds a list for each row, not a value: choose one of %s", c.path, g.choices())
	case !d.isNumeric() && !d.isWords() && d.class != reader.Reference:
		return c, g.incomparable(c.path, d)
	case d.len() != rows || len(d.shape) == 0:
		return c, fmt.Errorf("%s: it has %d values for %d rows: write the table again", c.path, d.len(), rows)
	}
	switch {
	case d.isNumeric():
		c.single = d.class == reader.Float && d.size == 4
		if c.numbers, err = d.floats(); err == nil {
			c.label(d)
		}
	case d.class == reader.Reference:
		if c.texts, err = f.referred(d); err == nil && c.texts == nil {
			return c, g.incomparable(c.path, d)
		}
	default:
		if c.texts, c.numbers, err = d.words(); c.numbers == nil {
			c.numbers = truths(c.texts)
		}
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", c.path, err)
	}
	return c, nil
}

// label gives numbers the labels that their dataset has for them, if any.
func (c *column) label(d *dataset) {
	names := labels(d)
	if len(names) == 0 {
		return
	}
	for _, x := range c.numbers {
		c.texts = append(c.texts, label(names, x))
	}
}

// truths are the numbers that go with texts that are all true or false, in whatever case; nil of others.
func truths(texts []string) []float64 {
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

// incomparable is the error of a column of what no condition can be put on.
func (g *group) incomparable(path string, d *dataset) error {
	return fmt.Errorf("%s: it holds %s, which cannot be compared: choose one of %s", path, d.holds(), g.choices())
}

// choices are the columns of a table that have one value a row, for errors.
func (g *group) choices() string {
	var names []string
	for _, n := range append([]string{"id"}, g.columns...) {
		if g.has(n) && !g.has(n+"_index") && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// meets says of every row whether it meets a condition.
func (c column) meets(want condition) ([]bool, error) {
	if c.texts == nil {
		return c.numbersMeet(want)
	}
	equal := func(i int) bool { return c.texts[i] == want.value }
	if c.numbers != nil {
		v, err := strconv.ParseFloat(want.value, 64)
		equal = func(i int) bool { return strings.EqualFold(c.texts[i], want.value) || err == nil && c.numbers[i] == v }
	}
	switch want.operator {
	case "=", "!=":
	default:
		return nil, fmt.Errorf("%s: %s is for numbers, but it holds %s: use = or !=", c.path, want.operator, c.distinct())
	}
	rows := make([]bool, len(c.texts))
	for i := range rows {
		rows[i] = equal(i) == (want.operator == "=")
	}
	return rows, nil
}

func (c column) numbersMeet(want condition) ([]bool, error) {
	v, err := strconv.ParseFloat(want.value, 64)
	if truth := truths([]string{want.value}); truth != nil && !slices.ContainsFunc(c.numbers, func(x float64) bool { return x != 0 && x != 1 && x == x }) {
		v, err = truth[0], nil // of booleans that are written as numbers
	}
	if err != nil && !errors.Is(err, strconv.ErrRange) { // out of range, it is infinite, or zero
		return nil, fmt.Errorf("%s: %q is no number, but it holds %s: give a number", c.path, want.value, c.distinct())
	}
	equal := func(x float64) bool {
		// 0.1 in single precision is not the 0.1 that was asked for; NaN is what is asked for by its name.
		return x == v || c.single && float32(x) == float32(v) || x != x && v != v
	}
	meets := map[string]func(float64) bool{
		"=":  equal,
		"!=": func(x float64) bool { return !equal(x) },
		"<":  func(x float64) bool { return x < v && !equal(x) },
		"<=": func(x float64) bool { return x < v || equal(x) },
		">":  func(x float64) bool { return x > v && !equal(x) },
		">=": func(x float64) bool { return x > v || equal(x) },
	}[want.operator]
	rows := make([]bool, len(c.numbers))
	for i, x := range c.numbers {
		rows[i] = meets(x)
	}
	return rows, nil
}

// distinct names the values that there are: a few of them, or the range of many numbers.
func (c column) distinct() string {
	const most = 8
	var seen []string
	add := func(s string) {
		if len(seen) <= most && !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	least, greatest := math.Inf(1), math.Inf(-1)
	for i := range max(len(c.numbers), len(c.texts)) {
		if c.texts != nil {
			add(strconv.Quote(c.texts[i]))
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

// where says which rows of a table meet all conditions; read gives a column by its name. what is a word for the rows. It is an
// error where no row does.
func where(path, what string, rows int, conditions []condition, read func(name string) (column, error)) ([]bool, error) {
	keep := slices.Repeat([]bool{true}, rows)
	if len(conditions) == 0 {
		return keep, nil
	}
	for _, want := range conditions {
		c, err := read(want.column)
		if err != nil {
			return nil, err
		}
		meets, err := c.meets(want)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(meets, true) {
			return nil, fmt.Errorf("%s: none of its %d %s has %s: choose among what the column holds, %s", path, rows, what, want, c.distinct())
		}
		for i, m := range meets {
			keep[i] = keep[i] && m
		}
	}
	if !slices.Contains(keep, true) {
		return nil, fmt.Errorf("%s: none of its %d %s has all of %s: ask for less", path, rows, what, conditionList(conditions))
	}
	return keep, nil
}

func conditionList(all []condition) string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.String()
	}
	return strings.Join(texts, " and ")
}
