package rundir

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}
	for name, test := range map[string]struct {
		info debug.BuildInfo
		want string
	}{
		"a commit": {debug.BuildInfo{Settings: []debug.BuildSetting{commit,
			{Key: "vcs.modified", Value: "false"}}}, "0123456789ab"},
		"a changed commit": {debug.BuildInfo{Settings: []debug.BuildSetting{commit,
			{Key: "vcs.modified", Value: "true"}}}, "0123456789ab modified"},
		"a module":         {debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		"go run":           {debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "unversioned build"},
		"nothing is known": {debug.BuildInfo{}, "unversioned build"},
		"a short commit id": {debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "12"}}},
			"12"},
	} {
		if got := version(&test.info); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
