package content

import (
	"fmt"
	"strings"

	"facrnn/train"
	"facrnn/train/evaluate"
)

// verdicts returns the verdicts of a page, word for word as in summary.json.
func verdicts(all []evaluate.Verdict) (out []Verdict) {
	for _, v := range all {
		out = append(out, Verdict{Key: v.Key, Question: v.Question, Status: string(v.Status), Sentence: v.Sentence})
	}
	return out
}

// shown returns the epochs of the restart that a page describes: the chosen one, or the one with the most epochs.
func shown(histories [][]train.Epoch, chosen int) (rows []train.Epoch) {
	if chosen >= 0 && chosen < len(histories) && len(histories[chosen]) > 0 {
		return histories[chosen]
	}
	for _, h := range histories {
		if len(h) > len(rows) {
			rows = h
		}
	}
	return rows
}

// atAGlance fills in the short description of a group.
func atAGlance(g *Group, e evaluate.GroupEvidence) {
	if d := e.Decoded; d != nil && evaluate.Holds(d.R2) {
		g.Decoded = fmt.Sprintf("%s: %.2f", d.Name, d.R2)
	}
	if e.Between != nil {
		g.Drive = e.Between.String()
	}
	if e.Within != nil {
		g.Within = e.Within.String()
	}
	g.Band = e.Band()
}

// bestGroups names the group that decodes each of the first columns of the behaviour best. It returns "" for fewer than
// two groups.
func bestGroups(b *Behavior, groups []string) string {
	const few = 6
	if len(groups) < 2 {
		return ""
	}
	var words []string
	for i, name := range b.Names[:min(few, len(b.Names))] {
		best := BehaviorR2{}
		for _, r := range b.R2[1:] {
			if evaluate.Holds(float64(r.Columns[i])) && (best.Name == "" || r.Columns[i] > best.Columns[i]) {
				best = r
			}
		}
		if best.Name == "" {
			words = append(words, name+" from none")
		} else {
			words = append(words, fmt.Sprintf("%s from %s (%.2f)", name, best.Name, float64(best.Columns[i])))
		}
	}
	return "Of single groups, best decoded: " + strings.Join(words, "; ") + "."
}
