// Package reader reads the part of HDF5 that NWB files use, of every version from 1.6.3 to 2.0: groups, attributes,
// numbers, booleans and other enumerations, texts, references to objects; values in one piece or in chunks, of which
// boxes are read; what was never written, as its fill value; soft links; external links into files of the same folder
// or below it. It undoes deflate, shuffle, Fletcher-32, LZF, scale-offset, bzip2, LZ4, Zstandard, bitshuffle and Blosc
// (with BloscLZ, LZ4, Snappy, zlib and Zstandard inside; not Blosc2). What is not read, and is an error that says so:
// other filters ([Packed]), links out of the folder, links that lead nowhere and values in files that are not HDF5 (all
// three [Lost]), virtual datasets, compound values, lists of variable length, numbers of a make that is not usual,
// messages in a table of the whole file.
//
// A file may be damaged, or made to do harm, so nothing in it is believed. The guard is in the reading itself: every
// byte comes through one function, [File] values, which takes no memory for what lies outside the file; nothing is made
// to a size that the file claims before it is known that it holds enough bytes for it, or that the caller takes as much
// and it is no more than 128 MB; what is followed from place to place is counted; what is kept of names, headers and
// indexes lies apart in the file, so that it is no more than the file; and all that is read to find values, or made of
// nothing, draws on one allowance, so that what goes round in circles ends. How often values are read is for the caller
// to say. A general library, read from outside, can not be held to that: it acts on a length before anybody can check
// it, and memory that runs out cannot be recovered from. Reading in a child process with limits would hold, but for the
// price of every recording copied between the two, of limits that no one number fits (a session of 5 GB is no damage),
// and of programs that start themselves. [Damage] is the error of what cannot be.
//
// A chunk that is lost from an index without a checksum looks like one that was never written: so it does to HDF5
// itself. Checksums are verified wherever the format has them: in headers, heaps and indexes of version 2, and with the
// filters deflate, bzip2 and Fletcher-32, and in frames of Zstandard that have one.
//
// A link into another file might name any file of the machine. So it is followed only inside the folder of the file
// that was opened: no "..", no symbolic link out of the folder, and at most 32 files. [File.Linked] says which of them
// values came from.
//
// Start with file.go; group.go finds objects, header.go reads what is said of one, values.go its values, from where
// layout.go says they are, chunks.go those in chunks, which indexes.go and arrays.go find. filters.go, codecs.go and
// blosc.go unpack chunks; links.go opens other files. LZ4, Snappy and Zstandard are unpacked by github.com/pierrec/lz4
// and github.com/klauspost/compress. The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html
// (version 3, with the indexes of chunks of version 4).
package reader
