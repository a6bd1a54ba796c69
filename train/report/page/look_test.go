package page

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	b := newBrowser(t)
	var out bytes.Buffer
	check(t, Write(&out, usual().sample()))
	path := filepath.Join(dir, "report.html")
	check(t, os.WriteFile(path, out.Bytes(), 0o644))
	for _, w := range []int{1280, 390} {
		for _, s := range []string{"light", "dark"} {
			b.resize(w, 900, s)
			b.open("file://" + path)
			n := eval[int](b, "Math.ceil(document.documentElement.scrollHeight/1600)")
			for i := range n {
				check(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d_%s_%02d.png", w, s, i)), b.data("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": i * 1600, "width": w, "height": 1600, "scale": 1}}), 0o644))
			}
		}
	}
	b.resize(1280, 900, "dark")
	check(t, os.WriteFile(filepath.Join(dir, "report.pdf"), b.pdf(), 0o644))
	t.Log(b.problems())
}
