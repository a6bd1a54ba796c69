package evaluate

import (
	"fmt"
	"math"
	"strconv"
)

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// digits formats a number with n significant digits, or as a whole number from 1000 on.
func digits(v float64, n int) string {
	if size := math.Abs(v); size >= 1000 && size < 1e6 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', n, 64)
}

// hundredths formats a number with two decimals, without the sign of a negative zero.
func hundredths(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	if s == "-0.00" {
		return "0.00"
	}
	return s
}

// share formats a positive share in whole percents, or with one decimal below one percent.
func share(v float64) string {
	switch {
	case v < noShare:
		return "less than 0.1 %"
	case v < 0.0095:
		return strconv.FormatFloat(100*v, 'f', 1, 64) + " %"
	}
	return fmt.Sprintf("%.0f %%", math.Round(100*v))
}
