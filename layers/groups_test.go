package layers_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"facrnn/layers"
)

func TestParseStructure(t *testing.T) {
	for in, want := range map[string]layers.Structure{
		"3,3":      layers.Partition{3, 3},
		"4":        layers.Partition{4},
		"1,1,1":    layers.Partition{1, 1, 1},
		" 2 , 5 ":  layers.Partition{2, 5},
		"3,3+2":    layers.Shared{Private: layers.Partition{3, 3}, SharedLatents: 2},
		"3, 3 + 2": layers.Shared{Private: layers.Partition{3, 3}, SharedLatents: 2},
		"3+1":      layers.Shared{Private: layers.Partition{3}, SharedLatents: 1},
		"arm:1,2;eye:4,3|arm*eye@0.5": layers.Listed{
			Named: []layers.Group{{"arm", []int{0, 1}}, {"eye", []int{3, 2}}},
			Apart: []layers.Independence{{[][]string{{"arm"}, {"eye"}}, 0.5}},
		},
		"a : 1 ; b : 2 ; c : 3 | a + b * c": layers.Listed{
			Named: []layers.Group{{"a", []int{0}}, {"b", []int{1}}, {"c", []int{2}}},
			Apart: []layers.Independence{{[][]string{{"a", "b"}, {"c"}}, 1}},
		},
		"a:1;b:2": layers.Listed{Named: []layers.Group{{"a", []int{0}}, {"b", []int{1}}}},
		"a:1;a:2": nil, "a:1;b:3": nil, "a:0": nil, "a:x": nil, "1:1": nil, ":1": nil, "a:1;b:2|a": nil,
		"a:1;b:2|a*c":   nil,
		"a:1;b:2|a*b@0": nil,
		"a:1;b:2|a*a":   nil, "a:": nil,
		"2-2-2":              layers.Chain{2, 2, 2},
		" 1 - 3 ":            layers.Chain{1, 3},
		"(1,1),(2,2)":        layers.Nested{Sizes: [][]int{{1, 1}, {2, 2}}, Between: 1, Within: 0.5},
		"( 1 , 3 ) , ( 2 )":  layers.Nested{Sizes: [][]int{{1, 3}, {2}}, Between: 1, Within: 0.5},
		"(1,1),(2,2)@2,0.25": layers.Nested{Sizes: [][]int{{1, 1}, {2, 2}}, Between: 2, Within: 0.25},
		"(1,1),(2,2)@1":      nil, "(1,1),(2,2)@1,0": nil, "(1,1),(2,2)@1,NaN": nil, "(1,1),(2,2)@1,-1": nil,
		"(1,1),2": nil, "(1,1": nil, "()": nil, "((1))": nil,
		"2-": nil, "-2": nil, "2--2": nil, "2-2,2": nil, "2-2+1": nil, "(1,1)+2": nil, "(1-1),(2)": nil,
		"10,20,+30": nil, "": nil, ",": nil, "3,": nil, ",3": nil, "3,,3": nil, "3 3": nil, "3;3": nil, "three": nil,
		"3.0": nil,
		"0":   nil, "3,0": nil, "-1,4": nil, "3,3+0": nil, "3,3+-2": nil, "3+": nil, "+3": nil, "3+2+1": nil,
		"3+2,1": nil, "99999999999999999999": nil,
	} {
		got, err := layers.ParseStructure(in)
		switch {
		case want == nil && err == nil:
			t.Errorf("%q is read as %v, want an error", in, got)
		case want != nil && err != nil:
			t.Errorf("%q: %v", in, err)
		case want != nil && !reflect.DeepEqual(got, want):
			t.Errorf("%q is read as %#v, want %#v", in, got, want)
		}
	}
}

// TestParseStructureError checks that the message quotes the wrong part and shows an example.
func TestParseStructureError(t *testing.T) {
	for in, fault := range map[string]string{"3,x,2": `"x"`, "3,0": `"0"`, "3,3+two": `"two"`, "": `""`} {
		_, err := layers.ParseStructure(in)
		if err == nil || !strings.HasPrefix(err.Error(), fault) || !strings.Contains(err.Error(), "such as 3,3") {
			t.Errorf("%q: error %v, want one that starts with %s and gives an example", in, err, fault)
		}
	}
}

// FuzzParseStructure checks every text that ParseStructure accepts: the structure has no contradiction, and its
// String is read back as the same structure.
func FuzzParseStructure(f *testing.F) {
	for _, s := range []string{"3,3", "3,3+2", "2-2-2", "(1,1),(2,2)", "(1),(2,2)@1,0.3", "a:1;b:2,3|a*b@2", "1",
		" 4 ,2", "3,,3", "+2", "0", "-1", "3+2+1", "１", "00012", "9223372036854775807,9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s, err := layers.ParseStructure(in)
		if err != nil {
			if s != nil {
				t.Fatalf("%q gives both the structure %v and the error %v", in, s, err)
			}
			return
		}
		if err := layers.CheckStructure(s); err != nil {
			t.Fatalf("%q is read as %v, which is invalid: %v", in, s, err)
		}
		again, err := layers.ParseStructure(s.String())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Fatalf("%q is read as %v, which is read back as %v (%v)", in, s, again, err)
		}
	})
}

func TestStructures(t *testing.T) {
	type groups = []layers.Group
	type factorizations = []layers.Factorization
	for _, c := range []struct {
		structure      layers.Structure
		latents        int
		groups         groups
		factorizations factorizations
	}{
		{layers.Partition{3}, 3, groups{{"1", []int{0, 1, 2}}}, nil},
		{layers.Partition{2, 1}, 3, groups{{"1", []int{0, 1}}, {"2", []int{2}}},
			factorizations{{"all groups", [][]int{{0, 1}, {2}}, 1}}},
		{layers.Partition{1, 1, 1}, 3, groups{{"1", []int{0}}, {"2", []int{1}}, {"3", []int{2}}},
			factorizations{{"all groups", [][]int{{0}, {1}, {2}}, 1}}},
		{layers.Shared{Private: layers.Partition{1, 2}, SharedLatents: 2}, 5,
			groups{{"1", []int{0}}, {"2", []int{1, 2}}, {"shared", []int{3, 4}}},
			factorizations{{"private groups", [][]int{{0}, {1, 2}}, 1}}},
		{layers.Shared{Private: layers.Partition{2}, SharedLatents: 1}, 3,
			groups{{"1", []int{0, 1}}, {"shared", []int{2}}}, nil},
		{layers.Chain{1, 2}, 3, groups{{"1", []int{0}}, {"2", []int{1, 2}}}, nil},
		{layers.Chain{1, 1, 2, 1}, 5, groups{{"1", []int{0}}, {"2", []int{1}}, {"3", []int{2, 3}}, {"4", []int{4}}},
			factorizations{
				{"groups 1 and 3", [][]int{{0}, {2, 3}}, 1},
				{"groups 1 and 4", [][]int{{0}, {4}}, 1},
				{"groups 2 and 4", [][]int{{1}, {4}}, 1},
			}},
		{layers.Nested{Sizes: [][]int{{1, 1}, {2}}, Between: 1, Within: 0.5}, 4,
			groups{{"1.1", []int{0}}, {"1.2", []int{1}}, {"2.1", []int{2, 3}}}, factorizations{
				{"outer groups", [][]int{{0, 1}, {2, 3}}, 1}, {"within group 1", [][]int{{0}, {1}}, 0.5},
			}},
		{layers.Nested{Sizes: [][]int{{1, 2}}, Between: 1, Within: 2}, 3,
			groups{{"1.1", []int{0}}, {"1.2", []int{1, 2}}},
			factorizations{{"within group 1", [][]int{{0}, {1, 2}}, 2}}},
	} {
		if got := c.structure.Latents(); got != c.latents {
			t.Errorf("%v has %d latents, want %d", c.structure, got, c.latents)
		}
		if got := c.structure.Groups(); !reflect.DeepEqual(got, c.groups) {
			t.Errorf("%v has the groups %v, want %v", c.structure, got, c.groups)
		}
		if got := c.structure.Factorizations(); !reflect.DeepEqual(got, c.factorizations) {
			t.Errorf("%v has the factorizations %v, want %v", c.structure, got, c.factorizations)
		}
		if err := layers.CheckStructure(c.structure); err != nil {
			t.Errorf("%v: %v", c.structure, err)
		}
	}
}

func TestJoint(t *testing.T) {
	f := layers.Factorization{Parts: [][]int{{4, 1}, {0}, {3}}}
	if got := f.Joint(); !reflect.DeepEqual(got, []int{0, 1, 3, 4}) {
		t.Errorf("the joint set is %v, want 0 1 3 4", got)
	}
	if !reflect.DeepEqual(f.Parts, [][]int{{4, 1}, {0}, {3}}) {
		t.Errorf("Joint changes the parts to %v", f.Parts)
	}
}

// anyStructure returns the groups and factorizations that a test gives it.
type anyStructure struct {
	latents        int
	groups         [][]int
	factorizations []layers.Factorization
}

func (s anyStructure) Latents() int   { return s.latents }
func (s anyStructure) String() string { return "a structure of the test" }
func (s anyStructure) Groups() (gs []layers.Group) {
	for i, ks := range s.groups {
		gs = append(gs, layers.Group{Name: "g" + strconv.Itoa(i), Latents: ks})
	}
	return gs
}
func (s anyStructure) Factorizations() []layers.Factorization { return s.factorizations }

// TestCheckStructure checks every kind of contradiction; "" stands for a valid structure.
func TestCheckStructure(t *testing.T) {
	all := [][]int{{0, 1, 2}}
	factorize := func(weight float64, parts ...[]int) anyStructure {
		return anyStructure{3, all, []layers.Factorization{{Parts: [][]int{{0}, {1}}, Weight: 1},
			{Parts: parts, Weight: weight}}}
	}
	nan := 0.0
	nan /= nan
	for _, c := range []struct {
		what      string
		structure layers.Structure
		want      string
	}{
		{"no independence at all", anyStructure{3, all, nil}, ""},
		{"overlapping groups", anyStructure{3, [][]int{{0, 1}, {1, 2}}, nil}, ""},
		{"groups out of order", anyStructure{3, [][]int{{2, 0}, {1}}, nil}, ""},
		{"a latent in two factorizations", factorize(0.5, []int{2}, []int{1, 0}), ""},
		{"the ring of the example", ring{}, ""},
		{"no latents", anyStructure{0, nil, nil}, "structure of 0 latents"},
		{"a negative number of latents", anyStructure{-2, nil, nil}, "structure of -2 latents"},
		{"an empty partition", layers.Partition{}, "structure of 0 latents"},
		{"no groups", anyStructure{3, nil, nil}, "latent 0 is in no group"},
		{"a latent left out", anyStructure{3, [][]int{{0}, {2}}, nil}, "latent 1 is in no group"},
		{"an empty group", anyStructure{3, [][]int{{0, 1, 2}, {}}, nil}, "group g1 is empty"},
		{"a group of 0", layers.Partition{2, 0}, "group 2 is empty"},
		{"an empty shared group", layers.Shared{Private: layers.Partition{2, 1}}, "group shared is empty"},
		{"a group beyond K", anyStructure{3, [][]int{{0, 1, 2, 3}}, nil}, "group g0 names latent 3 of 3"},
		{"a group below 0", anyStructure{3, [][]int{{0, 1, 2}, {-1}}, nil}, "group g1 names latent -1 of 3"},
		{"a group with a latent twice", anyStructure{3, [][]int{{0, 1, 2, 1}}, nil}, "group g0 names latent 1 twice"},
		{"weight 0", factorize(0, []int{0}, []int{1}), "factorization 1 has weight 0"},
		{"a weight below 0", factorize(-1, []int{0}, []int{1}), "factorization 1 has weight -1"},
		{"a weight that is not a number", factorize(nan, []int{0}, []int{1}), "factorization 1 has weight NaN"},
		{"no parts", factorize(1), "factorization 1 is empty"},
		{"an empty part", factorize(1, []int{0}, []int{}), "factorization 1 has an empty part"},
		{"a part beyond K", factorize(1, []int{0}, []int{3}), "factorization 1 names latent 3 of 3"},
		{"a part below 0", factorize(1, []int{0}, []int{-1}), "factorization 1 names latent -1 of 3"},
		{"a latent in two parts", factorize(1, []int{0, 1}, []int{1}), "factorization 1 names latent 1 twice"},
	} {
		err := layers.CheckStructure(c.structure)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.what, err, c.want)
		}
	}
}

// TestTitle checks that "group" is added to numbers, but not to words.
func TestTitle(t *testing.T) {
	for name, want := range map[string]string{"1": "group 1", "12": "group 12", "1.2": "group 1.2",
		"shared": "shared", "": ""} {
		if got := (layers.Group{Name: name}).Title(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestDisjoint checks structures with and without a latent in two groups.
func TestDisjoint(t *testing.T) {
	for _, c := range []struct {
		structure layers.Structure
		want      bool
	}{
		{layers.Partition{2, 1}, true},
		{layers.Shared{Private: layers.Partition{2, 1}, SharedLatents: 1}, true},
		{anyStructure{3, [][]int{{2, 0}, {1}}, nil}, true},
		{anyStructure{3, [][]int{{0, 1}, {1, 2}}, nil}, false},
	} {
		if got := layers.Disjoint(c.structure); got != c.want {
			t.Errorf("groups %v: disjoint is %v, want %v", c.structure.Groups(), got, c.want)
		}
	}
}

// TestApart checks that the weight of two groups is the sum over the factorizations that separate them.
func TestApart(t *testing.T) {
	for _, c := range []struct {
		structure layers.Structure
		want      [][]float64
	}{
		{layers.Partition{2, 1}, [][]float64{{0, 1}, {1, 0}}},
		{layers.Shared{Private: layers.Partition{1, 1}, SharedLatents: 1},
			[][]float64{{0, 1, 0}, {1, 0, 0}, {0, 0, 0}}},
		{layers.Chain{2, 2, 2}, [][]float64{{0, 0, 1}, {0, 0, 0}, {1, 0, 0}}},
		{layers.Nested{Sizes: [][]int{{1, 1}, {2}}, Between: 2, Within: 0.5},
			[][]float64{{0, 0.5, 2}, {0.5, 0, 2}, {2, 2, 0}}},
	} {
		if got := layers.Apart(c.structure); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.structure, got, c.want)
		}
	}
}

// TestNotations checks that exactly one notation, the registered one, reads each example.
func TestNotations(t *testing.T) {
	for _, n := range layers.Structures() {
		readers := 0
		for _, other := range layers.Structures() {
			if s, err := other.Parse(n.Name); s != nil && err == nil {
				readers++
			}
		}
		if s, err := n.Parse(n.Name); s == nil || err != nil || readers != 1 {
			t.Errorf("%s: %v, %v, read by %d notations; want 1", n.Name, s, err, readers)
		}
	}
}
