package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool is a set of threads that share the work of a kernel. Their number changes no bit of a result, because
// sums are split in the same way for any number. A nil Pool is only the calling thread. Only one goroutine at a
// time may use a Pool.
//
// Only float32 work is shared, and only if it is large enough.
type Pool struct {
	threads int
	job     job
	next    atomic.Int64 // the next part to take
	busy    atomic.Int32 // threads that still work on the job
	jobs    atomic.Int64 // number of jobs so far; below 0 when closed
	asleep  sync.Mutex   // used with wake by threads that have waited long for a job
	wake    *sync.Cond
}

// job is a kernel's work on rows, columns or chunks, and its arguments.
type job struct {
	do            func(j *job, worker, lo, hi int) // does the work for lo <= i < hi
	n, size       int                              // the number of items, and of items in a part
	y, x, w, c, z []float32
	M, N, K       int
	flag          bool
	rows          []int
	pairs         *Pairs[float32]
}

// NewPool starts threads, which wait for work until Close. It returns nil for fewer than two.
func NewPool(threads int) *Pool {
	if threads < 2 {
		return nil
	}
	p := &Pool{threads: threads}
	p.wake = sync.NewCond(&p.asleep)
	for worker := range threads - 1 {
		go p.serve(worker + 1)
	}
	return p
}

// Close ends the threads. The Pool is then only the calling thread.
func (p *Pool) Close() {
	if p != nil {
		p.announce(-1)
	}
}

// Threads returns the number of threads that share the work.
func (p *Pool) Threads() int {
	if p == nil || p.jobs.Load() < 0 {
		return 1
	}
	return p.threads
}

// worthwhile is the number of multiplications that justifies waking a thread: about 20 microseconds of work.
const worthwhile = 1 << 20

func (p *Pool) worthwhile(work int) bool { return p != nil && work >= worthwhile && p.jobs.Load() >= 0 }

// run shares a job of n items among the threads, in parts whose sizes are multiples of grain.
func (p *Pool) run(j job, n, grain int) {
	parts := 4 * p.threads // more parts than threads, because other programs may delay a thread
	j.n, j.size = n, max(1, (n+parts*grain-1)/(parts*grain))*grain
	p.job = j
	p.next.Store(0)
	p.busy.Store(int32(p.threads - 1))
	p.announce(p.jobs.Load() + 1)
	p.work(0)
	for i := 0; p.busy.Load() > 0; i++ {
		if i > patience/16 { // perhaps there are more threads than processors
			runtime.Gosched()
		}
	}
	p.job = job{}
}

// patience is the number of times that a thread looks for a job before it sleeps: about 0.1 ms, longer than the
// time between two kernels of a step. Waking a sleeping thread takes as long as a kernel.
const patience = 1 << 17

// serve waits for jobs and works on them until Close.
func (p *Pool) serve(worker int) {
	for seen := int64(0); ; {
		for i := 0; i < patience && p.jobs.Load() == seen; i++ {
		}
		if p.jobs.Load() == seen {
			p.asleep.Lock()
			for p.jobs.Load() == seen {
				p.wake.Wait()
			}
			p.asleep.Unlock()
		}
		if seen = p.jobs.Load(); seen < 0 {
			return
		}
		p.work(worker)
		p.busy.Add(-1)
	}
}

func (p *Pool) announce(jobs int64) {
	p.asleep.Lock()
	p.jobs.Store(jobs)
	p.asleep.Unlock()
	p.wake.Broadcast()
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
