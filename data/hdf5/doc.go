// Package hdf5 writes the part of HDF5 that NWB files use, with the standard library alone: groups, attributes (references and
// booleans among them), soft links, and compressed datasets that may grow.
//
// It only writes, for the library github.com/scigolib/hdf5 cannot write all of that; facrnn/data/hdf5/reader reads. The tests
// here read with that library, so that writer and reader are not checked by one another alone.
//
// [Create] a file, or write to one that is open by [New], add groups, datasets and attributes from [Writer.Root] down, then Close. A file is written once, front to
// back; what it cannot express (appending, compound types) results files do not need. Files can be read by every HDF5 library
// since 1.8.
//
// The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html (version 3).
package hdf5
