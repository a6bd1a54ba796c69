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

// TestLine checks that one JSON line with the peers' keys, and no others.
func TestLine(t *testing.T) {
	for v := range change {
		status, out, stderr := bench("--shape=16,9,5,2", "--steps=2", "--variant="+string(v), "--hidden=3")
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); status != 0 || err != nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%s: exit %d, %q, %s", v, status, out, stderr)
		}
		for _, k := range []string{"impl", "version", "M", "N", "K", "G", "threads", "us_min", "us_median"} {
			if _, ok := got[k]; !ok {
				t.Errorf("%s: no key %s in %s", v, k, out)
			}
			delete(got, k)
		}
		if len(got) > 0 {
			t.Errorf("%s: keys that the peers don't print: %v", v, got)
		}
	}
}

// TestAgainst runs a peer in turn, here a script that says that it took a second a step.
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
	if status != 0 || len(lines) != 7 || !strings.Contains(lines[0], "peer of fast,16,9,4,2,1") || !strings.Contains(lines[1], `"impl":"facrnn"`) {
		t.Fatalf("exit %d, %q, %s", status, out, stderr)
	}
	var last struct {
		Median float64 `json:"ratio_median"`
		Pairs  int     `json:"pairs"`
	}
	if err := json.Unmarshal([]byte(lines[6]), &last); err != nil || last.Pairs != 3 || last.Median > 0.5 {
		t.Errorf("the last line is %s", lines[6])
	}
	// echo alone prints no JSON
	if status, _, stderr := bench("--steps=1", "--shape=4,2,2,1", "--against=echo"); status != 1 ||
		!strings.Contains(stderr, "does not print one JSON line") {
		t.Errorf("a peer that prints something else: exit %d, %q", status, stderr)
	}
}

func TestWrong(t *testing.T) {
	for _, c := range []struct{ flag, want string }{
		{"--shape=128,100,6", "M,N,K,G"},
		{"--shape=128,100,6,x", `"x" is no number`},
		{"--shape=128,0,6,2", `"0" is no number`},
		{"--shape=1,10,6,2", "at least 2 bins"},
		{"--shape=16,10,2,6", "2 latents cannot fall into 6 groups"},
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
		{"--variant=quadratic", `no variant "quadratic"`},
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
