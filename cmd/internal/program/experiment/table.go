package experiment

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"facrnn/train/rundir"
)

// row is one fit, what it was made of and what was measured.
type row[C comparable] struct {
	cell     C
	seed     uint64
	values   map[string]float64 // by column; a column that does not apply is missing
	artifact artifact           // of a fit that was just made
}

// set keeps a measured number, with the digits that results.csv has, so that a table that is read back gives the same
// means.
func (r *row[C]) set(column string, v float64) {
	if r.values == nil {
		r.values = map[string]float64{}
	}
	r.values[column], _ = strconv.ParseFloat(digits(v), 64)
}

func digits(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// names returns the columns of a cell.
func names(cell any) (columns []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(cell)) {
		columns = append(columns, strings.ToLower(f.Name))
	}
	return columns
}

// texts returns the fields of a cell as results.csv has them.
func texts(cell any) (fields []string) {
	v := reflect.ValueOf(cell)
	for i := range v.NumField() {
		fields = append(fields, fmt.Sprint(v.Field(i)))
	}
	return fields
}

// kind names a cell.
func kind(cell any) string { return strings.Join(texts(cell), " ") }

// text returns a column of the row as results.csv has it.
func (r *row[C]) text(column string) string {
	if column == "seed" {
		return strconv.FormatUint(r.seed, 10)
	}
	if i := slices.Index(names(r.cell), column); i >= 0 {
		return texts(r.cell)[i]
	}
	if v, ok := r.values[column]; ok {
		return digits(v)
	}
	return ""
}

// parse fills in a column from its text.
func (r *row[C]) parse(column, text string) (err error) {
	switch i := slices.Index(names(r.cell), column); {
	case column == "seed":
		r.seed, err = strconv.ParseUint(text, 10, 64)
	case i >= 0:
		field := reflect.ValueOf(&r.cell).Elem().Field(i)
		if field.Kind() == reflect.String {
			field.SetString(text)
		} else {
			_, err = fmt.Sscanf(text+"\n", "%d\n", field.Addr().Interface())
		}
	case text != "":
		var v float64
		v, err = strconv.ParseFloat(text, 64)
		r.set(column, v)
	}
	if err != nil {
		return fmt.Errorf("column %s holds %q: %w", column, text, err)
	}
	return nil
}

// table is the folder of an experiment. Its results.csv grows by a row per fit.
type table[C comparable] struct {
	experiment[C]
	dir      string
	rows     []row[C]
	commands []string // The commands that made the folder.
	unlock   func()   // lets other programs write to the folder
	mu       sync.Mutex
}

// openTable begins a table, or reads the table that the folder has, if its fits were made with the same settings.
func openTable[C comparable](e experiment[C], dir string) (t *table[C], err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	t = &table[C]{experiment: e, dir: dir}
	if t.unlock, err = rundir.Lock(dir); err != nil {
		return nil, err
	}
	if err := t.read(); err != nil {
		t.unlock()
		return nil, err
	}
	return t, nil
}

// settingsFile keeps the settings that all rows of a table share.
const settingsFile = "settings.json"

// read reads the rows of the folder; of a new folder it writes the settings.
func (t *table[C]) read() error {
	path := filepath.Join(t.dir, "results.csv")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t.saveJSON(settingsFile, t.settings)
	}
	if err != nil {
		return err
	}
	if err := t.compareSettings(); err != nil {
		return err
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w: mend it, or choose another --out", path, err)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], strings.Fields(t.columns)) {
		return fmt.Errorf("%s is not a table of this experiment: choose another --out", path)
	}
	for i, l := range lines[1:] {
		var r row[C]
		for j, column := range lines[0] {
			if err := r.parse(column, l[j]); err != nil {
				return fmt.Errorf("%s: row %d: %w: mend it, or choose another --out", path, i+1, err)
			}
		}
		t.rows = append(t.rows, r)
	}
	return nil
}

// compareSettings returns an error if the fits of the folder were made with other settings.
func (t *table[C]) compareSettings() error {
	path := filepath.Join(t.dir, settingsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s holds no table of this experiment: %w: choose another --out", t.dir, err)
	}
	var had map[string]string
	if err := json.Unmarshal(text, &had); err != nil {
		return fmt.Errorf("%s: %w: choose another --out", path, err)
	}
	for _, name := range slices.Sorted(maps.Keys(t.settings)) {
		if had[name] != t.settings[name] {
			return fmt.Errorf("%s holds fits with --%s %s, not %s: choose another --out",
				t.dir, name, had[name], t.settings[name])
		}
	}
	return nil
}

// missing returns the fits that the table does not have, every cell with the first seed and then with the next.
func (t *table[C]) missing(seeds int) (todo []row[C]) {
	for seed := range uint64(seeds) {
		for _, c := range t.cells {
			if !slices.ContainsFunc(t.rows, func(r row[C]) bool { return r.cell == c && r.seed == seed }) {
				todo = append(todo, row[C]{cell: c, seed: seed})
			}
		}
	}
	return todo
}

// add writes a fit into the folder at once, so that a stop loses only the fits that run. The row comes last, because it
// says that the fit is made.
func (t *table[C]) add(r row[C]) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.keep(r); err != nil {
		return err
	}
	r.artifact = nil
	t.rows = append(t.rows, r)
	return t.write()
}

func (t *table[C]) write() error {
	var b bytes.Buffer
	lines := [][]string{strings.Fields(t.columns)}
	for _, r := range t.rows {
		for column := range r.values {
			if !slices.Contains(lines[0], column) {
				return fmt.Errorf("results.csv has no column for the measure %s", column)
			}
		}
		var l []string
		for _, column := range lines[0] {
			l = append(l, r.text(column))
		}
		lines = append(lines, l)
	}
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		return err
	}
	return t.save("results.csv", b.Bytes())
}

// save writes a file of the folder whole.
func (t *table[C]) save(name string, contents []byte) error {
	return rundir.WriteFile(filepath.Join(t.dir, name), func(w io.Writer) error {
		_, err := w.Write(contents)
		return err
	})
}

func (t *table[C]) saveJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return t.save(name, append(text, '\n'))
}

// sort puts the rows in the order of the cells, and the rows of one cell in the order of seeds. Rows of other cells
// come first.
func (t *table[C]) sort() {
	slices.SortStableFunc(t.rows, func(x, y row[C]) int {
		if d := slices.Index(t.cells, x.cell) - slices.Index(t.cells, y.cell); d != 0 {
			return d
		}
		return int(x.seed) - int(y.seed)
	})
}

// kinds returns the rows of each cell.
func (t *table[C]) kinds() (kinds [][]row[C]) {
	for _, r := range t.rows {
		i := slices.IndexFunc(kinds, func(k []row[C]) bool { return k[0].cell == r.cell })
		if i < 0 {
			i = len(kinds)
			kinds = append(kinds, nil)
		}
		kinds[i] = append(kinds[i], r)
	}
	return kinds
}

// values returns the finite numbers of a column.
func values[C comparable](rows []row[C], column string) (v []float64) {
	for _, r := range rows {
		if x, ok := r.values[column]; ok && !math.IsNaN(x) && math.Abs(x) < 1e100 {
			v = append(v, x)
		}
	}
	return v
}
