package hdf5

// heap is a global heap, which holds the strings of attributes and datasets: its space in the file, and its objects so
// far. It is written when the next heap begins.
type heap struct {
	at      uint64
	size    int // in bytes
	body    []byte
	objects int
}

const (
	heapHead   = 16      // bytes before the first object
	objectHead = 16      // bytes before an object's own; the free space at the end is an object, too
	minHeap    = 4096    // bytes of a heap
	maxHeap    = 1 << 20 // bytes of a heap of more than one object
	maxInHeap  = 60000   // objects in a heap; their numbers take 16 bits
)

// object returns the number of bytes that a string takes in a heap.
func object(s string) int { return objectHead + (len(s)+7)/8*8 }

// strings stores strings in the heap, in further ones where it is full, and returns the 16 bytes that stand for each:
// length, heap, and number in the heap.
func (w *Writer) strings(ss []string) []byte {
	rest := 0
	for _, s := range ss {
		rest += object(s)
	}
	var refs []byte
	for _, s := range ss {
		if s == "" {
			refs = append(refs, make([]byte, 16)...)
			rest -= objectHead
			continue
		}
		if h := w.heap; h == nil || h.objects == maxInHeap || heapHead+len(h.body)+object(s)+objectHead > h.size {
			w.endHeap()
			w.beginHeap(heapHead + objectHead + max(object(s), min(rest, maxHeap)))
		}
		refs = le.AppendUint64(le.AppendUint32(refs, uint32(len(s))), w.heap.at)
		refs = le.AppendUint32(refs, w.heap.add(s))
		rest -= object(s)
	}
	return refs
}

// add appends a string and returns its number.
func (h *heap) add(s string) uint32 {
	h.objects++
	h.body = le.AppendUint64(le.AppendUint16(h.body, uint16(h.objects)), 0)[:len(h.body)+8]
	h.body = le.AppendUint64(h.body, uint64(len(s)))
	h.body = append(append(h.body, s...), make([]byte, object(s)-objectHead-len(s))...)
	return uint32(h.objects)
}

// beginHeap reserves space in the file for a heap.
func (w *Writer) beginHeap(size int) {
	size = max(minHeap, size)
	w.heap = &heap{at: w.put(make([]byte, size)), size: size}
}

// endHeap writes the heap into its reserved space, with the free space (object 0) at its end.
func (w *Writer) endHeap() {
	h := w.heap
	if h == nil {
		return
	}
	b := append([]byte("GCOL"), 1, 0, 0, 0)
	b = append(le.AppendUint64(b, uint64(h.size)), h.body...)
	b = le.AppendUint64(append(b, make([]byte, 8)...), uint64(h.size-heapHead-len(h.body)))
	w.fail(w.b.Flush()) // the reserved space must be in the file
	_, err := w.f.WriteAt(b, int64(h.at))
	w.fail(err)
	w.heap = nil
}
