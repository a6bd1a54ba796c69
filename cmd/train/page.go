package main

import (
	"bytes"
	"fmt"
	"time"

	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/settings"
	"facrnn/train/findings"
	"facrnn/train/report"
	"facrnn/train/report/page"
	"facrnn/train/results"
)

// writePage writes report.html, and figures of what is in it.
func writePage(folder *results.Folder, plan *settings.Plan, fit *fits.Fit, fitted *results.Fitted, command, config string, made time.Time) error {
	r := fit.Result
	p, err := findings.Page(findings.Fit{
		Program: "facrnn train", Model: r.Model, Samples: r.Samples, Recording: plan.Recording, Split: plan.Split, Summary: fitted.Summary,
		Mu: fitted.Mu, Logs: fitted.Logs, Filtered: fit.Filtered, Shifted: fitted.Shifted, Histories: r.Histories, Command: command, Config: config, Made: made,
	})
	if err != nil {
		return err
	}
	if r.Interrupted {
		p.Warnings = append(p.Warnings, fmt.Sprintf("The run was interrupted: all of this is of what was fitted until then. %s goes on with it.", findings.Command("go run ./cmd/train", "--resume", folder.Dir)))
	}
	if _, err := report.Findings(folder.Path("figures"), p); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := page.Write(&b, p); err != nil {
		return fmt.Errorf("%s: %w", folder.Path("report.html"), err)
	}
	return folder.Write("report.html", b.Bytes())
}
