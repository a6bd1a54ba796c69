package cli

import "testing"

// TestCall checks that commands name the program as it was run, and that a shell can read them again.
func TestCall(t *testing.T) {
	const hash = "/home/u/.cache/build/69/69a05e0f3e202a968022d65a3b09bfb253024e652dc6c94e7e57c9b11b57f62d-d/"
	for _, c := range []struct{ executable, typed, name, sibling string }{
		{"/home/u/bin/train", "./bin/train", "./bin/train", "./bin/evaluate"},
		{"/home/u/go/bin/train", "train", "train", "evaluate"},
		{"/home/u/my bin/train", "my bin/train", "'my bin/train'", "'my bin/evaluate'"},
		{"/home/u/bin/fit", "./fit", "./fit", "evaluate"},
		{"C:/bin/train.exe", "train.exe", "train.exe", "evaluate.exe"},
		{"/tmp/go-build1562905985/b001/exe/train", "/tmp/go-build1562905985/b001/exe/train", "go run facrnn/cmd/train",
			"go run facrnn/cmd/evaluate"},
		{hash + "train", hash + "train", "go run facrnn/cmd/train", "go run facrnn/cmd/evaluate"},
	} {
		call := NewCall(c.executable, []string{c.typed, "--data", "my file.nwb"})
		for _, line := range []struct{ got, want string }{
			{call.Name, c.name},
			{call.Shown(), c.name + " --data 'my file.nwb'"},
			{call.Again("--resume", "it's"), c.name + ` --resume 'it'\''s'`},
			{call.Sibling("train", "evaluate", "--run", "a b"), c.sibling + " --run 'a b'"},
		} {
			if line.got != line.want {
				t.Errorf("%s, typed %s: the command is %s, want %s", c.executable, c.typed, line.got, line.want)
			}
		}
	}
}

// TestGoRunHere checks that at the root of the module the program has the name of the README.
func TestGoRunHere(t *testing.T) {
	t.Chdir("../../..")
	if got, want := NewCall("/tmp/go-build1/b001/exe/train", []string{"x"}).Name, "go run ./cmd/train"; got != want {
		t.Errorf("the program is named %s, want %s", got, want)
	}
}

// TestSubcommand checks the name of a program of the one binary, and the names of its siblings in messages.
func TestSubcommand(t *testing.T) {
	for _, c := range []struct{ executable, typed, name, sibling string }{
		{"/home/u/go/bin/facrnn", "facrnn", "facrnn train", "facrnn evaluate --run x"},
		{"/home/u/my bin/facrnn", "my bin/facrnn", "'my bin/facrnn' train", "'my bin/facrnn' evaluate --run x"},
		{"C:/bin/facrnn.exe", "facrnn.exe", "facrnn.exe train", "facrnn.exe evaluate --run x"},
		{"/tmp/go-build1/b001/exe/facrnn", "y", "go run facrnn/cmd/facrnn train",
			"go run facrnn/cmd/facrnn evaluate --run x"},
	} {
		call := NewCall(c.executable, []string{c.typed, "train", "--seed", "1"}).Subcommand()
		if got := call.Sibling("train", "evaluate", "--run", "x"); call.Name != c.name || got != c.sibling {
			t.Errorf("%s is named %q and its sibling %q, want %q and %q", c.executable, call.Name, got, c.name,
				c.sibling)
		}
		if want := c.name + " --seed 1"; call.Shown() != want {
			t.Errorf("the call is shown as %q, want %q", call.Shown(), want)
		}
	}
}
