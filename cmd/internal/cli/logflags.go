package cli

// LogFlags are the flags of a program's log and progress bar.
type LogFlags struct {
	LogLevel   string `help:"Detail of the log: debug, info, warning or error." default:"info" placeholder:"LEVEL" group:"Log"`
	LogFormat  string `help:"Form of the log: text or json." default:"text" enum:"text,json" placeholder:"FORM" group:"Log"`
	NoProgress bool   `help:"Show no progress bar." group:"Log"`
}
