// Package tensorboard writes numbers over steps in the format of TensorBoard: records of Event messages in the wire
// format of protocol buffers, each with its length and masked CRC-32C checksums. Scalars need only a few fields, so
// the encoding is written by hand, without generated code.
//
// It imports nothing of the project. For the format, see tensorflow/core/util/event.proto and
// tensorflow/core/lib/io/record_writer.h.
package tensorboard

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// Writer appends events to a file, with one Write per event.
type Writer struct {
	w   io.Writer
	now func() time.Time
}

// Numbers of the messages' fields.
const (
	eventWallTime    = 1 // of Event: double, seconds
	eventStep        = 2 // int64
	eventFileVersion = 3 // string
	eventSummary     = 5 // Summary
	eventSession     = 7 // SessionLog
	summaryValue     = 1 // of Summary: repeated Value
	valueTag         = 1 // of Value: string
	valueScalar      = 2 // float
	sessionStatus    = 1 // of SessionLog: enum, 1 means that a session starts
)

// Wire types.
const (
	varint = 0
	double = 1
	bytes  = 2
	float  = 5
)

// New starts a file with the version of its events.
func New(w io.Writer, now func() time.Time) (*Writer, error) {
	e := &Writer{w: w, now: now}
	return e, e.record(field(e.event(0), eventFileVersion, []byte("brain.Event:2")))
}

// Start says that a run starts, or resumes, at a step. Readers then discard the values of this step and of later
// steps, in this file or in an earlier file of the same folder.
func (e *Writer) Start(step int64) error {
	return e.record(field(e.event(step), eventSession, []byte{sessionStatus<<3 | varint, 1}))
}

// Scalars writes the values of several tags at a step.
func (e *Writer) Scalars(step int64, values ...Scalar) error {
	var summary []byte
	for _, v := range values {
		value := append(field(nil, valueTag, []byte(v.Tag)), valueScalar<<3|float)
		value = binary.LittleEndian.AppendUint32(value, math.Float32bits(float32(v.Value)))
		summary = field(summary, summaryValue, value)
	}
	return e.record(field(e.event(step), eventSummary, summary))
}

// Scalar is a number and the name of its curve. A slash in the name groups curves.
type Scalar struct {
	Tag   string
	Value float64
}

func (e *Writer) event(step int64) []byte {
	seconds := float64(e.now().UnixMicro()) / 1e6
	b := binary.LittleEndian.AppendUint64([]byte{eventWallTime<<3 | double}, math.Float64bits(seconds))
	return binary.AppendUvarint(append(b, eventStep<<3|varint), uint64(step))
}

func field(b []byte, number byte, value []byte) []byte {
	return append(binary.AppendUvarint(append(b, number<<3|bytes), uint64(len(value))), value...)
}

func (e *Writer) record(event []byte) error {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(event)))
	b = binary.LittleEndian.AppendUint32(b, masked(b))
	b = binary.LittleEndian.AppendUint32(append(b, event...), masked(event))
	_, err := e.w.Write(b)
	return err
}

// masked returns the checksum of a record. It is masked because checksums of data that contain checksums would be too
// regular.
func masked(b []byte) uint32 {
	c := crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + 0xa282ead8
}
