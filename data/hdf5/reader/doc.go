// Package reader reads the part of HDF5 that NWB files use, of every version from 1.6.3 to 2.0. It reads groups,
// attributes, numbers, booleans and other enumerations, texts, and references to objects. Values may be contiguous or
// in chunks, and boxes of them can be read. Unwritten values are read as their fill value. Soft links are followed,
// and external links into files of the same folder or below it.
//
// It undoes the filters deflate, shuffle, Fletcher-32, LZF, scale-offset, bzip2, LZ4, Zstandard, bitshuffle and Blosc
// (with BloscLZ, LZ4, Snappy, zlib and Zstandard inside; not Blosc2). Everything else is an error that names it: other
// filters ([Packed]), and virtual datasets, compound values, lists of variable length, unusual number formats, and
// messages in a table of the whole file. Links out of the folder, links to missing objects and values in files other
// than HDF5 are errors of type [Lost].
//
// A file may be damaged or malicious, so nothing in it is trusted. The reading itself is guarded: every byte comes
// through one function, [File] values, which takes no memory for data outside the file. A claimed size is allocated
// only if the file holds enough bytes. The caller may also accept up to 128 MB. Links and pointers that are followed
// are counted. Names, headers and indexes that are kept lie apart in the file, so they are never larger than the file.
// Everything that is read to find values, or made from nothing, uses one allowance, so cycles end. The caller decides
// how often values are read.
//
// A general library cannot be guarded from outside: it acts on a length before it can be checked, and running out of
// memory is fatal. Reading in a child process with limits would also work. But it would copy every recording between
// two processes, and no single limit fits (a session of 5 GB is no damage). [Damage] is the error of a contradiction
// in the file.
//
// A chunk that is lost from an index without a checksum looks like an unwritten chunk, as in HDF5 itself. Checksums
// are verified wherever the format has them: in headers, heaps and indexes of version 2, with the filters deflate,
// bzip2 and Fletcher-32, and in frames of Zstandard that have one.
//
// A link into another file might name any file of the machine. So it is followed only inside the folder of the opened
// file: no "..", no symbolic link out of the folder, and at most 32 files. [File.Linked] returns the files that values
// came from.
//
// Start with file.go. group.go finds objects, header.go reads their headers, and values.go reads values. layout.go
// says where values are, and chunks.go reads chunks, which indexes.go and arrays.go find. filters.go, codecs.go and
// blosc.go unpack chunks; links.go opens other files. LZ4, Snappy and Zstandard are unpacked by github.com/pierrec/lz4
// and github.com/klauspost/compress. The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html
// (version 3, with the indexes of chunks of version 4).
package reader
