package kernel

import (
	"sync"
	"sync/atomic"
)

// Pool is threads that share the work of a kernel. How many there are changes no bit of a result: what is added up is split in the
// same way for any number. A nil Pool is the calling thread alone. One goroutine at a time may use a Pool.
//
// Only float32 is shared out, and only where it pays.
type Pool struct {
	threads int
	job     job
	next    atomic.Int64
	wake    chan struct{}
	done    sync.WaitGroup
}

// job is a kernel's work on rows, columns or chunks, and its arguments.
type job struct {
	do            func(j *job, worker, lo, hi int) // what is done for lo <= i < hi
	n, size       int                              // of how many, and how many at a time
	y, x, w, c, z []float32
	M, N, K       int
	flag          bool
	pairs         *Pairs[float32]
	up            float32
}

// NewPool starts threads, which wait for work until Close. For fewer than two it is nil.
func NewPool(threads int) *Pool {
	if threads < 2 {
		return nil
	}
	p := &Pool{threads: threads, wake: make(chan struct{}, threads-1)}
	for worker := range threads - 1 {
		go func() {
			for range p.wake {
				p.work(worker + 1)
				p.done.Done()
			}
		}()
	}
	return p
}

// Close ends the threads.
func (p *Pool) Close() {
	if p != nil {
		close(p.wake)
	}
}

// Threads is how many share the work.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return p.threads
}

// worthwhile is how many multiplications pay for waking a thread: some 20 microseconds of them.
const worthwhile = 1 << 20

func (p *Pool) worthwhile(work int) bool { return p != nil && work >= worthwhile }

// run does a job, n of something in parts of a multiple of grain.
func (p *Pool) run(j job, n, grain int) {
	parts := p.Threads()
	j.n, j.size = n, max(1, (n+parts*grain-1)/(parts*grain))*grain
	p.job = j
	p.next.Store(0)
	p.done.Add(p.threads - 1)
	for range p.threads - 1 {
		p.wake <- struct{}{}
	}
	p.work(0)
	p.done.Wait()
	p.job = job{}
}

func (p *Pool) work(worker int) {
	j := &p.job
	for {
		lo := int(p.next.Add(1)-1) * j.size
		if lo >= j.n {
			return
		}
		j.do(j, worker, lo, min(lo+j.size, j.n))
	}
}
