// Package native reads HDF5 through libhdf5, the HDF Group's own library, with the interface of package reader: for files that the built-in
// reader refuses, such as those with links to other files or with filters that come as plugins (zstd, blosc). It is empty but with the build
// tag libhdf5, for which a C compiler and the library's headers must be there (libhdf5-dev, hdf5-devel, or brew install hdf5); then data/nwb
// reads by it alone.
//
// The library acts on lengths that a damaged file claims before anybody can check them: give it files that you trust.
//
// The few calls that are needed are bound here. gonum.org/v1/hdf5 lacks most of them (lists of attributes, links, enumerations, where an
// object lies, texts of variable length), so that beside it nearly the same calls would have to be bound.
//
// Start with file.go. native.h has one C function for each thing that is asked for, so that a call and the library's account of what went
// wrong happen on one thread.
package native
