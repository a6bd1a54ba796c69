package npz

import "facrnn/data"

// Arrays returns a recording as arrays that [Save] writes and [Recording] reads: activity (T,N), trial (T), time (T),
// channel (N). The recording may also have region (N), input (T,N), drive (T,P), behavior (T,D), drive_names (P),
// behavior_names (D), condition (trials) and event (trials). The arrays share its memory.
//
// Two properties change when the file is read. A continuous recording becomes one trial, and an unknown bin width
// becomes the bin width computed from Time.
func Arrays(r *data.Recording) map[string]Array {
	names, regions, located := make([]string, len(r.Channels)), make([]string, len(r.Channels)), false
	for i, c := range r.Channels {
		names[i], regions[i] = c.Name, c.Region
		located = located || c.Region != ""
	}
	m := map[string]Array{
		activityNames[0]: FromMatrix(r.Activity),
		trialName:        Ints(r.Trial),
		timeName:         Vector(r.Time),
		channelName:      Vector(names),
	}
	if located {
		m[regionName] = Vector(regions)
	}
	if !r.Input.Empty() {
		m[inputNames[0]] = FromMatrix(r.Input)
	}
	if !r.Drive.Empty() {
		m[driveNames[0]], m[driveColumns] = FromMatrix(r.Drive), Vector(r.DriveNames)
	}
	if !r.Behavior.Empty() {
		m[behaviorNames[0]] = FromMatrix(r.Behavior)
	}
	if len(r.BehaviorNames) > 0 {
		m[behaviorColumns] = Vector(r.BehaviorNames)
	}
	if r.Condition != nil {
		m[conditionName] = Vector(r.Condition)
	}
	if r.Event != nil {
		m[eventName] = Vector(r.Event)
	}
	return m
}
