package inspect

import (
	"math"

	"facrnn/data"
)

// The report of --json; its keys are fixed, for scripts.
type (
	jsonReport struct {
		File     string        `json:"file"`
		Format   string        `json:"format"`
		Series   []jsonSeries  `json:"series"`
		Units    jsonUnits     `json:"units"`
		Trials   jsonTrials    `json:"trials"`
		Tables   []jsonTable   `json:"tables"`   // of intervals, trials among them, and of events
		Selected *jsonSelected `json:"selected"` // null where nothing can be modelled
		Problem  string        `json:"problem"`  // why train would take nothing; empty where it takes something
		Problems []string      `json:"problems"` // what is wrong with other parts than series, units and trials
	}
	jsonSeries struct {
		Path    string  `json:"path"`
		Name    string  `json:"name"`
		Type    string  `json:"type"`
		Shape   []int   `json:"shape"`
		Rate    float64 `json:"rate"` // Hz; 0 where unknown
		Unit    string  `json:"unit"`
		Missing int     `json:"missing"` // -1 where not counted
		Role    string  `json:"role"`    // activity, input, behavior or empty
		Guess   bool    `json:"guess"`   // nothing in the file says that it is activity
		Problem string  `json:"problem"` // what is wrong with it; empty for nothing
	}
	jsonUnits struct {
		Count   int      `json:"count"`
		Spikes  int      `json:"spikes"`
		Columns []string `json:"columns"`
		Problem string   `json:"problem"`
	}
	jsonTrials struct {
		Count   int      `json:"count"`
		Columns []string `json:"columns"`
		Problem string   `json:"problem"`
	}
	jsonTable struct {
		Path    string   `json:"path"`
		Name    string   `json:"name"`
		Type    string   `json:"type"`
		Times   string   `json:"times"` // of events, the column with their times; empty for intervals
		Count   int      `json:"count"`
		Columns []string `json:"columns"`
	}
	jsonSelected struct {
		Path         string   `json:"path"`
		Unit         string   `json:"unit"`
		Bins         int      `json:"bins"`
		Channels     int      `json:"channels"`
		Trials       int      `json:"trials"`
		BinsPerTrial []int    `json:"bins_per_trial"`
		BinWidth     float64  `json:"bin_width"`
		Missing      int      `json:"missing"`    // -1 where not counted
		Drive        []string `json:"drive"`      // the columns' names
		Behavior     []string `json:"behavior"`   // likewise
		Condition    string   `json:"condition"`  // the column's name; empty for none
		Conditions   []string `json:"conditions"` // its values
		Event        string   `json:"event"`      // the column's name; empty for none
		Notes        []string `json:"notes"`
		Warnings     []string `json:"warnings"`
	}
)

// report returns the contents of --json. r is nil if nothing can be modelled; why is the reason.
func (o options) report(c *data.Contents, r *data.Recording, why error) jsonReport {
	report := jsonReport{
		File:   c.Path,
		Format: c.Format,
		Series: []jsonSeries{},
		Units:  jsonUnits{c.Units.Count, c.Units.Spikes, append([]string{}, c.Units.Columns...), c.Units.Problem},
		Trials: jsonTrials{Columns: []string{}},

		Problem: problemText(c, why), Problems: append([]string{}, c.Problems...),
		Tables: []jsonTable{},
	}
	for _, t := range c.Tables {
		report.Tables = append(report.Tables, jsonTable{t.Path, t.Name, t.Type, t.Times, t.Count,
			append([]string{}, t.Columns...)})
	}
	for _, s := range c.Series {
		report.Series = append(report.Series, jsonSeries{
			Path: s.Path, Name: s.Name, Type: s.Type, Shape: append([]int{}, s.Shape...), Rate: finite(s.Rate),
			Unit: s.Unit, Missing: s.Missing,
			Role: s.Role, Guess: s.Guess, Problem: s.Problem,
		})
	}
	if t, ok := o.table(c); ok {
		report.Trials = jsonTrials{t.Count, append([]string{}, t.Columns...), t.Problem}
	}
	if r != nil {
		report.Selected = &jsonSelected{
			Path: r.Source.Series, Unit: r.Unit, Bins: r.Bins(), Channels: r.Activity.Cols, Trials: r.Trials,
			BinsPerTrial: append([]int{}, r.BinsPerTrial()...), BinWidth: finite(r.BinWidth), Missing: missing(r),
			Drive: append([]string{}, r.DriveNames...), Behavior: append([]string{}, r.BehaviorNames...),
			Condition: r.ConditionName, Conditions: append([]string{}, r.Conditions()...), Event: r.EventName,
			Notes: append([]string{}, r.Notes...), Warnings: append([]string{}, r.Warnings...),
		}
	}
	return report
}

// missing is how many values of a recording are missing; -1 of an outline.
func missing(r *data.Recording) int {
	if r.Activity.Empty() {
		return -1
	}
	return r.Missing()
}

// finite is x, or 0 for what JSON has no number for.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
