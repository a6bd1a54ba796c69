package content

import (
	"maps"
	"slices"

	"facrnn/train/report/palette"
)

// Figure is a drawing: one file of the folder figures/ and a part of a section of the page. It holds every number that
// a renderer needs: limits of axes and of colours, the order of neurons, names, units, and the looks of conditions. The
// renderer chooses the lengths and the other colours.
//
// To add a figure, write one file that calls register with the function that makes the figure.
type Figure struct {
	Name       string   `json:"name"`              // the file's name without its ending
	Section    string   `json:"section"`           // of the page
	Variant    string   `json:"variant,omitempty"` // the page shows one variant of a section at a time
	Title      string   `json:"title"`
	Note       string   `json:"note,omitempty"`       // about all of the figure
	Column     string   `json:"column,omitempty"`     // the name of the column that distinguishes conditions
	Conditions []string `json:"conditions,omitempty"` // An OfCondition look is an index of it.

	// Looks are the colours and dashes of the conditions. Figures fills them in.
	Looks []palette.Look `json:"looks,omitempty"`

	Rows    []Row    `json:"rows"`
	Neurons *Neurons `json:"neurons,omitempty"` // of the figure's maps

	// Single trials are drawn of at most MostSingles conditions, bands of at most MostBands: more of them hide one
	// another.
	MostSingles int `json:"most_singles,omitempty"`
	MostBands   int `json:"most_bands,omitempty"`
}

// Row is panels that stand side by side.
type Row struct {
	Title  string  `json:"title,omitempty"`
	Note   string  `json:"note,omitempty"`
	Key    []Entry `json:"key,omitempty"`
	Panels []Panel `json:"panels"`
}

// Entry names a look in a key.
type Entry struct {
	Name  string `json:"name"`
	Look  Look   `json:"look"`
	Faint bool   `json:"faint,omitempty"`
}

// Look says what a colour stands for. The zero Look is plain: text, the ground truth, bins that were trained on.
type Look struct {
	Of    LookOf `json:"of,omitempty"`
	Index int    `json:"index,omitempty"` // of the group or the condition
}

// LookOf is a kind of thing that has a colour.
type LookOf string

// The kinds of looks, except the plain one.
const (
	OfGroup     LookOf = "group"
	OfCondition LookOf = "condition"
	OfHeldOut   LookOf = "heldout"
	OfControl   LookOf = "control" // values for comparison
	OfPositive  LookOf = "positive"
	OfNegative  LookOf = "negative"
	OfFiltered  LookOf = "filtered"
)

func ofGroup(g int) Look { return Look{Of: OfGroup, Index: g} }

func ofCondition(c int) Look { return Look{Of: OfCondition, Index: c} }

// Panel is one drawing of one kind: exactly one of the last six fields is set.
type Panel struct {
	Key    string `json:"key"` // unique on the page; variants of a figure share it
	Title  string `json:"title"`
	Note   string `json:"note,omitempty"`
	Look   Look   `json:"look"`             // of the title's mark; none if it is plain
	Wide   bool   `json:"wide,omitempty"`   // it takes a row of its own
	Square bool   `json:"square,omitempty"` // a unit is as long on both axes
	Table  *Table `json:"table,omitempty"`  // the numbers behind it, if they are more than the drawn ones

	Lines        *Lines        `json:"lines,omitempty"`
	Bars         *Bars         `json:"bars,omitempty"`
	Trajectories *Trajectories `json:"trajectories,omitempty"`
	Matrix       *Matrix       `json:"matrix,omitempty"`
	Chord        *Chord        `json:"chord,omitempty"`
	Map          *Map          `json:"map,omitempty"`
}

// Axis is one axis. Its ticks are multiples of 1, 2 or 5 times a power of ten, as many as there is room for.
type Axis struct {
	Label  string   `json:"label"` // with the unit
	Log    bool     `json:"log,omitempty"`
	Whole  bool     `json:"whole,omitempty"`  // whole numbers only
	Domain []Number `json:"domain,omitempty"` // from, to; without them, the range of the values
	Own    bool     `json:"own,omitempty"`    // of trajectories: the axis has a scale of its own, and others share one
}

// Lines are curves over one axis, in plots that stand below one another.
type Lines struct {
	X      Axis      `json:"x"`
	At     []Values  `json:"at"` // places on X, which series share
	Plots  []Plot    `json:"plots"`
	Shades []Stretch `json:"shades,omitempty"`
	Marks  []Mark    `json:"marks,omitempty"`
}

// Plot is one axis of values and its curves. The last series lies over the others.
type Plot struct {
	Y      Axis     `json:"y"`
	Series []Series `json:"series"`
}

// Series is one curve; NaN breaks it.
type Series struct {
	Name   string `json:"name"`
	Look   Look   `json:"look"`
	At     int    `json:"at"` // its places on the axis: Lines.At[At]
	Y      Values `json:"y"`
	Spread Values `json:"spread,omitempty"` // half the height of a band around Y
	Faint  bool   `json:"faint,omitempty"`  // it is context, and is not read
	Filled bool   `json:"filled,omitempty"` // down to 0, as a histogram is
}

// Stretch is a named part of an axis.
type Stretch struct {
	Name string `json:"name"`
	From Number `json:"from"`
	To   Number `json:"to"`
}

// Mark is a place on an axis.
type Mark struct {
	Name   string `json:"name,omitempty"`
	At     Number `json:"at"`
	Result bool   `json:"result,omitempty"` // it is the panel's result, and no context
}

// Bars are bars from 0, one a name. A bar of several values is stacked.
type Bars struct {
	Axis    Axis  `json:"axis"`
	Percent bool  `json:"percent,omitempty"` // values are written as percents
	Rows    []Bar `json:"rows"`
}

// Bar is one bar.
type Bar struct {
	Name  string    `json:"name"`
	Parts []BarPart `json:"parts"`
}

// BarPart is a value; a missing one has no bar.
type BarPart struct {
	Name  string `json:"name,omitempty"`
	Look  Look   `json:"look"`
	Value Number `json:"value"`
}

// Trajectories are lines through a plane or through space.
type Trajectories struct {
	Axes   []Axis  `json:"axes"`   // 2 or 3
	Tracks []Track `json:"tracks"` // of as many values a point as there are axes
}

// Matrix is a small matrix with named rows and columns.
type Matrix struct {
	RowName    string    `json:"row_name"`
	ColumnName string    `json:"column_name"`
	Rows       []string  `json:"rows"`
	Columns    []string  `json:"columns"`
	Values     Values    `json:"values"` // row-major
	Colours    Colours   `json:"colours"`
	Outlines   []Outline `json:"outlines,omitempty"`
}

// Colours is a scale of colours from -Limit, or from 0, to Limit.
type Colours struct {
	Name     string `json:"name"` // with the unit
	Limit    Number `json:"limit"`
	Unsigned bool   `json:"unsigned,omitempty"` // from 0
}

// Outline is a square on the diagonal of a matrix, from a row up to and without another.
type Outline struct {
	From int  `json:"from"`
	To   int  `json:"to"`
	Look Look `json:"look"`
}

// Chord holds the connections between R places, drawn as a matrix and as arrows around a circle.
type Chord struct {
	Names   []string `json:"names"`  // R
	Counts  []int    `json:"counts"` // neurons in each
	Flows   Values   `json:"flows"`  // (R,R), row i <- column j
	Colours Colours  `json:"colours"`
	Arrows  [][2]int `json:"arrows"` // {to, from} of the drawn arrows, the strongest last; none: only the matrix
}

// Map is a matrix of weights from neuron to neuron, row i <- column j, in one of the orders of Figure.Neurons.
type Map struct {
	Latents []int     `json:"latents,omitempty"` // the map is the product of A and B over these latents
	Values  Values    `json:"values,omitempty"`  // (N,N), if the map is not such a product
	Colours []Colours `json:"colours"`           // one an order
}

// Neurons are the rows and columns of a figure's maps.
type Neurons struct {
	N       int           `json:"n"`
	K       int           `json:"k"`
	A       Values        `json:"a,omitempty"`       // (N,K), row-major
	B       Values        `json:"b,omitempty"`       // (K,N)
	Names   []string      `json:"names,omitempty"`   // N
	Regions []string      `json:"regions,omitempty"` // N
	Orders  []NeuronOrder `json:"orders"`
	First   int           `json:"first"` // the order that is shown first
	Block   int           `json:"block"` // a cell is the mean of Block x Block weights
}

// NeuronOrder is a permutation of the neurons, in segments.
type NeuronOrder struct {
	Name        string    `json:"name"`
	Permutation []int     `json:"permutation"`
	Segments    []Segment `json:"segments"`
}

// Segment is a run of neurons in an order, from a place up to and without another.
type Segment struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Name string `json:"name"`
}

// Table is numbers with a name a row.
type Table struct {
	Head []string   `json:"head"`
	Rows []TableRow `json:"rows"`
}

// TableRow is one row of a table.
type TableRow struct {
	Name   string   `json:"name"`
	Values []Number `json:"values"`
}

// makers make the figures of a page, by the names of their parts. A maker returns no figure if the page lacks its part.
var makers = map[string]func(*Page) []Figure{}

// register adds a maker of figures. Figures come in the order of their makers' names.
func register(name string, make func(*Page) []Figure) { makers[name] = make }

// Figures returns the figures of a page, which report.html and the files of figures/ both draw.
func (p *Page) Figures() []Figure {
	out := []Figure{}
	for _, name := range slices.Sorted(maps.Keys(makers)) {
		out = append(out, makers[name](p)...)
	}
	for i := range out {
		out[i].Looks = palette.Conditions(out[i].Conditions)
	}
	return out
}
