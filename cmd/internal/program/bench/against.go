package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"

	"facrnn/cmd/internal/cli"
	"facrnn/train"
)

// against runs a peer program and our step in turn, and prints one line for each. The last line has the ratio
// of their medians: its median, lowest and highest value over the pairs.
func against(ctx context.Context, w io.Writer, f flags, now train.Clock) error {
	words := strings.Fields(f.Against)
	if len(words) == 0 {
		return cli.Input{Err: fmt.Errorf("--against is empty; give a peer's command")}
	}
	s := f.Shape
	sizes := fmt.Sprintf("%d,%d,%d,%d", s.M, s.N, s.K, s.G)
	args := append(words[1:len(words):len(words)], sizes, fmt.Sprint(f.Threads), fmt.Sprint(f.Steps))
	var ratios []float64
	for range f.Pairs {
		var peer result
		var stderr bytes.Buffer
		cmd := exec.CommandContext(ctx, words[0], args...)
		cmd.Stderr = &stderr
		line, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w: %s", cmd, err, lastLine(stderr.String()))
		}
		if err := json.Unmarshal(line, &peer); err != nil || peer.Median <= 0 {
			return fmt.Errorf("%s must print one JSON line with us_median, but printed %q", cmd, lastLine(string(line)))
		}
		ours, err := timed(ctx, f, now)
		if err != nil {
			return err
		}
		for _, r := range []result{peer, ours} {
			if err := json.NewEncoder(w).Encode(r); err != nil {
				return err
			}
		}
		ratios = append(ratios, ours.Median/peer.Median)
	}
	slices.Sort(ratios)
	_, err := fmt.Fprintf(w, "{\"ratio_median\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f,\"pairs\":%d}\n",
		(ratios[len(ratios)/2]+ratios[(len(ratios)-1)/2])/2, ratios[0], ratios[len(ratios)-1], len(ratios))
	return err
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
