package train

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/train/report/content"
)

// log collects the output of a program while it runs.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// get returns an answer's status and text.
func get(t *testing.T, url string, host string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		r.Host = host
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }() // read only
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

// TestWatch checks that the live page is at the address in the log, grows, and is refused to other hosts. The last page
// that a browser receives is the page of the complete run.
func TestWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out bytes.Buffer
	errs := &log{}
	status := make(chan int)
	go func() {
		status <- Run(ctx, cli.Call{Args: []string{"--data", recording(t, nil), "--groups=1,1", "--epochs=1000000",
			"--restarts=2", "--threads=2", "--watch", "--out", dir}}, &out, errs, time.Now)
	}()
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	var url string
	for url == "" {
		select {
		case s := <-status:
			t.Fatalf("status %d: %s", s, errs)
		case <-time.After(5 * time.Millisecond):
			url = address.FindString(errs.String())
		}
	}
	at := func() (p content.Page) {
		t.Helper()
		code, text := get(t, url+"page.json", "")
		if err := json.Unmarshal([]byte(text), &p); code != 200 || err != nil {
			t.Fatal(code, err)
		}
		return p
	}
	seen := 0
	for began := time.Now(); seen < 3; time.Sleep(5 * time.Millisecond) { // it grows
		p := at()
		if !p.Running || p.Latents != nil || p.Missing["latents"] == "" || time.Since(began) > 5*time.Minute {
			t.Fatalf("%+v", p)
		}
		if p.Training != nil && len(p.Training.Restarts) == 2 {
			if n := len(p.Training.Restarts[0].Epoch); n > seen {
				seen = n
			}
		}
	}
	if code, text := get(t, url, ""); code != 200 || !strings.Contains(text, "connect-src &#39;self&#39;") &&
		!strings.Contains(text, "connect-src 'self'") {
		t.Errorf("%d, %.600s", code, text)
	}
	for _, path := range []string{"", "page.json", "config.toml"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			r, err := http.NewRequest(method, url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			a, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(a.Body)
			_ = a.Body.Close() // read only
			want := map[string]int{"": 200, "page.json": 200, "config.toml": 404}[path]
			if method == http.MethodPost {
				want = http.StatusMethodNotAllowed
			}
			if err != nil || a.StatusCode != want || (len(body) == 0) != (method == http.MethodHead) {
				t.Errorf("%s /%s: status %d, %d bytes, %v, want status %d, and a body unless it is HEAD", method, path,
					a.StatusCode, len(body), err, want)
			}
			for name, value := range map[string]string{"X-Content-Type-Options": "nosniff",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"} {
				if got := a.Header.Get(name); got != value {
					t.Errorf("%s /%s: %s is %q, want %q", method, path, name, got, value)
				}
			}
		}
	}
	if code, _ := get(t, url+"config.toml", ""); code != 404 {
		t.Errorf("another path: %d", code)
	}
	if code, _ := get(t, url, "elsewhere.example:80"); code != 403 {
		t.Errorf("another name: %d", code)
	}
	cancel()
	for p := at(); p.Running; p = at() { // a browser that keeps asking hears the end
		time.Sleep(10 * time.Millisecond)
	}
	if s := <-status; s != 130 {
		t.Errorf("status %d: %s", s, errs)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it is still served")
	}
}

// TestWatchMistakes checks that a port that is taken or is none is said before anything is written.
func TestWatchMistakes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // of the test
	port := l.Addr().(*net.TCPAddr).Port
	dir := filepath.Join(t.TempDir(), "run")
	mistaken(t, fmt.Sprintf("--watch-port %d", port), "--watch", fmt.Sprintf("--watch-port=%d", port), "--out", dir)
	mistaken(t, "--watch-port is 70000", "--watch", "--watch-port=70000", "--out", dir)
	mistaken(t, "needs --watch", "--watch-port=7000", "--out", dir)
	if names := tree(t, filepath.Dir(dir)); len(names) > 0 {
		t.Errorf("there is %v", names)
	}
}
