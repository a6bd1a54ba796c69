package data

// Contents is what a file holds that could be modelled.
type Contents struct {
	Path   string
	Format string // "nwb" or "npz"
	Series []Series
	Units  Units
	Tables []Table // trial tables and other time intervals; the one taken by default comes first
}

// Series is one array over time.
type Series struct {
	Path    string  // inside the file, "processing/ecephys/firing_rates"
	Name    string  // the last part of the path
	Type    string  // the NWB type: TimeSeries, ElectricalSeries, RoiResponseSeries, ...
	Shape   []int   // time first; as stored where time cannot be told
	Rate    float64 // Hz, nominal where there are timestamps; 0 where unknown
	Unit    string
	Missing int    // NaN values, where they were counted; -1 where the data were not read
	Role    string // what it is for: "activity", "input", "behavior" or "" (nothing that can be fitted)
}

// Units are the sorted units of a file.
type Units struct {
	Count  int
	Spikes int // in all
}

// Table is a table of time intervals, such as trials.
type Table struct {
	Path    string
	Name    string
	Count   int // rows
	Columns []string
}

// Selection says what to take from a file. The zero value leaves every choice to the reader, which notes what it chose in
// Recording.Notes.
type Selection struct {
	Series   string  // path or name of the activity; "" for the likeliest
	Units    bool    // bin the spikes of the sorted units, even where a series exists
	BinWidth float64 // seconds, for spikes; 0 for 0.05
	Trials   string  // path or name of the table of trials; "" for the file's trials, if it has any; "none" for no trials
	Input    string  // path or name of the known external input; "" for none
	Behavior string  // path or name of the behaviour; "" for none
}
