package data

// Session is the metadata of the session in an NWB file. It is kept so that a file of results can repeat it. Texts are
// as in the file, and empty if missing. The zero value belongs to a recording from another format.
type Session struct {
	Identifier    string   // of the file, unique
	Description   string   // session_description
	Start         string   // session_start_time, ISO 8601
	Reference     string   // timestamps_reference_time, ISO 8601: when a recording's Time is 0
	ID            string   // session_id, the lab's own
	Experiment    string   // experiment_description
	Institution   string   // institution of the experiment
	Lab           string   // laboratory of the experiment
	Experimenters []string // "last, first"
	Keywords      []string // for searching
	Subject       Subject  // the animal or person
}

// Subject is the animal or person that was recorded; the zero value if the file has none.
type Subject struct {
	ID           string // subject_id
	Species      string // usually in Latin
	Sex          string // M, F, O or U
	Age          string // ISO 8601 duration: P90D
	AgeReference string // birth or gestational: the start of the age
	DateOfBirth  string // ISO 8601
	Genotype     string
	Strain       string
	Weight       string // "0.02 kg"
	Description  string
}
