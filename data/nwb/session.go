package nwb

import "facrnn/data"

// sessionOf returns the file's description of its session and subject. A text that cannot be read is left out,
// because a fit does not need it.
func sessionOf(f *file) data.Session {
	root, err := f.newGroup("", f.h5.Root(), nil)
	f.note(err)
	general := root.child("general")
	subject := general.child("subject")
	return data.Session{
		Identifier:    root.text("identifier"),
		Description:   root.text("session_description"),
		Start:         root.text("session_start_time"),
		Reference:     root.text("timestamps_reference_time"),
		ID:            general.text("session_id"),
		Experiment:    general.text("experiment_description"),
		Institution:   general.text("institution"),
		Lab:           general.text("lab"),
		Experimenters: general.texts("experimenter"),
		Keywords:      general.texts("keywords"),
		Subject: data.Subject{
			ID:           subject.text("subject_id"),
			Species:      subject.text("species"),
			Sex:          subject.text("sex"),
			Age:          subject.text("age"),
			AgeReference: subject.attribute("age", "reference"),
			DateOfBirth:  subject.text("date_of_birth"),
			Genotype:     subject.text("genotype"),
			Strain:       subject.text("strain"),
			Weight:       subject.text("weight"),
			Description:  subject.text("description"),
		},
	}
}
