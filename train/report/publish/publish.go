// Package publish writes the report of a fit into its folder: the page report.html, and figures. Start with [Report].
package publish

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"time"

	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/content"
	"facrnn/train/report/html"
	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// Options describe a report besides the fit. The zero value describes a program without a name.
type Options struct {
	Program  string         // that made the report, such as "facrnn train"; "": "facrnn"
	Command  string         // that the program was run by
	At       time.Time      // Time of the report; zero while a run trains.
	Warnings []string       // Besides the warnings of the summary.
	Truth    *content.Truth // nil if it is not known
	Figures  plot.Options   // Formats and style of the figures.
}

// Write writes report.html and the figures of a fit into the folder of its run, which [rundir.Write] made.
func Write(dir string, fit *method.Fitted) error {
	folder, err := rundir.OpenReport(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	o := Options{At: fit.Spec.Clock()}
	_, err = Report(context.Background(), folder, fit, rundir.Summarize(fit), o)
	return err
}

// Report writes report.html and its figures into a folder, and returns the page. If ctx ends first, Report returns its
// error, and there is no report.html.
func Report(
	ctx context.Context, folder *rundir.Folder, fit *method.Fitted, summary rundir.Summary, o Options,
) (*content.Page, error) {
	config, err := Settings(fit.Plan)
	if err != nil {
		return nil, err
	}
	if o.Program == "" {
		o.Program = "facrnn"
	}
	r, histories := fit.Result, fit.Result.Histories
	if fit.Past.Rows != nil {
		histories = [][]train.Epoch{fit.Past.Rows}
	}
	p, err := train.Await(ctx, func() (*content.Page, error) {
		return content.New(content.Fit{
			Program: o.Program, Model: r.Model, Samples: r.Samples, Recording: fit.Recording, Split: fit.Split,
			Summary: summary,
			Mu:      fit.Mu, Logs: fit.LogS, Filtered: fit.Filtered, Shifted: fit.Shifted, Evidence: fit.Evidence,
			Decoder: fit.Decoder, DecodeErr: fit.DecodeErr,
			Histories: histories, Command: o.Command, Config: config, Made: o.At, Truth: o.Truth,
		})
	})
	if err != nil {
		return nil, err
	}
	p.Warnings = append(p.Warnings, o.Warnings...)
	if err := folder.Held(); err != nil { // Drawing would create the folder again.
		return nil, err
	}
	if _, err := plot.Figures(folder.Path("figures"), o.Figures, p.Title, p.Figures()); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := html.Write(&b, p); err != nil {
		return nil, fmt.Errorf("%s: %w", folder.Path("report.html"), err)
	}
	return p, folder.Write("report.html", b.Bytes())
}

// Settings returns the text of a plan's settings for a page that others may read: an absolute path of the recording
// becomes the name of its file. config.toml, and its copy in results.nwb, keep the path.
func Settings(p *method.Plan) (string, error) {
	c := p.Settings()
	if filepath.IsAbs(c.Data) {
		c.Data = filepath.Base(c.Data)
	}
	text, err := c.TOML()
	return string(text), err
}
