package nwb

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// version is the version of the NWB schema of the files.
const version = "2.8.0"

// module is the path of the processing module that holds the fit.
const module = "processing/facrnn"

// Results is a fit that Write writes into an NWB file.
type Results struct {
	Recording *data.Recording // the fitted recording
	Split     data.Split      // its rows that were trained on and held out
	Mu        data.Matrix     // (T,K) latents encoded from the past
	Filtered  data.Matrix     // (T,K) latents that know of their own bin; empty if there are none
	Groups    []Group
	A         data.Matrix   // (N,K); empty for a model that is not linear, as are B and W
	B         data.Matrix   // (K,N)
	D         data.Matrix   // (N,P) of the recording's drive; empty if there is none
	E         data.Matrix   // (N,P) the part of the drive that the history leaves out; empty if it keeps all
	W         []data.Matrix // (N,N) each: every group's A_g B_g
	Method    string        // what was fitted: facrnn, lint, ...
	Version   string        // of the program
	Settings  string        // the text of config.toml
	Created   time.Time     // NWB asks when the file was made
}

// Group is a group of latents.
type Group struct {
	Name    string
	Latents []int // counted from 0
}

// Write writes a fit as an NWB 2 file to f, which is empty. The processing module facrnn holds the latents as series,
// at the session's own times, and two tables. The table groups has one row per group: its latents, and W_g unless
// there are more than [MaxUnits] units. For a linear model, the table units has one row per unit: A, B and, with a
// drive, D and E.
//
// The file's source_script holds the settings. Its scratch says where the recording came from, and intervals/trials
// has the trials.
//
// Session and subject are copied from the recording's Session. If they are missing, Write uses placeholders: the
// source's file name for the identifier, and the beginning of 1970 for the start. A recording that is not from an NWB
// file gets the subject "unknown" ("simulation" for the demo), of unknown sex and age. The identifier of the file is
// the source's identifier and a hash of the results. The same fit gives the same bytes, except for the time Created.
func Write(f hdf5.File, r Results) error {
	w := writer{Results: r, hdf: hdf5.New(f), session: r.Recording.Session, source: sourceName(r.Recording.Source)}
	w.root = w.hdf.Root()
	w.session.Identifier = cmp.Or(w.session.Identifier, data.Source{Path: w.source}.Name())
	w.identifier = w.session.Identifier + "-facrnn-" + w.digest()
	w.clock = sessionClock(r.Recording)
	w.file()
	w.general()
	w.scratch()
	w.trials()
	w.latents()
	w.groups()
	w.units()
	return w.hdf.Close()
}

// writer writes a file of results.
type writer struct {
	Results
	hdf        *hdf5.Writer
	root       *hdf5.Group
	session    data.Session // with placeholders for missing texts
	source     string       // the source's file name
	identifier string
	clock      clock
}

// node is a group or a dataset.
type node interface{ Attr(name string, v any) }

// typed sets the NWB type of a group or dataset. The path of the node determines its id.
func (w *writer) typed(n node, path, namespace, kind string) {
	n.Attr("namespace", namespace)
	n.Attr("neurodata_type", kind)
	n.Attr("object_id", uuid(w.identifier+":"+path))
}

// uuid returns a UUID of version 8, which is free to choose, from a hash. So the same fit gives the same file.
func uuid(of string) string {
	u := sha256.Sum256([]byte(of))
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// digest returns a hash of the data, the settings, the program and the latents, which differs between fits.
func (w *writer) digest() string {
	h := sha256.New()
	fmt.Fprintln(h, w.Recording.Source.SHA256, w.Version, w.Settings)
	for _, m := range []data.Matrix{w.Mu, w.Filtered, w.A, w.B, w.D, w.E} {
		_ = binary.Write(h, binary.LittleEndian, m.Data) // a hash never fails
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// sourceName returns the name of the source's file, without its folder.
func sourceName(s data.Source) string {
	return cmp.Or(valid(strings.TrimLeft(filepath.Base(s.Path), ".")), "recording")
}

// at creates the groups of a path, and returns the last one.
func (w *writer) at(path string) *hdf5.Group {
	g := w.root
	for name := range strings.SplitSeq(path, "/") {
		g = g.Group(name)
	}
	return g
}

// addTexts adds texts to a group, without empty ones.
func addTexts(g *hdf5.Group, all ...[2]string) {
	for _, w := range all {
		if w[1] != "" {
			g.Dataset(w[0], w[1], nil, hdf5.Options{})
		}
	}
}

// unknownStart is the placeholder for an unknown start of a session. No recording is that old.
const unknownStart = "1970-01-01T00:00:00+00:00"

// validTime returns a time as NWB files write it, or otherwise if readers would not accept the time.
func validTime(text, otherwise string) string {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return text
		}
	}
	return otherwise
}

// file writes the parts that every NWB file has.
func (w *writer) file() {
	w.typed(w.root, "/", "core", "NWBFile")
	w.root.Attr("nwb_version", version)
	s := &w.session
	s.Start = validTime(s.Start, unknownStart)
	s.Reference = validTime(s.Reference, s.Start)
	created := w.Created.Format("2006-01-02T15:04:05.000000-07:00")
	w.root.Dataset("file_create_date", []string{created}, nil, hdf5.Options{Chunk: []int{1}, Unlimited: true})
	addTexts(w.root, [2]string{"identifier", w.identifier},
		[2]string{"session_description", cmp.Or(s.Description, w.description())},
		[2]string{"session_start_time", s.Start},
		[2]string{"timestamps_reference_time", s.Reference})
	for _, path := range []string{"acquisition", "analysis", "general", "stimulus/presentation", "stimulus/templates"} {
		w.at(path)
	}
	m := w.at(module)
	w.typed(m, module, "core", "ProcessingModule")
	m.Attr("description", w.about())
}

// description returns the placeholder for the session's description.
func (w *writer) description() string {
	switch w.Recording.Source.Format {
	case "demo":
		return "A simulation of reaching from the centre to a square of targets; no animal took part."
	case "npz", "npy":
		return "The recording in " + w.source + ", which says nothing of its session."
	}
	return "The recording in " + w.source + ", which does not describe its session."
}

// about describes the fit for the processing module.
func (w *writer) about() string {
	r := w.Recording
	text := fmt.Sprintf("FacRNN: independent groups of latents (arXiv 2511.13899), fitted by facrnn %s, method %s, "+
		"to %s of %s (identifier %s, SHA-256 %s). x(t) = f(A z(t) + b), z(t) = B h(t) + c, h the convolved "+
		"history of x.",
		w.Version, w.Method, r.Source.Series, w.source, w.session.Identifier, r.Source.SHA256)
	if w.session.Start == unknownStart {
		text += " The start of the session is unknown; 1970 is a placeholder."
	}
	return strings.Join(append([]string{text}, w.clock.notes...), " ")
}

func (w *writer) general() {
	g, s := w.at("general"), w.session
	addTexts(g, [2]string{"session_id", s.ID}, [2]string{"experiment_description", s.Experiment},
		[2]string{"institution", s.Institution}, [2]string{"lab", s.Lab})
	if s.Experimenters != nil {
		g.Dataset("experimenter", s.Experimenters, nil, hdf5.Options{})
	}
	if s.Keywords != nil {
		g.Dataset("keywords", s.Keywords, nil, hdf5.Options{})
	}
	g.Dataset("was_generated_by", []string{"facrnn", w.Version}, []int{1, 2}, hdf5.Options{})
	if w.Settings != "" {
		g.Dataset("source_script", valid(w.Settings), nil, hdf5.Options{}).Attr("file_name", "config.toml")
	}
	w.subject(g)
}

// subject writes the source's subject. A source in NWB without a subject gets none. Other sources cannot have one and
// get a placeholder.
func (w *writer) subject(general *hdf5.Group) {
	s := w.session.Subject
	if s == (data.Subject{}) {
		switch w.Recording.Source.Format {
		case "nwb":
			return
		case "demo":
			s = data.Subject{ID: "simulation", Description: "No animal: the recording is simulated."}
		default:
			s = data.Subject{ID: "unknown", Description: "The source, " + w.source +
				", says nothing of its subject."}
		}
		s.Sex, s.Age = "U", "P0D/" // any age from birth on
	}
	g := general.Group("subject")
	w.typed(g, "general/subject", "core", "Subject")
	addTexts(g, [2]string{"subject_id", s.ID}, [2]string{"species", s.Species}, [2]string{"sex", s.Sex},
		[2]string{"date_of_birth", validTime(s.DateOfBirth, "")},
		[2]string{"genotype", s.Genotype}, [2]string{"strain", s.Strain}, [2]string{"weight",
			s.Weight}, [2]string{"description", s.Description})
	if s.Age != "" {
		g.Dataset("age", s.Age, nil, hdf5.Options{}).Attr("reference", cmp.Or(s.AgeReference, "birth"))
	}
}

// scratch writes the origin of the recording, one text for each fact.
func (w *writer) scratch() {
	g := w.at("scratch")
	for _, t := range [][3]string{
		{"source_file", w.source, "The file that was fitted."},
		{"source_identifier", w.session.Identifier,
			"The identifier of the file that was fitted, or its name if it has none."},
		{"source_series", w.Recording.Source.Series, "The path of the activity in that file."},
		{"source_sha256", w.Recording.Source.SHA256, "SHA-256 of that file's bytes."},
	} {
		d := g.Dataset(t[0], t[1], nil, hdf5.Options{})
		w.typed(d, "scratch/"+t[0], "core", "ScratchData")
		d.Attr("notes", t[2])
	}
}
