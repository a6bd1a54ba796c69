package data

import (
	"fmt"
	"regexp"
)

// Where is a condition on a column of a table: COLUMN=VALUE, or with another operator.
type Where struct{ Column, Operator, Value string }

func (w Where) String() string { return w.Column + w.Operator + w.Value }

var whereText = regexp.MustCompile(`^\s*([^=!<>]*[^=!<>\s])\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$`)

// ParseWhere parses the conditions given with a flag. An error quotes the invalid text.
func ParseWhere(flag string, texts []string) ([]Where, error) {
	var all []Where
	for _, text := range texts {
		m := whereText.FindStringSubmatch(text)
		if m == nil {
			return nil, WrongFlag(fmt.Errorf("%s %q is not a condition: give COLUMN=VALUE, or !=, <, <=, >, >= in "+
				"place of =", flag, text))
		}
		all = append(all, Where{m[1], m[2], m[3]})
	}
	return all, nil
}
