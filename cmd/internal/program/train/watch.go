package train

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/content"
	"facrnn/train/report/html"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// watch serves the report of a run while it trains, only to browsers on this machine.
type watch struct {
	URL string

	server *http.Server
	now    train.Clock

	mu        sync.Mutex
	begun     content.Begun
	final     *content.Page // nil while the run trains
	asked     time.Time     // when a browser last did
	delivered chan struct{}
	once      sync.Once
}

// listen listens on 127.0.0.1, on a port that is free where port is 0.
func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("--watch-port %d: %w: choose another one, or none for any that is free", port, err)
	}
	return l, nil
}

// newWatch serves the run of a plan.
func newWatch(l net.Listener, plan *method.Plan, call cli.Call, now train.Clock) (*watch, error) {
	config, err := publish.Settings(plan)
	if err != nil {
		return nil, err
	}
	w := &watch{URL: fmt.Sprintf("http://%s/", l.Addr()), now: now, delivered: make(chan struct{})}
	w.begun = content.Begun{
		Program: "facrnn train", Config: plan.Config, Histories: make([][]train.Epoch, plan.Options.Restarts),
		Command: call.Shown(), Settings: config,
		Summary: rundir.Summary{
			Version: rundir.Version(), Method: plan.Spec.Method.Name(), Seed: plan.Options.Seed,
			Warnings: slices.Clone(plan.Warnings), Data: rundir.Describe(plan.Recording, plan.Scaling, plan.Split),
		},
	}
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = w.server.Serve(l) }() // ends with Close
	return w, nil
}

// hook returns a hook that stores the epochs.
func (w *watch) hook() train.Hook {
	keep := func(r *train.Progress) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.begun.Histories[r.Restart] = r.Rows
		return nil
	}
	return train.Hook{
		Name: "watch", Start: keep, Epoch: keep, End: keep,
		OnRollback: func(r *train.Progress) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.begun.Histories[r.Restart] = r.Rows
			w.begun.Summary.Warnings = append(w.begun.Summary.Warnings, r.Warnings[len(r.Warnings)-1])
			return nil
		},
	}
}

// page returns the current report. It holds the lock, so that no hook returns and training waits while the rows are
// read.
func (w *watch) page() *content.Page {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = w.now()
	if w.final != nil {
		return w.final
	}
	return content.Growing(w.begun)
}

// ServeHTTP implements http.Handler. Only this machine's own names are answered: another one that leads here would be
// some page's elsewhere, which is not to read the run.
func (w *watch) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	for name, value := range map[string]string{
		"Cache-Control":                "no-store",
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		out.Header().Set(name, value)
	}
	host, _, err := net.SplitHostPort(in.Host)
	if err != nil || host != "127.0.0.1" && host != "localhost" {
		http.Error(out, "not here", http.StatusForbidden)
		return
	}
	if in.Method != http.MethodGet && in.Method != http.MethodHead { // of HEAD, the server sends no body
		out.Header().Set("Allow", "GET, HEAD")
		http.Error(out, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	switch in.URL.Path {
	case "/":
		var b bytes.Buffer
		if err := html.Write(&b, w.page()); err != nil {
			http.Error(out, err.Error(), http.StatusInternalServerError)
			return
		}
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = out.Write(b.Bytes()) // A closed browser is no error.
	case "/page.json":
		p := w.page()
		out.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(out).Encode(p); err == nil && !p.Running && in.Method == http.MethodGet {
			w.once.Do(func() { close(w.delivered) })
		}
	default:
		http.NotFound(out, in)
	}
}

// finish shows the run's page as it ended, to a browser that has been asking, and closes. So it does after an
// interrupt, for the browser to know.
func (w *watch) finish(p *content.Page) {
	const asks, patience = 4 * time.Second, 5 * time.Second // a page asks every two seconds
	w.mu.Lock()
	w.final = p
	watched := p != nil && !w.asked.IsZero() && w.now().Sub(w.asked) < asks
	w.mu.Unlock()
	if watched {
		select {
		case <-w.delivered:
		case <-time.After(patience):
		}
	}
	w.close()
}

// close ends it; answers that are under way are given a second.
func (w *watch) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if w.server.Shutdown(ctx) != nil {
		_ = w.server.Close() // for browsers that keep a connection open
	}
}
