package layers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Table lists the parts of one kind from which a flag chooses, such as the history kernels. The file of a part
// registers it in an init function, as image packages register their formats. Help texts and errors list the
// registered parts. T is an interface.
type Table[T any] struct {
	kind    string
	entries []Entry[T]
}

// Entry is a part by name.
type Entry[T any] struct {
	Name string // a name such as "softmax", or an example such as "3,3"
	Doc  string // describes the part in a few words
	// Parse reads a text. It returns nil and no error if the text names another entry.
	Parse func(text string) (T, error)
}

// NewTable returns an empty table; kind is a noun for its errors, such as "history kernel".
func NewTable[T any](kind string) *Table[T] { return &Table[T]{kind: kind} }

// Register adds a part by its name. Call it only from an init function. It panics if the name is taken.
func (t *Table[T]) Register(name, doc string, part T) {
	t.RegisterForm(name, doc, func(text string) (other T, err error) {
		if text == name {
			return part, nil
		}
		return other, nil
	})
}

// RegisterForm adds parts whose notation follows an example, such as "3,3". Call it only from an init function.
// It panics if the example is taken.
func (t *Table[T]) RegisterForm(example, doc string, parse func(text string) (T, error)) {
	byName := func(e Entry[T], name string) int { return strings.Compare(e.Name, name) }
	i, taken := slices.BinarySearchFunc(t.entries, example, byName)
	if taken {
		panic(fmt.Sprintf("layers: the %s %s is registered twice", t.kind, example))
	}
	t.entries = slices.Insert(t.entries, i, Entry[T]{example, doc, parse})
}

// Entries returns the registered entries, ordered by name.
func (t *Table[T]) Entries() []Entry[T] { return slices.Clone(t.entries) }

// Name returns the name of a part: the name of its entry, or else its String method; "" if it has neither.
func (t *Table[T]) Name(part T) string {
	for _, e := range t.entries {
		if p, err := e.Parse(e.Name); err == nil && reflect.DeepEqual(p, part) {
			return e.Name
		}
	}
	if s, ok := any(part).(fmt.Stringer); ok {
		return s.String()
	}
	return ""
}

// Parse returns the part that a text names. Its error lists the registered names.
func (t *Table[T]) Parse(text string) (part T, err error) {
	text = strings.TrimSpace(text)
	names, separator := make([]string, len(t.entries)), ", "
	for i, e := range t.entries {
		if part, err = e.Parse(text); err != nil || any(part) != nil {
			return part, err
		}
		if names[i] = e.Name; strings.Contains(e.Name, ",") {
			separator = "  "
		}
	}
	return part, fmt.Errorf("unknown %s %q; choose one of %s", t.kind, text, strings.Join(names, separator))
}
