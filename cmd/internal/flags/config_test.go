package flags

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

// parse reads a command line and, where text is not empty, a file of settings.
func parse(t testing.TB, text string, args ...string) (Settings, error) {
	t.Helper()
	var s Settings
	options := []kong.Option{Vars(), kong.WithHyphenPrefixedParameters(true)}
	if text != "" {
		r, err := Config(file(t, text))
		if err != nil {
			return s, err
		}
		options = append(options, kong.Resolvers(r))
	}
	p, err := kong.New(&s, options...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Parse(args)
	return s, err
}

// flags returns the settings of a command line.
func flags(t testing.TB, args ...string) Settings {
	t.Helper()
	s, err := parse(t, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestConfigSets checks the order of precedence: a flag overrides the file, and the file overrides the defaults.
func TestConfigSets(t *testing.T) {
	text := `# a comment
data = "a.nwb"
units = true
bin-width = 0.02
groups = '3,1'
beta = 4          # a whole number for a fraction
lr = 1e-5
epochs = 30
seed = 9
schedule = "cosine"
patience = 0
`
	want := flags(t, "--data=a.nwb", "--units", "--bin-width=0.02", "--groups=3,1", "--beta=4", "--lr=1e-5",
		"--epochs=30", "--seed=9", "--schedule=cosine")
	got, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got, err = parse(t, text, "--epochs", "7", "--groups=1", "--beta", "-0.5", "--schedule=constant", "--units=false")
	if err != nil {
		t.Fatal(err)
	}
	if *got.Epochs != 7 || got.Groups != "1" || *got.Beta != -0.5 || got.Schedule != "constant" || got.Units ||
		got.Seed != 9 {
		t.Errorf("the flags do not beat the file: %+v", got)
	}
	if got, err = parse(t, "# nothing\n"); err != nil || !cmp.Equal(got, flags(t)) {
		t.Errorf("an empty file gives %+v, %v", got, err)
	}
}

// TestConfigLists checks that a repeatable flag is a list in the file, and that flags replace the whole list.
func TestConfigLists(t *testing.T) {
	want := flags(t, "--data=a.nwb", "--where", "side=left, or right", "--where=contrast>0.5",
		"--where-units=quality=good", "--align=go", "--before=-0.1", "--after=0.5", "--smooth=0.02", "--min-rate=1")
	if len(want.Where) != 2 || want.Where[0] != "side=left, or right" || want.Before != -0.1 {
		t.Fatalf("%+v", want.Flags)
	}
	text, err := toml.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(t, string(text))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err = parse(t, string(text), "--where", "block=2"); err != nil ||
		!cmp.Equal(got.Where, []string{"block=2"}) || len(got.WhereUnits) != 1 {
		t.Errorf("%+v, %v", got.Flags, err)
	}
	for _, text := range []string{"behavior = ['hand']\n", "behaviour = ['hand']\n", "behaviour='hand'\n"} {
		if got, err := parse(t, text); err != nil || !cmp.Equal(got.Behavior, []string{"hand"}) {
			t.Errorf("%q gives the behaviour %q, %v; want hand", text, got.Behavior, err)
		}
	}
	if got, err := parse(t, "bin-width = '20ms'\nmin-rate = '0.5 Hz'\n"); err != nil || got.BinWidth != 0.02 ||
		got.MinRate != 0.5 {
		t.Errorf("units in the file give %v s and %v Hz, %v; want 0.02 and 0.5", got.BinWidth, got.MinRate, err)
	}
	if got, err = parse(t, "where = []\n"); err != nil || got.Where != nil {
		t.Errorf("an empty list gives %+v, %v", got.Where, err)
	}
	if got, err = parse(t, "where = 'a=b'\n"); err == nil {
		t.Errorf("a word for a list gives %+v", got.Where)
	}
	if got, err = parse(t, "where = [3]\n"); err == nil {
		t.Errorf("numbers for conditions give %+v", got.Where)
	}
}

// TestConfigBehavior checks that an older file with one behaviour as a text is read, and that a new file has a list.
func TestConfigBehavior(t *testing.T) {
	for text, want := range map[string][]string{
		"behavior = ''\n": nil, "behavior = \"\"\nseed = 3\n": nil, "behavior = 'hand, left' # his\n": {"hand, left"},
		"seed = 3\nbehavior=\"a/hand\"\r\n": {"a/hand"},
		"behavior = ['hand', 'pupil']\n":    {"hand", "pupil"}, "": nil,
	} {
		got, err := parse(t, text+"\n")
		if err != nil || !cmp.Equal(got.Behavior, want) {
			t.Errorf("%q gives %q, %v", text, got.Behavior, err)
		}
	}
	s := flags(t, "--drive=wheel", "--drive", "trials/go_cue", "--behavior=hand", "--behavior=eye, left",
		"--condition=side", "--event=go_time")
	text, err := toml.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := parse(t, string(text)); err != nil || cmp.Diff(s, got) != "" || len(s.Drive) != 2 ||
		s.Behavior[1] != "eye, left" {
		t.Errorf("%v: %s", err, cmp.Diff(s, got))
	}
	if _, err := Config(file(t, "behavior = 'hand'\nbogus = 1\n")); err == nil ||
		!strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v", err)
	}
}

// TestConfigRefuses checks that an error names the file, the line and the key.
func TestConfigRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"epochs = 3\n\nepoch = 2\n", []string{"line 3", "no setting", "epoch"}},
		{"out = 'x'\n", []string{"line 1", "no setting", "out"}},
		{"seed = 1\n[model]\nlags = 2\n", []string{"line 2", "no setting", "model"}},
		{"epochs = 3\nepochs = 4\n", []string{"epochs"}},
		{"lags = 1\nepochs = 'ten'\n", []string{"line 2", "epochs", "wrong kind"}},
		{"epochs = 1.5\n", []string{"line 1", "epochs"}},
		{"groups = 3\n", []string{"line 1", "groups"}},
		{"groups = [3, 3]\n", []string{"line 1", "groups"}},
		{"data = 1979-05-27\n", []string{"line 1", "data"}},
		{"units = 'yes'\n", []string{"line 1", "units"}},
		{"seed = -1\n", []string{"seed"}},
		{"epochs = 99999999999999999999\n", []string{"epochs"}},
		{"beta 3\n", []string{"line 1"}},
		{"a = '\n", []string{"line 1"}},
		{"\x00\xff", []string{"line 1"}},
	} {
		path := file(t, c.text)
		_, err := Config(path)
		for _, w := range append(c.want, path) {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%q: %v; want an error that says %q", c.text, err, w)
			}
		}
	}
	if _, err := Config("absent.toml"); err == nil || !strings.Contains(err.Error(), "absent.toml") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestConfigChoices checks that the file refuses the same values as the flags.
func TestConfigChoices(t *testing.T) {
	for _, text := range []string{"kernel = 'gauss'\n", "activation = ''\n", "schedule = 'linear'\n"} {
		if _, err := parse(t, text); err == nil || !strings.Contains(err.Error(), "must be one of") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestConfigCase checks that a key in capitals is read or refused, but never ignored.
func TestConfigCase(t *testing.T) {
	if s, err := parse(t, "Epochs = 7\n"); err == nil && *s.Epochs != 7 {
		t.Errorf("Epochs = 7 gives %d epochs", s.Epochs)
	}
}

// FuzzConfig checks that no bytes crash the reader, and that kong and Resolve read or refuse its results.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{"", "epochs = 3\n", "beta = inf\n", "beta = nan", "units = true\n", "[a]\nb = 1\n",
		"a.b = 1", "data = 1979-05-27T07:32:00Z\n", "groups = '''\n2,2'''", "seed = 0x7fffffffffffffff", "\xff\xfe",
		"epochs = [[", "\"\" = 1", "series = {a = 1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := parse(t, string(text)+"\n"); err == nil {
			if _, err := toml.Marshal(s); err != nil && s.Seed < 1<<63 {
				t.Errorf("%+v cannot be written: %v", s, err)
			}
		}
	})
}

// TestContradicts checks that the first different setting is named, also for embedded flags and pointers. Equal values
// behind different pointers are no difference.
func TestContradicts(t *testing.T) {
	a, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	three, four, alsoThree := 3, 4, 3
	a.Epochs, a.Data = &three, "a.npz"
	b := a
	b.Epochs = &alsoThree
	if name, _, _, ok := a.Contradicts(b); ok {
		t.Errorf("%s is said to differ", name)
	}
	b.Epochs = &four
	if name, v, w, ok := a.Contradicts(b); !ok || name != "epochs" || v != 3 || w != 4 {
		t.Errorf("%s: %v, %v, %v", name, v, w, ok)
	}
	b.Data, b.Epochs = "b.npz", nil
	if name, v, w, ok := a.Contradicts(b); !ok || name != "data" || v != "a.npz" || w != "b.npz" {
		t.Errorf("%s: %v, %v, %v", name, v, w, ok)
	}
}

// TestOldRuns checks that the settings of a run of an older version keep their meaning, such as the acausal window. In
// a file by a user, and in a newer run, the window is causal unless the file says otherwise.
func TestOldRuns(t *testing.T) {
	const resolved = "recipe = 'best'\nestimator = 'standardized'\nbeta-start = 50.0\nrefit = 5\nrestarts = 1\n" +
		"epochs = 10\nbatch = 256\nlr = 0.005\nschedule = 'cosine'\n"
	for _, c := range []struct {
		name, text string
		acausal    bool
	}{
		{"an older run", resolved + "smooth = 0.1\n", true},
		{"an older run without smoothing", resolved, false},
		{"a run of this program", "format = 2\n" + resolved + "smooth = 0.1\nsmooth-acausal = false\n", false},
		{"a user's file", "smooth = 0.1\nepochs = 10\n", false},
		{"a user's file that asks for it", "smooth = 0.1\nsmooth-acausal = true\n", true},
	} {
		s, err := parse(t, c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Selection().SmoothAcausal; got != c.acausal {
			t.Errorf("%s: acausal is %v, want %v", c.name, got, c.acausal)
		}
		if want := 2 - strings.Count(c.name, "older"); s.Format != want {
			t.Errorf("%s: the format is %d, want %d", c.name, s.Format, want)
		}
	}
}
