// Package reader reads the part of HDF5 that NWB files use: groups old and new, attributes, numbers, booleans and other
// enumerations, texts, references to objects, in one piece or in compressed chunks; soft links are followed.
//
// A file may be damaged, or made to do harm, so nothing in it is believed. The guard is in the reading itself: every byte comes
// through one function, [File] at, which takes no memory for what lies outside the file; nothing is made to a size that the file
// claims before it is known that it holds enough bytes for it; what is followed from place to place is counted, and all that is
// read or unpacked draws on one allowance, so that what goes round in circles ends. A general library, read from outside, can not
// be held to that: it acts on a length before anybody can check it, and memory that runs out cannot be recovered from. Reading in
// a child process with limits would hold, but for the price of every recording copied between the two, of limits that no one
// number fits (a session of 5 GB is no damage), and of programs that start themselves. What HDF5 files may hold beyond this is an
// error that says so, of another type than [Damage].
//
// Checksums are verified wherever the format has them: in headers of version 2, and with the filters deflate and Fletcher-32.
//
// Start with file.go; group.go and soft.go find objects, header.go reads what is said of one, values.go its values. The package imports only
// the standard library and facrnn/data/hdf5. The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html
// (version 3).
package reader
