package plot

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	gonumfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"facrnn/train/report/escape"
)

// pdf is a canvas of one page. Texts are the outlines of their glyphs, so that they have their measured
// width on every computer. Gonum's own PDF canvas is not used. It misreads UTF-8 as the 256 characters of Windows-1252,
// writes the time into the file, and orders images at random. Points and PDF have the same origin and unit.
type pdf struct {
	width, height vg.Length
	page          bytes.Buffer // what is drawn
	at            vg.Point     // the end of the path that is being written
	pens          []vg.Length  // width of lines; Push and Pop change the last
	alphas        []uint8      // opacities in use
	images        []image.Image
}

var _ vg.CanvasSizer = (*pdf)(nil)

// newPDF returns an empty page. Lines have round joins: a mitre would show false peaks in noise.
func newPDF(width, height vg.Length) *pdf {
	c := &pdf{width: width, height: height, pens: []vg.Length{1}}
	c.put("j", 1)
	vg.Initialize(c)
	return c
}

// put writes an operator after its operands.
func (c *pdf) put(operator string, operands ...vg.Length) {
	for _, v := range operands {
		c.page.WriteString(operand(v))
		c.page.WriteByte(' ')
	}
	c.page.WriteString(operator)
	c.page.WriteByte('\n')
}

// operand returns a number as PDF has them, without an exponent; a thousandth of a point is less than any printer
// shows.
func operand(v vg.Length) string {
	s := strconv.FormatFloat(float64(v), 'f', 3, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// transform changes where what follows is drawn; a turn moves what is far from the origin much, and wants more digits.
func (c *pdf) transform(xx, xy, yx, yy, x, y float64) {
	fmt.Fprintf(&c.page, "%.9f %.9f %.9f %.9f %.9f %.9f cm\n", xx, xy, yx, yy, x, y)
}

// Size implements vg.CanvasSizer, as the other methods do.
func (c *pdf) Size() (x, y vg.Length) { return c.width, c.height }

func (c *pdf) SetLineWidth(w vg.Length) {
	c.pens[len(c.pens)-1] = w
	if w > 0 { // or lines are not drawn, and PDF would make them as thin as can be
		c.put("w", w)
	}
}

func (c *pdf) SetLineDash(pattern []vg.Length, offset vg.Length) {
	var on strings.Builder
	for _, v := range pattern {
		on.WriteString(operand(v) + " ")
	}
	c.put("[" + on.String() + "] " + operand(offset) + " d")
}

func (c *pdf) SetColor(of color.Color) {
	if of == nil {
		of = color.Black
	}
	n := color.NRGBAModel.Convert(of).(color.NRGBA)
	if !slices.Contains(c.alphas, n.A) {
		c.alphas = append(c.alphas, n.A)
	}
	r, g, b := vg.Length(n.R)/255, vg.Length(n.G)/255, vg.Length(n.B)/255
	c.put("rg", r, g, b)
	c.put("RG", r, g, b)
	c.put(fmt.Sprintf("/A%d gs", n.A))
}

func (c *pdf) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.transform(cos, sin, -sin, cos, 0, 0)
}

func (c *pdf) Translate(by vg.Point) { c.transform(1, 0, 0, 1, float64(by.X), float64(by.Y)) }

func (c *pdf) Scale(x, y float64) { c.transform(x, 0, 0, y, 0, 0) }

func (c *pdf) Push() {
	c.pens = append(c.pens, c.pens[len(c.pens)-1])
	c.put("q")
}

func (c *pdf) Pop() {
	c.pens = c.pens[:len(c.pens)-1]
	c.put("Q")
}

func (c *pdf) Stroke(p vg.Path) {
	if c.pens[len(c.pens)-1] > 0 && len(p) > 0 {
		c.path(p)
		c.put("S")
	}
}

func (c *pdf) Fill(p vg.Path) {
	if len(p) > 0 {
		c.path(p)
		c.put("f")
	}
}

// path writes a path to stroke or to fill.
func (c *pdf) path(p vg.Path) {
	for i, part := range p {
		switch part.Type {
		case vg.MoveComp:
			c.put("m", part.Pos.X, part.Pos.Y)
			c.at = part.Pos
		case vg.LineComp:
			c.put("l", part.Pos.X, part.Pos.Y)
			c.at = part.Pos
		case vg.ArcComp:
			c.arc(part, i == 0)
		case vg.CurveComp:
			from, to := part.Control[0], part.Control[len(part.Control)-1]
			if len(part.Control) == 1 { // a parabola, as a cubic curve
				q := part.Control[0]
				from, to = c.at.Add(q.Sub(c.at).Scale(2./3)), part.Pos.Add(q.Sub(part.Pos).Scale(2./3))
			}
			c.curve(from, to, part.Pos)
		case vg.CloseComp:
			c.put("h")
		}
	}
}

func (c *pdf) curve(from, to, end vg.Point) {
	c.put("c", from.X, from.Y, to.X, to.Y, end.X, end.Y)
	c.at = end
}

// arc writes an arc as cubic curves of a quarter turn at most, which differ from it by less than 3e-4 of the radius. A
// line leads to it, unless it comes first.
func (c *pdf) arc(a vg.PathComp, first bool) {
	pieces := max(1, math.Ceil(math.Abs(a.Angle)/(math.Pi/2)-1e-9))
	step := a.Angle / pieces
	reach := 4. / 3 * math.Tan(step/4)
	// on is a point of the circle, moved along its tangent.
	on := func(angle, along float64) vg.Point {
		sin, cos := math.Sincos(angle)
		return vg.Point{X: a.Pos.X + a.Radius*vg.Length(cos-along*sin), Y: a.Pos.Y + a.Radius*vg.Length(sin+along*cos)}
	}
	start := on(a.Start, 0)
	c.put(map[bool]string{true: "m", false: "l"}[first], start.X, start.Y)
	for i := range int(pieces) {
		angle := a.Start + float64(i)*step
		c.curve(on(angle, reach), on(angle+step, -reach), on(angle+step, 0))
	}
}

// FillString fills the outlines of a text's glyphs.
func (c *pdf) FillString(f gonumfont.Face, at vg.Point, text string) { c.Fill(outline(f, at, text)) }

func (c *pdf) DrawImage(r vg.Rectangle, img image.Image) {
	size := r.Size()
	c.put("q")
	c.transform(float64(size.X), 0, 0, float64(size.Y), float64(r.Min.X), float64(r.Min.Y))
	c.put(fmt.Sprintf("/I%d Do", len(c.images)))
	c.put("Q")
	c.images = append(c.images, img)
}

// file returns the whole document. There is no date in it, and nothing else that would differ from one time to the
// next.
func (c *pdf) file(title string) []byte {
	const first = 6 // number of the first image's object
	var states, images strings.Builder
	for _, a := range c.alphas {
		fmt.Fprintf(&states, "/A%d << /ca %[2]s /CA %[2]s >> ", a, operand(vg.Length(a)/255))
	}
	for i := range c.images {
		fmt.Fprintf(&images, "/I%d %d 0 R ", i, first+i)
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Contents 4 0 R "+
			"/Group << /S /Transparency /CS /DeviceRGB >> /Resources << /ExtGState << %s>> /XObject << %s>> >> >>",
			operand(c.width), operand(c.height), states.String(), images.String()),
		stream("", c.page.Bytes()),
		"<< /Title " + textString(escape.Text(title)) + " >>",
	}
	for _, img := range c.images {
		b := img.Bounds()
		objects = append(objects,
			stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "+
				"/BitsPerComponent 8 ", b.Dx(), b.Dy()), pixelsOnWhite(img)))
	}
	out := bytes.NewBufferString("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n") // marks the file as binary
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", out.Len())
		fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(out, "%strailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+
		1, out.Len())
	return out.Bytes()
}

// textString returns a text of any language, in UTF-16.
func textString(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return "<FEFF" + b.String() + ">"
}

// stream returns an object with compressed contents, and what its dictionary says of them.
func stream(about string, contents []byte) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(contents) // to memory, which does not fail
	z.Close()
	return fmt.Sprintf("<< %s/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", about, b.Len(), b.Bytes())
}

// pixelsOnWhite returns an image's pixels from the top, three bytes each.
func pixelsOnWhite(img image.Image) []byte {
	b := img.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, b.Min, draw.Over)
	out := make([]byte, 0, 3*b.Dx()*b.Dy())
	for i := 0; i < len(flat.Pix); i += 4 {
		out = append(out, flat.Pix[i:i+3]...)
	}
	return out
}
