package rundir

import "runtime/debug"

// Version returns the version of the program: the commit that it was built from, "modified" where files differed from
// it, or else the module's version. A program that was built without either has none.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unversioned
	}
	return version(info)
}

const unversioned = "unversioned build"

func version(info *debug.BuildInfo) string {
	of := map[string]string{}
	for _, s := range info.Settings {
		of[s.Key] = s.Value
	}
	if commit := of["vcs.revision"]; commit != "" {
		commit = commit[:min(12, len(commit))]
		if of["vcs.modified"] == "true" {
			commit += " modified"
		}
		return commit
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return unversioned
}
