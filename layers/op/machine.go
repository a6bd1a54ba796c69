package op

import (
	"reflect"
	"runtime"
	"unsafe"

	G "gorgonia.org/gorgonia"
)

// Machine runs a graph on Gorgonia's tape machine again and again, in the calling goroutine.
//
// The machine's RunAll locks the goroutine to its thread and hands the program to another one, so that every run costs
// two switches of threads: 3 to 30 microseconds, where a small step takes 25. Its method Run executes a program where
// it is called. Its argument, the list of instructions, has no public accessor and is fetched once by reflection; where
// that fails, with another version of Gorgonia, every run is a RunAll.
type Machine struct {
	vm  G.VM
	run func() error // nil: RunAll
}

// NewMachine compiles a graph.
func NewMachine(g *G.ExprGraph) *Machine {
	// To watch everything, with no logger, saves the machine from looking every value up in its list of what to log.
	vm := G.NewTapeMachine(g, G.WithWatchlist())
	// it is for graphics processors, and would keep the graph's memory through a garbage collection
	runtime.SetFinalizer(vm, nil)
	return &Machine{vm: vm, run: direct(vm)}
}

// Run runs the whole graph once.
func (m *Machine) Run() error {
	defer m.vm.Reset()
	if m.run != nil {
		return m.run()
	}
	return m.vm.RunAll()
}

func direct(vm G.VM) (run func() error) {
	defer func() {
		if recover() != nil {
			run = nil
		}
	}()
	list := reflect.ValueOf(vm).MethodByName("Prog").Call(nil)[0].Elem().FieldByName("instructions")
	method := reflect.ValueOf(vm).MethodByName("Run")
	if t := method.Type(); t.NumIn() != 1 || t.In(0) != list.Type() || t.NumOut() != 1 {
		return nil
	}
	args := []reflect.Value{reflect.NewAt(list.Type(), unsafe.Pointer(list.UnsafeAddr())).Elem()}
	return func() error {
		err, _ := method.Call(args)[0].Interface().(error)
		return err
	}
}
