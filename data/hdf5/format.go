package hdf5

// signature begins every HDF5 file.
const signature = "\x89HDF\r\n\x1a\n"

// Header messages, by type.
const (
	msgDataspace = 0x01
	msgLinkInfo  = 0x02
	msgDatatype  = 0x03
	msgFillValue = 0x05
	msgLink      = 0x06
	msgLayout    = 0x08
	msgGroupInfo = 0x0a
	msgFilters   = 0x0b
	msgAttribute = 0x0c
	msgAttrInfo  = 0x15
)

// Layouts of a dataset's values.
const (
	layoutContiguous = 1
	layoutChunked    = 2
)

// Filters of a chunk, by their registered numbers.
const (
	filterDeflate = 1
	filterShuffle = 2
)

// The classes of a dataset's elements.
const (
	classInteger   = 0
	classFloat     = 1
	classReference = 7
	classEnum      = 8
	classVariable  = 9
)
