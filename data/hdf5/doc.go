// Package hdf5 writes the part of HDF5 that NWB files use, with only the standard library: groups, attributes
// (including references and booleans), soft links, and compressed datasets that may grow.
//
// It only writes; facrnn/data/hdf5/reader reads. The tests here use that reader, and testdata/check_h5py.py checks the
// same file with h5py. So writer and reader are not checked only against each other.
//
// [Create] a file, or write to an open file with [New], add groups, datasets and attributes from [Writer.Root] down,
// then Close. A file is written once, front to back. Appending and compound types are not supported, because results
// files do not need them. Every HDF5 library since 1.8 can read the files.
//
// The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html (version 3).
package hdf5
