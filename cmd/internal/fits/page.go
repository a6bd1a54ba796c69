package fits

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/train"
	"facrnn/train/report/content"
	"facrnn/train/report/html"
	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// Made is what made a report.
type Made struct {
	Program  string         // such as "facrnn train"
	Call     cli.Call       // that it was run by
	At       time.Time      // zero while a run goes on
	Warnings []string       // beside those of the summary
	Truth    *content.Truth // nil where it is not known
	Formats  []plot.Format  // of the figures; nil for PNG and SVG
}

// Report writes report.html into a folder, and figures of what is in it, and returns the page. Where the context ends before, there is no report.html, and its error is returned.
func Report(ctx context.Context, folder *rundir.Folder, plan *flags.Plan, f *Fit, fitted *rundir.Fitted, made Made) (*content.Page, error) {
	command, config, err := Shown(made.Call, plan.Settings)
	if err != nil {
		return nil, err
	}
	r := f.Result
	p, err := train.Await(ctx, func() (*content.Page, error) {
		return content.New(content.Fit{
			Program: made.Program, Model: r.Model, Samples: r.Samples, Recording: plan.Recording, Split: plan.Split, Summary: fitted.Summary,
			Mu: fitted.Mu, Logs: fitted.LogS, Filtered: f.Filtered, Shifted: fitted.Shifted, Decoder: fitted.Decoder, Undecoded: fitted.Undecoded, Histories: r.Histories,
			Command: command, Config: config, Made: made.At, Truth: made.Truth,
		})
	})
	if err != nil {
		return nil, err
	}
	p.Warnings = append(p.Warnings, made.Warnings...)
	if err := folder.Held(); err != nil { // the figures would make it anew
		return nil, err
	}
	if _, err := plot.Figures(folder.Path("figures"), made.Formats, p.Title, p.Figures()); err != nil {
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
