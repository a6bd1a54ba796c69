package train

import (
	"fmt"
	"time"
)

// Span formats a number of seconds as hours, minutes and seconds, or as days or years for long times. A
// time.Duration cannot exceed 292 years.
func Span(seconds float64) string {
	const day, year = 24 * 60 * 60, 365.25 * 24 * 60 * 60
	switch {
	case !(seconds < 1000*year): // NaN included
		return "over 1000 years"
	case seconds >= 2*year:
		return fmt.Sprintf("%.0f years", seconds/year)
	case seconds >= 4*day:
		return fmt.Sprintf("%.0f days", seconds/day)
	}
	return time.Duration(max(0, seconds) * float64(time.Second)).Round(time.Second).String()
}
