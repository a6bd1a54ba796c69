//go:build libhdf5

package nwb

import "facrnn/data/hdf5/native"

// The library that files are read with: the HDF Group's, as library.go has the built-in reader.
type (
	h5File      = native.File
	h5Group     = native.Group
	h5Dataset   = native.Dataset
	h5Attribute = native.Attribute
)

func openLibrary(path string) (*h5File, error) { return native.Open(path) }

const (
	libraryName = "the HDF5 library"
	wayOut      = "install the filter that it lacks as a plugin (HDF5_PLUGIN_PATH)"
)
