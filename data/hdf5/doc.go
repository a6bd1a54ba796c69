// Package hdf5 writes the part of HDF5 that NWB files use, with the standard library alone: groups, attributes
// (references and booleans among them), soft links, and compressed datasets that may grow.
//
// It only writes; facrnn/data/hdf5/reader reads. The tests here read with that reader, and testdata/check_h5py.py
// checks the same file with h5py, so writer and reader are not checked by one another only.
//
// [Create] a file, or write to one that is open by [New], add groups, datasets and attributes from [Writer.Root] down,
// then Close. A file is written once, front to back; what it cannot express (appending, compound types) results files
// do not need. Files can be read by every HDF5 library since 1.8.
//
// The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html (version 3).
package hdf5
