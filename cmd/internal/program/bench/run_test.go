package bench

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
)

func bench(args ...string) (status int, stdout, stderr string) {
	return clitest.Run(context.Background(), Run, args...)
}

// TestLine checks that the output is one JSON line with exactly the keys of the peers.
func TestLine(t *testing.T) {
	for v := range change {
		status, out, stderr := bench("--shape=16,9,5,2", "--steps=2", "--variant="+string(v), "--hidden=3")
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); status != 0 || err != nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%s: exit %d, %q, %s", v, status, out, stderr)
		}
		for _, k := range []string{"impl", "version", "M", "N", "K", "G", "threads", "us_min", "us_median"} {
			if _, ok := got[k]; !ok {
				t.Errorf("%s: key %s is missing in %s", v, k, out)
			}
			delete(got, k)
		}
		if len(got) > 0 {
			t.Errorf("%s: additional keys, which the peers do not print: %v", v, got)
		}
	}
}

// TestAgainst runs a peer in turn with our step. The peer is a script that claims one second per step.
func TestAgainst(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the peer is a shell script")
	}
	peer := filepath.Join(t.TempDir(), "peer")
	script := "#!/bin/sh\necho '{\"impl\":\"peer of '$1,$2,$3'\",\"us_median\":1e6}'\n"
	if err := os.WriteFile(peer, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := bench("--shape=16,9,4,2", "--steps=2", "--pairs=3", "--against="+peer+" fast")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != 0 || len(lines) != 7 || !strings.Contains(lines[0], "peer of fast,16,9,4,2,1") ||
		!strings.Contains(lines[1], `"impl":"facrnn"`) {
		t.Fatalf("exit %d, %q, %s", status, out, stderr)
	}
	var last struct {
		Median float64 `json:"ratio_median"`
		Pairs  int     `json:"pairs"`
	}
	if err := json.Unmarshal([]byte(lines[6]), &last); err != nil || last.Pairs != 3 || last.Median > 0.5 {
		t.Errorf("unexpected last line %s", lines[6])
	}
	// echo prints its arguments, which are not JSON
	if status, _, stderr := bench("--steps=1", "--shape=4,2,2,1", "--against=echo"); status != 1 ||
		!strings.Contains(stderr, "must print one JSON line") {
		t.Errorf("a peer that does not print JSON: exit %d, %q", status, stderr)
	}
}

func TestWrong(t *testing.T) {
	for _, c := range []struct{ flag, want string }{
		{"--shape=128,100,6", "M,N,K,G"},
		{"--shape=128,100,6,x", `"x" is not a number`},
		{"--shape=128,0,6,2", `"0" is not a number`},
		{"--shape=1,10,6,2", "at least 2 bins"},
		{"--shape=16,10,2,6", "2 latents cannot form 6 groups"},
		{"--shape=9223372036854775807,2,2,2", "too large"},
		{"--shape=128,10,9223372036854775807,2", "too large"},
		{"--shape=1000000,1000000,6,2", "too large"},
		{"--shape=2,1,100000000,100000000", "too large"},
		{"--steps=1000000000000", "--steps is 1000000000000: give at most"},
		{"--pairs=1000000000000", "--pairs is 1000000000000: give at most"},
		{"--hidden=9223372036854775807", "too large"},
		{"--threads=1000000", "processors"},
		{"--threads=0", "--threads is 0"},
		{"--steps=-1", "--steps is -1"},
		{"--variant=quadratic", `unknown variant "quadratic"`},
		{"--nonsense", "unknown flag"},
	} {
		if status, _, stderr := bench(c.flag); status != 2 || !strings.Contains(stderr, c.want) ||
			strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, want exit 2 and %q", c.flag, status, stderr, c.want)
		}
	}
	if status, _, stderr := bench("--steps=1", "--against=no-such-program"); status != 1 ||
		!strings.Contains(stderr, "no-such-program") {
		t.Errorf("a peer that does not exist: exit %d, %q", status, stderr)
	}
}
