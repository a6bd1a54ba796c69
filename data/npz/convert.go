package npz

import (
	"errors"
	"fmt"
	"math"

	"facrnn/data"
)

type number interface {
	~float32 | ~float64 | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Scalar returns an array without dimensions that holds v. Array lists the allowed types of v.
func Scalar[T any](v T) Array { return Array{Shape: []int{}, Data: []T{v}} }

// Vector returns an array of one dimension that shares the memory of v. Array lists the allowed types of values.
func Vector[T any](v []T) Array { return Array{Shape: []int{len(v)}, Data: v} }

// Ints returns an array of one dimension that holds v as int64.
func Ints(v []int) Array { return Vector(cast[int64](v)) }

// FromMatrix returns an array of two dimensions that shares the memory of m.
func FromMatrix(m data.Matrix) Array { return Array{Shape: []int{m.Rows, m.Cols}, Data: m.Data} }

// Matrix returns a numeric array of two dimensions as a matrix of the same shape. The matrix shares the memory of
// []float32.
func (a Array) Matrix() (data.Matrix, error) {
	if len(a.Shape) != 2 {
		return data.Matrix{}, fmt.Errorf("the shape is %v, but a matrix has two dimensions", a.Shape)
	}
	x, err := a.Float32s()
	return data.Matrix{Rows: a.Shape[0], Cols: a.Shape[1], Data: x}, err
}

// Float64s copies the values of an array of any numeric type, row-major; true becomes 1. Strings are an error.
func (a Array) Float64s() ([]float64, error) { return floats[float64](a.Data) }

// Float32s returns the values rounded to single precision; values out of range become infinite. An array of []float32
// may fill most of a computer's memory, so it is not copied.
func (a Array) Float32s() ([]float32, error) {
	if x, ok := a.Data.([]float32); ok {
		return x, nil
	}
	return floats[float32](a.Data)
}

// Ints copies the values of an array of any numeric type, row-major; true becomes 1. A value that does not fit an int
// exactly (a fraction, NaN, too large) is an error that names the value.
func (a Array) Ints() ([]int, error) {
	switch x := a.Data.(type) {
	case []float32:
		return whole(x)
	case []float64:
		return whole(x)
	case []int8:
		return cast[int](x), nil
	case []int16:
		return cast[int](x), nil
	case []int32:
		return cast[int](x), nil
	case []int64:
		return exact(x)
	case []uint8:
		return cast[int](x), nil
	case []uint16:
		return cast[int](x), nil
	case []uint32:
		return exact(x)
	case []uint64:
		return exact(x)
	case []bool:
		return cast[int](bits(x)), nil
	}
	return nil, errWords
}

// Strings copies the values of an array of strings, row-major. Numbers are an error.
func (a Array) Strings() ([]string, error) {
	x, ok := a.Data.([]string)
	if !ok {
		return nil, errors.New("holds numbers, not strings: choose another array, or write it as strings")
	}
	return append([]string(nil), x...), nil
}

func floats[T float32 | float64](values any) ([]T, error) {
	switch x := values.(type) {
	case []float32:
		return cast[T](x), nil
	case []float64:
		return cast[T](x), nil
	case []int8:
		return cast[T](x), nil
	case []int16:
		return cast[T](x), nil
	case []int32:
		return cast[T](x), nil
	case []int64:
		return cast[T](x), nil
	case []uint8:
		return cast[T](x), nil
	case []uint16:
		return cast[T](x), nil
	case []uint32:
		return cast[T](x), nil
	case []uint64:
		return cast[T](x), nil
	case []bool:
		return cast[T](bits(x)), nil
	}
	return nil, errWords
}

// errWords is the error of an array of strings if numbers are needed; arrays have no other kinds.
var errWords = errors.New("holds strings, not numbers: choose another array, or write it as numbers")

func cast[To, From number](x []From) []To {
	y := make([]To, len(x))
	for i, v := range x {
		y[i] = To(v)
	}
	return y
}

// exact converts integers, and fails if a value does not fit an int.
func exact[T int64 | uint32 | uint64](x []T) ([]int, error) {
	y := cast[int](x)
	for i, v := range x {
		if T(y[i]) != v || (y[i] < 0) != (v < 0) {
			return nil, fmt.Errorf("value %d is %d, which does not fit an integer", i, v)
		}
	}
	return y, nil
}

// whole converts floating-point values, and fails if a value is not a whole number.
func whole[T float32 | float64](x []T) ([]int, error) {
	y := make([]int, len(x))
	for i, v := range x {
		d := float64(v)
		if d != math.Trunc(d) || math.Abs(d) >= 1<<53 || float64(int(d)) != d {
			return nil, fmt.Errorf("value %d is %v, not a whole number that fits an integer", i, v)
		}
		y[i] = int(v)
	}
	return y, nil
}

func bits(x []bool) []uint8 {
	y := make([]uint8, len(x))
	for i, v := range x {
		if v {
			y[i] = 1
		}
	}
	return y
}
