package nwb

import (
	"errors"
	"fmt"
	"strings"

	"facrnn/data"
)

// isStack reports whether a series holds images over time of one colour, T x rows x columns. Files keep movies as
// series of many types.
func (s *series) isStack() bool {
	shape := s.data.shape
	return s.data.len() > 0 && s.kind != "DecompositionSeries" && (len(shape) == 3 || len(shape) == 4 && shape[3] == 1)
}

// flatten makes the pixels of stacks their channels, row by row, so that a stack is read like any other series.
func (in *contents) flatten() {
	for _, s := range in.series {
		if s.stack == [2]int{} {
			continue
		}
		s.frame, s.unusable = s.stack, ""
		s.bins, s.channels = s.data.shape[0], s.frame[0]*s.frame[1]
		s.role = s.guessRole()
	}
}

// chooseStack chooses the stack with a name or path. Without a name, it chooses the only stack of activity in the
// file.
func (c *choice) chooseStack(name string) error {
	s, err := c.in.stack(name)
	if err != nil {
		return err
	}
	c.series = planes{s}
	c.note("The activity is the %d pixels of %s (%d images of %d x %d), row by row.",
		s.channels, s.path, s.bins, s.frame[0], s.frame[1])
	return nil
}

// stack returns the stack with a name or path. Without a name, it returns the only stack of activity in the file.
func (in *contents) stack(name string) (*series, error) {
	if name != "" {
		s, err := in.find(name)
		if err == nil && s.frame == [2]int{} {
			err = fmt.Errorf("%s: --pixels is for stacks of images, but it is an array of time by channels: leave "+
				"the flag out", s.path)
		}
		return s, err
	}
	var stacks []*series
	var paths []string
	for _, s := range in.series {
		if s.frame != [2]int{} && s.role == "activity" {
			stacks, paths = append(stacks, s), append(paths, s.path)
		}
	}
	switch len(stacks) {
	case 1:
		return stacks[0], nil
	case 0:
		return nil, in.noStack()
	}
	return nil, fmt.Errorf("--pixels could take %d stacks of images: choose by --series one of %s", len(stacks),
		strings.Join(paths, ", "))
}

// noStack returns why there is no image stack.
func (in *contents) noStack() error {
	for _, s := range in.series {
		if s.unusable != "" {
			return fmt.Errorf("there is no image stack for --pixels: %s: %s", s.path, s.unusable)
		}
	}
	if len(in.withoutData) > 0 {
		return fmt.Errorf("there is no image stack for --pixels: %w", in.withoutData[0].err)
	}
	return errors.New("there is no image stack of activity for --pixels: leave the flag out, or name one by --series")
}

// pixels returns the channels of a stack. Each is named by its row and column, counted from 0: y3x7 is in row 3,
// column 7.
func (s *series) pixels() []data.Channel {
	channels := make([]data.Channel, s.channels)
	for i := range channels {
		channels[i].Name = fmt.Sprintf("y%dx%d", i/s.frame[1], i%s.frame[1])
	}
	return channels
}

// external says that the images of a series are in other files; empty if they are not.
func (g *group) external() string {
	files := g.strings("external_file")
	if len(files) == 0 {
		return ""
	}
	return fmt.Sprintf("its images are in other files (%s), which are not read: extract ROIs and write their "+
		"traces, or the images, into the file", data.JoinFew(files))
}
