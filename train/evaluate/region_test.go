package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Five channels; the fourth has no region.
var (
	fiveChannels = []string{"V1", "M2", "V1", "", "RSC"}
	fiveW        = mat.NewDense(5, 5, []float64{
		1, 2, 3, 100, 4, // V1
		5, 6, 7, 100, 8, // M2
		9, 10, 11, 100, 12, // V1
		100, 100, 100, 100, 100,
		13, 14, -15, 100, 16, // RSC
	})
)

func regionSums(t *testing.T, w *mat.Dense, region []string) Regional {
	t.Helper()
	r, err := RegionSums(w, region)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRegionSums(t *testing.T) {
	r := regionSums(t, fiveW, fiveChannels)
	want := mat.NewDense(3, 3, []float64{
		6, 8, 5 + 7, // M2 <- M2, RSC, V1
		14, 16, 13 - 15, // RSC
		2 + 10, 4 + 12, 1 + 3 + 9 + 11, // V1
	})
	if !slices.Equal(r.Names, []string{"M2", "RSC", "V1"}) || !mat.Equal(r.Sum, want) {
		t.Errorf("%v\n%v, want\n%v", r.Names, mat.Formatted(r.Sum), mat.Formatted(want))
	}
}

func TestWorstRankOfPathways(t *testing.T) {
	// different regions: V1<-RSC 16, RSC<-M2 14, M2<-V1 and V1<-M2 12, M2<-RSC 8, RSC<-V1 -2
	r := regionSums(t, fiveW, fiveChannels)
	for _, c := range []struct {
		pathways [][2]string
		want     int
	}{
		{[][2]string{{"V1", "RSC"}}, 1},
		{[][2]string{{"V1", "RSC"}, {"RSC", "M2"}}, 2},
		{[][2]string{{"M2", "V1"}}, 4}, // it shares ranks 3 and 4
		{[][2]string{{"V1", "RSC"}, {"RSC", "V1"}}, 6},
	} {
		if got, err := r.WorstRank(c.pathways...); err != nil || got != c.want {
			t.Errorf("%v: rank %d, %v, want %d", c.pathways, got, err, c.want)
		}
	}
}

func TestRegionCorrelationLeavesOutWeightsWithinARegion(t *testing.T) {
	r := regionSums(t, fiveW, fiveChannels)
	other := Regional{Names: r.Names, Sum: mat.DenseCopyOf(r.Sum)}
	other.Sum.Scale(3, other.Sum)
	for i := range 3 {
		other.Sum.Set(i, i, -1000)
	}
	if c, err := r.Correlation(other); err != nil || !(math.Abs(c-1) <= 1e-12) {
		t.Errorf("correlation %v, %v, want 1", c, err)
	}
	other.Sum.Set(0, 1, 0) // M2 <- RSC was 24
	// computed directly: x = 8 12 14 -2 12 16, mean 10; y = 0 36 42 -6 36 48, mean 26; the sum of products is 672,
	// and the sums of squares are 208 and 2640
	if c, err := r.Correlation(other); err != nil || !(math.Abs(c-672/math.Sqrt(208*2640)) <= 1e-12) {
		t.Errorf("correlation %v, %v", c, err)
	}
}

func TestRegionsRefuse(t *testing.T) {
	if _, err := RegionSums(fiveW, fiveChannels[:4]); err == nil {
		t.Error("five channels with four regions were accepted")
	}
	if _, err := RegionSums(fiveW, make([]string, 5)); err == nil {
		t.Error("channels without regions were accepted")
	}
	r := regionSums(t, fiveW, fiveChannels)
	for _, p := range [][][2]string{{{"M2", "S1"}}, {{"S1", "M2"}}, {{"M2", "M2"}}, {}} {
		if _, err := r.WorstRank(p...); err == nil {
			t.Errorf("%v were ranked, want an error", p)
		}
	}
	if _, err := r.Correlation(Regional{Names: []string{"M2"}, Sum: mat.NewDense(1, 1, nil)}); err == nil {
		t.Error("different regions were compared, want an error")
	}
}

// TestRegionFlows compares the sums with the sums of W, for all latents and for some. They are sums of 12 products of
// size 1.
func TestRegionFlows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	a, b := normal(r, 6, 3), normal(r, 3, 6)
	region := []string{"CA1", "", "V1", "CA1", "V1", "A"}
	for _, latents := range []Groups{{{0, 1, 2}}, {{2, 0}}} {
		want, err := RegionSums(SubConnectivities(a, b, latents)[0], region)
		if err != nil {
			t.Fatal(err)
		}
		got, err := RegionFlows(a, b, latents[0], region)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the sums", got.Sum, want.Sum, 1e-14)
		if !slices.Equal(got.Names, want.Names) {
			t.Errorf("regions %v, want %v", got.Names, want.Names)
		}
	}
	if _, err := RegionFlows(a, b, []int{0}, region[:4]); err == nil {
		t.Error("regions of other channels were accepted")
	}
}

func same(t *testing.T, what string, got, want *mat.Dense, tolerance float64) {
	t.Helper()
	var d mat.Dense
	d.Sub(got, want)
	d.Apply(func(_, _ int, v float64) float64 { return math.Abs(v) }, &d)
	if worst := mat.Max(&d); !(worst <= tolerance) {
		t.Errorf("%s: off by %g, want at most %g", what, worst, tolerance)
	}
}

// TestCompareRegions checks that a connectivity agrees with itself completely, and that the comparison has both sums.
func TestCompareRegions(t *testing.T) {
	got, err := CompareRegions(fiveW, fiveW, fiveChannels, [2]string{"V1", "RSC"}, [2]string{"RSC", "M2"})
	if err != nil {
		t.Fatal(err)
	}
	sums := regionSums(t, fiveW, fiveChannels)
	if got.WorstRank != 2 || math.Abs(got.Correlation-1) > 1e-12 || !mat.Equal(got.Estimate.Sum, sums.Sum) ||
		!mat.Equal(got.Truth.Sum, sums.Sum) {
		t.Errorf("worst rank %d, correlation %g, want 2 and 1", got.WorstRank, got.Correlation)
	}
	if _, err := CompareRegions(fiveW, fiveW, fiveChannels); err == nil {
		t.Error("connectivities were compared without pathways, want an error")
	}
}

func TestRegionMeans(t *testing.T) {
	got := RegionMeans([]float64{1, 2, 4, 8, 16}, fiveChannels)
	if got["V1"] != 2.5 || got["M2"] != 2 || got[""] != 8 || got["RSC"] != 16 {
		t.Errorf("means %v, want V1 2.5, M2 2, RSC 16 and 8 without region", got)
	}
}
