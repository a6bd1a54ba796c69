package data

// Session is what an NWB file says of the session that its recording is from, carried along so that a file of results
// can say the same. Texts are as in the file, and empty where it has none; the zero value belongs to a recording that
// comes from no NWB file.
type Session struct {
	Identifier    string   // of the file, unique
	Description   string   // session_description
	Start         string   // session_start_time, ISO 8601
	Reference     string   // timestamps_reference_time, ISO 8601: when a recording's Time is 0
	ID            string   // session_id, the lab's own
	Experiment    string   // experiment_description
	Institution   string   // where
	Lab           string   // whose
	Experimenters []string // "last, first"
	Keywords      []string // to search by
	Subject       Subject  // the animal or person
}

// Subject is the animal or person that was recorded; the zero value where the file has none.
type Subject struct {
	ID           string // subject_id
	Species      string // in Latin, as a rule
	Sex          string // M, F, O or U
	Age          string // ISO 8601 duration: P90D
	AgeReference string // birth or gestational: what the age counts from
	DateOfBirth  string // ISO 8601
	Genotype     string
	Strain       string
	Weight       string // "0.02 kg"
	Description  string
}
