package html

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium with one tab, which a pipe controls (the Chrome DevTools Protocol).
type browser struct {
	t       *testing.T
	to      io.Writer
	session string
	next    int

	mu       sync.Mutex
	waiting  map[int]chan answer
	events   map[string]chan struct{} // closed when one of that name is seen
	Problems []string                 // errors and exceptions that the page logged
	Requests []string                 // what the page asked the network for
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// newBrowser starts one whose network ends nowhere but at this machine, or skips the test.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no pipes to a browser on Windows: the page is not opened")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no chromium: the page is not opened")
	}
	if testing.Short() {
		t.Skip("short: the page is not opened")
	}
	in, to, err := os.Pipe()
	check(t, err)
	from, out, err := os.Pipe()
	check(t, err)
	ctx, stop := context.WithCancel(context.Background())
	dir, err := os.MkdirTemp("", "chromium")
	check(t, err)
	c := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--remote-debugging-pipe", "--user-data-dir="+dir, "about:blank")
	c.ExtraFiles = []*os.File{in, out}
	check(t, c.Start())
	in.Close()
	out.Close()
	b := &browser{t: t, to: to, waiting: map[int]chan answer{}, events: map[string]chan struct{}{}}
	go b.read(from)
	t.Cleanup(func() {
		to.Close()
		stop()
		c.Wait() // an error of a program that was stopped
		os.RemoveAll(dir)
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read takes in answers and events until the browser ends.
func (b *browser) read(from io.Reader) {
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID     int
			Method string
			Params struct {
				Type             string
				Args             []struct{ Value any }
				ExceptionDetails struct {
					Text      string
					Exception struct{ Description string }
				}
				Entry   struct{ Level, Text, URL string }
				Request struct{ URL string }
			}
			answer
		}
		if json.Unmarshal(line[:len(line)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		switch m.Method {
		case "":
			if c := b.waiting[m.ID]; c != nil {
				c <- m.answer
				delete(b.waiting, m.ID)
			}
		case "Runtime.exceptionThrown":
			b.Problems = append(b.Problems, m.Params.ExceptionDetails.Text+" "+
				m.Params.ExceptionDetails.Exception.Description)
		case "Runtime.consoleAPICalled":
			if m.Params.Type == "error" || m.Params.Type == "warning" {
				b.Problems = append(b.Problems, fmt.Sprint(m.Params.Args))
			}
		case "Log.entryAdded":
			b.Problems = append(b.Problems, m.Params.Entry.Text+" "+m.Params.Entry.URL)
		case "Network.requestWillBeSent":
			b.Requests = append(b.Requests, m.Params.Request.URL)
		}
		if c := b.events[m.Method]; c != nil {
			close(c)
			delete(b.events, m.Method)
		}
		b.mu.Unlock()
	}
}

// call asks for something and waits for the answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.next++
	c := make(chan answer, 1)
	b.mu.Lock()
	b.waiting[b.next] = c
	b.mu.Unlock()
	m := map[string]any{"id": b.next, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" {
		m["sessionId"] = b.session
	}
	text, err := json.Marshal(m)
	check(b.t, err)
	_, err = b.to.Write(append(text, 0))
	check(b.t, err)
	select {
	case a := <-c:
		if a.Error != nil {
			b.t.Fatalf("%s: %s", method, a.Error.Message)
		}
		if result != nil {
			check(b.t, json.Unmarshal(a.Result, result))
		}
	case <-time.After(2 * time.Minute):
		b.t.Fatalf("%s: the browser does not answer", method)
	}
}

// open loads a page and waits until it is there.
func (b *browser) open(url string) {
	b.t.Helper()
	c := make(chan struct{})
	b.mu.Lock()
	b.events["Page.loadEventFired"] = c
	b.mu.Unlock()
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	select {
	case <-c:
	case <-time.After(2 * time.Minute):
		b.t.Fatal("the page does not load")
	}
	b.settle()
}

// settle waits for two frames, so that what follows a change of size is drawn.
func (b *browser) settle() {
	b.t.Helper()
	eval[bool](b, "new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(() => done(true), "+
		"60)), 60))")
}

// eval returns the value of an expression in the page, a promise's too.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	var r struct {
		Result           struct{ Value T }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true},
		&r)
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, r.ExceptionDetails.Exception.Description)
	}
	return r.Result.Value
}

// resize makes the window so wide, and the page light or dark.
func (b *browser) resize(width, height int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height,
		"deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme",
		"value": scheme}}}, nil)
	b.settle()
}

// key presses a key on what has the focus.
func (b *browser) key(name string) {
	b.t.Helper()
	code := map[string]int{"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36}[name]
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name, "code": name,
			"windowsVirtualKeyCode": code}, nil)
	}
	b.settle()
}

// drag presses the mouse in the middle of an element and moves it; with click it does not move.
func (b *browser) drag(selector string, dx, dy float64) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(document.querySelector(%q).scrollIntoView({block: "center", behavior: "instant"}), true)`, selector))
	at, before := [2]float64{}, [2]float64{-1, -1}
	// what scrolling brought into view may be drawn late, and move it
	for tries := 0; at != before && tries < 50; tries++ {
		b.settle()
		at, before = eval[[2]float64](b, fmt.Sprintf(`(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector(%q).getBoundingClientRect())`, selector)), at
	}
	mouse := func(kind string, x, y float64, buttons int) {
		b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left",
			"buttons": buttons, "clickCount": 1}, nil)
	}
	mouse("mouseMoved", at[0], at[1], 0)
	mouse("mousePressed", at[0], at[1], 1)
	if dx != 0 || dy != 0 {
		mouse("mouseMoved", at[0]+dx/2, at[1]+dy/2, 1)
		mouse("mouseMoved", at[0]+dx, at[1]+dy, 1)
	}
	mouse("mouseReleased", at[0]+dx, at[1]+dy, 0)
	b.settle()
}

// problems returns the problems so far, one on each line.
func (b *browser) problems() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.Problems, "\n")
}

// screenshot returns a PNG of the whole page.
func (b *browser) screenshot() []byte {
	b.t.Helper()
	var m struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	b.call("Page.getLayoutMetrics", nil, &m)
	return b.data("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": m.CSSContentSize.Width, "height": m.CSSContentSize.Height,
			"scale": 1}})
}

// pdf returns the page on paper (A4).
func (b *browser) pdf() []byte {
	b.t.Helper()
	return b.data("Page.printToPDF", map[string]any{"printBackground": true, "preferCSSPageSize": true,
		"paperWidth": 8.27, "paperHeight": 11.69})
}

func (b *browser) data(method string, params map[string]any) []byte {
	b.t.Helper()
	var r struct{ Data string }
	b.call(method, params, &r)
	out, err := base64.StdEncoding.DecodeString(r.Data)
	check(b.t, err)
	return out
}
