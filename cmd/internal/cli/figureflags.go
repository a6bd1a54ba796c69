package cli

import "facrnn/train/report/plot"

// FigureFlags are the flags of the width and the style of figures.
type FigureFlags struct {
	FigureWidth plot.Length `help:"Width of the figures, such as 85mm for a column of a journal. Texts keep their size." placeholder:"LENGTH" group:"Output"`
	FigureStyle string      `help:"TOML file with the style of the figures: width, font, sizes and colours." placeholder:"FILE" group:"Output"`
}

// Figures returns the options of figures in some formats. It reads the style file; --figure-width overrides its width.
func (f FigureFlags) Figures(formats []plot.Format) (plot.Options, error) {
	o := plot.Options{Formats: formats}
	if f.FigureStyle != "" {
		var err error
		if o.Style, err = plot.ReadStyle(f.FigureStyle); err != nil {
			return o, Input{Err: err}
		}
	}
	if f.FigureWidth != 0 {
		o.Style.Width = f.FigureWidth
	}
	return o, nil
}
