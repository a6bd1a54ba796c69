package nwb

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/sharedtest"
)

// structures are the signatures of the structures of HDF5.
var structures = [...]string{"\x89HDF", "TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD",
	"BTLF", "BTIN",
	"FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB"}

// structure is a part of a file from its signature to its checksum, if it has one that ends it.
type structure struct{ begin, end int }

// structuresOf finds the structures of a file that is whole; the checksum ends a structure where it is right.
func structuresOf(whole []byte) []structure {
	const most = 3000 // bytes, for it takes the square of them
	var all []structure
	for _, signature := range structures {
		for at := 0; ; at++ {
			i := bytes.Index(whole[at:], []byte(signature))
			if i < 0 {
				break
			}
			at += i
			s := structure{begin: at}
			for end := at + 8; end+4 <= len(whole) && end < at+most && signature != "TREE" &&
				signature != "SNOD"; end++ {
				if hdf5.Checksum(whole[at:end]) == binary.LittleEndian.Uint32(whole[end:]) {
					s.end = end
					break
				}
			}
			all = append(all, s)
		}
	}
	return all
}

// mutated returns a copy of a file with one kind of damage: bytes and words overwritten, blocks swapped, cleared,
// removed or doubled, or the end cut. Half of the damage is near the structures of HDF5, which are a small part of a
// file. Half of the damage that does not move structures gets valid checksums, as from an attacker.
func mutated(r *rand.Rand, whole []byte, parts []structure) []byte {
	b := struck(r, whole, parts)
	if len(b) == len(whole) && r.IntN(2) == 0 {
		for _, s := range parts {
			if s.end > 0 {
				binary.LittleEndian.PutUint32(b[s.end:], hdf5.Checksum(b[s.begin:s.end]))
			}
		}
	}
	return b
}

func struck(r *rand.Rand, whole []byte, marks []structure) []byte {
	b := slices.Clone(whole)
	place := func() int {
		if len(marks) > 0 && r.IntN(2) == 0 {
			return min(len(b)-1, marks[r.IntN(len(marks))].begin+r.IntN(400))
		}
		return r.IntN(len(b))
	}
	put := func(at int, v []byte) { copy(b[at:], v) }
	for range 1 + r.IntN(3) {
		at, n := place(), 1+r.IntN(1<<r.IntN(13))
		block := func(at int) []byte { return b[at:min(len(b), at+n)] }
		switch r.IntN(9) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at] = byte(r.Uint32())
		case 2:
			for range 1 + r.IntN(16) {
				b[place()] = byte(r.Uint32())
			}
		case 3, 4: // a length or an address that is another, or none that can be
			words := []uint64{0, 1, 1<<16 + 1, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 33, 1 << 40, 1<<63 - 1, 1 << 63,
				^uint64(0), uint64(len(b)), uint64(len(b) - 8), uint64(r.IntN(len(b)))}
			if len(marks) > 0 {
				words = append(words, uint64(marks[r.IntN(len(marks))].begin))
			}
			v := binary.LittleEndian.AppendUint64(nil, words[r.IntN(len(words))])
			put(at&^7, v[:4<<r.IntN(2)])
		case 5:
			x, y := slices.Clone(block(at)), slices.Clone(block(place()))
			put(at, y)
			put(place(), x)
		case 6:
			clear(block(at))
		case 7:
			b = slices.Concat(b[:at], b[min(len(b), at+n):])
		case 8:
			b = b[:at]
		}
		if len(b) == 0 {
			return b
		}
	}
	return b
}

// readings lists the ways in which inspect and train read a file.
var readings = []func(path string) (any, error){
	func(path string) (any, error) { return List(path) },
	func(path string) (any, error) { return Read(path, data.Selection{}) },
	func(path string) (any, error) { return Read(path, data.Selection{Units: true}) },
	func(path string) (any, error) {
		return Read(path, data.Selection{Where: []string{"is_successful=true"}, Behavior: []string{"hand"}})
	},
	readEach,
}

// readEach takes each of a file's first series as the activity, and as a drive. It returns the first panic there was,
// or else what the last one gives.
func readEach(path string) (any, error) {
	const most = 6
	l, err := List(path)
	if err != nil {
		return (*data.Recording)(nil), err
	}
	r, err := Read(path, data.Selection{})
	for _, s := range l.Series[:min(most, len(l.Series))] {
		for _, sel := range []data.Selection{{Series: s.Path}, {Drive: []string{s.Path}, Trials: data.None}} {
			if r, err = Read(path, sel); errors.As(err, &panicked{}) {
				return r, err
			}
		}
	}
	return r, err
}

// outcome reads a damaged file in every way and returns a word for the result. want is the result for the undamaged
// file.
func outcome(path string, want []any) string {
	word, crash := "error", panicked{}
	for i, read := range readings {
		got, err := read(path)
		switch {
		case errors.As(err, &crash):
			return fmt.Sprintf("panic: %v at %s: %s", crash.value, crash.at,
				strings.ReplaceAll(string(crash.stack), "\n",
					" | "))
		case err != nil:
			if wrong := unclear(path, err); wrong != "" {
				return "unclear: " + wrong
			}
		case reflect.ValueOf(got).IsNil():
			return "nothing: neither data nor error"
		default:
			switch print := fingerprint(got); {
			case print == want[i]:
				word = "same"
			case i == 0:
				word = "listed" // with a problem, or another name or value
			default:
				return "other" // a value or a name is another, which no checksum guards
			}
		}
	}
	return word
}

// fingerprint returns a hash of a recording or of contents, without their source.
func fingerprint(got any) [sha256.Size]byte {
	switch x := got.(type) {
	case *data.Recording:
		x.Source.SHA256, x.Source.Path = "", ""
	case *data.Contents:
		x.Path = ""
	}
	h := sha256.New()
	if r, ok := got.(*data.Recording); ok { // gob would copy what is large
		add(h, r.Activity.Data)
		add(h, r.Time)
		r.Activity.Data, r.Time, r.Trial = nil, nil, nil
	}
	if err := gob.NewEncoder(h).Encode(got); err != nil {
		panic(err) // no type of these is foreign to gob
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func add[V any](h io.Writer, values []V) {
	for part := range slices.Chunk(values, 1<<12) {
		_ = binary.Write(h, binary.LittleEndian, part) // a hash takes all
	}
}

// unclear says what an error lacks: it is to name the file, what is wrong and what to do. Programs make one
// line of it, and escape what a name in it may hold.
func unclear(path string, err error) string {
	text := err.Error()
	rest, ok := strings.CutPrefix(text, path+": ")
	switch {
	case !ok:
		return fmt.Sprintf("the file is not named in %q", text)
	case !strings.Contains(rest, ": "):
		return fmt.Sprintf("nothing on what to do in %q", text)
	}
	return ""
}

// whole returns the results of all readings of an undamaged file, for comparison.
func whole(path string) []any {
	want := make([]any, len(readings))
	for i, read := range readings {
		if got, err := read(path); err == nil {
			want[i] = fingerprint(got)
		}
	}
	return want
}

// victims returns the files to damage: the shared ones, where they are here, one of the newest format, and some by the
// tests' writer.
func victims(t testing.TB) []string {
	t.Helper()
	return append(sharedtest.Glob(t, "nwb/*.nwb", "nwb/others/*.nwb"), laterFile(t), build(t, rich),
		build(t, func(g *hdf5.Group) {
			stamped(g, "acquisition/a", "TimeSeries", ramp(6), []int{3, 2}, []float64{1, 2, 3}).SoftLink("again",
				"/acquisition/a")
			session(g)
		}))
}

// rich fills a file with a little of everything.
func rich(g *hdf5.Group) {
	rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
	d := at(g, "acquisition/y", "TimeSeries").Dataset("data", ramp(60), []int{20, 3},
		hdf5.Options{Chunk: []int{3, 2}, Deflate: 1, Shuffle: true})
	d.Attr("unit", "V")
	at(g, "acquisition/y", "").Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 2.0)
	rated(g, "processing/behavior/hand", ramp(8), []int{4, 2}, 0, 1)
	units(g, []float64{1, 2}, []float64{3}).Dataset("unit_name", []string{"a", "b"}, nil, hdf5.Options{})
	tr := at(g, "intervals/trials", "TimeIntervals")
	trials(g, []float64{0, 1}, []float64{1, 2})
	tr.Dataset("is_successful", []bool{true, false}, nil, hdf5.Options{Chunk: []int{1}, Deflate: 1})
}

const (
	workVariable = "FACRNN_DAMAGE" // path, first seed and number of damaged copies, for damageWorker
	maxTime      = 10 * time.Second
)

// TestDamageWorker reads damaged copies in a process of their own, whose death is an outcome too; see TestDamage.
func TestDamageWorker(t *testing.T) {
	var path string
	var first, count uint64
	if _, err := fmt.Sscanf(os.Getenv(workVariable), "%d %d %s", &first, &count, &path); err != nil {
		t.Skip("for TestDamage")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, parts := whole(path), structuresOf(b)
	dir := os.Getenv(workVariable + "_DIR")
	for seed := first; seed < first+count; seed++ {
		copied := filepath.Join(dir, "damaged.nwb")
		if err := os.WriteFile(copied, mutated(rand.New(rand.NewPCG(seed, 1)), b, parts), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("\nbegin %d\n", seed)
		late := time.AfterFunc(maxTime, func() {
			buf := make([]byte, 1<<16)
			fmt.Printf("\nend %d hang: %s\n", seed, strings.ReplaceAll(string(buf[:runtime.Stack(buf, true)]), "\n",
				" | "))
			os.Exit(3)
		})
		began := time.Now()
		word := func() (word string) {
			defer func() {
				if p := recover(); p != nil {
					word = fmt.Sprintf("panic: %v", p)
				}
			}()
			return outcome(copied, want)
		}()
		late.Stop()
		fmt.Printf("\nend %d %s\n", seed, word)
		if d := time.Since(began); d > time.Second {
			fmt.Printf("\nslow %d %v\n", seed, d)
		}
	}
}

// damage reads count damaged copies of a file, in processes of 1 GB of memory if the system can limit it. It returns
// how often each outcome occurred, and a line for every forbidden one.
func damage(t *testing.T, path string, first, count uint64) (tally map[string]int, wrong []string) {
	t.Helper()
	tally = map[string]int{}
	dir := t.TempDir()
	last := first + count
	for first < last {
		args := []string{os.Args[0], "-test.run=^TestDamageWorker$", "-test.timeout=0"}
		if sh, err := exec.LookPath("sh"); err == nil && runtime.GOOS == "linux" && !raced {
			args = append([]string{sh, "-c", `ulimit -v 1048576; exec "$0" "$@"`}, args...)
		}
		c := exec.Command(args[0], args[1:]...)
		c.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d %s", workVariable, first, last-first, path), workVariable+
			"_DIR="+dir, "GOMAXPROCS=1", "GOGC=50")
		var errs bytes.Buffer
		c.Stderr = &errs
		out, runErr := c.Output()
		reached, done := first, false
		lines := bufio.NewScanner(bytes.NewReader(out))
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			word, rest, _ := strings.Cut(lines.Text(), " ")
			number, what, _ := strings.Cut(rest, " ")
			seed, err := strconv.ParseUint(number, 10, 64)
			if err != nil {
				continue
			}
			switch word {
			case "begin":
				reached, done = seed, false
			case "end":
				done = true
				kind, _, bad := strings.Cut(what, ": ")
				tally[kind]++
				if bad {
					wrong = append(wrong, fmt.Sprintf("%s, seed %d: %s", path, seed, what))
				}
			case "slow":
				tally["slow"]++
				t.Logf("%s, seed %d took %s", path, seed, what)
			}
		}
		if !done {
			if !bytes.Contains(out, []byte("begin")) {
				t.Fatalf("no copy was read: %v\n%s%s", runErr, out, errs.Bytes())
			}
			tally["death"]++
			text := errs.String()
			wrong = append(wrong, fmt.Sprintf("%s, seed %d: death: %.3000s", path, reached, text))
		}
		first = reached + 1
	}
	return tally, wrong
}

// TestDamage checks that whatever the damage, reading ends in data or in one clear error, in time and within memory. A
// slow test does more.
func TestDamage(t *testing.T) {
	checkDamage(t, 12)
}

// checkDamage reads so many damaged copies of each of the victims.
func checkDamage(t *testing.T, each uint64) {
	t.Helper()
	total := map[string]int{}
	for i, path := range victims(t) {
		tally, wrong := damage(t, path, uint64(i)<<32, each)
		for _, w := range wrong {
			t.Error(w)
		}
		for word, n := range tally {
			total[word] += n
		}
	}
	t.Logf("outcomes: %v", total)
}
