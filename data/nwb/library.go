//go:build !libhdf5

package nwb

import "facrnn/data/hdf5/reader"

// The library that files are read with: the built-in reader, or with the build tag libhdf5 the HDF Group's. They have one interface.
type (
	h5File      = reader.File
	h5Group     = reader.Group
	h5Dataset   = reader.Dataset
	h5Attribute = reader.Attribute
)

func openLibrary(path string) (*h5File, error) { return reader.Open(path) }

// What is said of what the library cannot read: that it was this one, and what else could be done.
const (
	libraryName = "the built-in HDF5 reader"
	wayOut      = "build with -tags libhdf5, which reads it through the HDF5 library"
)
