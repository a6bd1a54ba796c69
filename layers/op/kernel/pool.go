package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool is threads that share the work of a kernel. How many there are changes no bit of a result: what is added up is
// split in the same way for any number. A nil Pool is the calling thread alone. One goroutine at a time may use a Pool.
//
// Only float32 is shared out, and only where it pays.
type Pool struct {
	threads int
	job     job
	next    atomic.Int64 // the part that is taken next
	busy    atomic.Int32 // threads that are not done with the job
	jobs    atomic.Int64 // so far; below 0 when closed
	asleep  sync.Mutex   // with wake, for threads that have waited long for a job
	wake    *sync.Cond
}

// job is a kernel's work on rows, columns or chunks, and its arguments.
type job struct {
	do            func(j *job, worker, lo, hi int) // what is done for lo <= i < hi
	n, size       int                              // of how many, and how many at a time
	y, x, w, c, z []float32
	M, N, K       int
	flag          bool
	rows          []int
	pairs         *Pairs[float32]
}

// NewPool starts threads, which wait for work until Close. For fewer than two it is nil.
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

// Close ends the threads; the Pool is the calling thread alone from then on.
func (p *Pool) Close() {
	if p != nil {
		p.announce(-1)
	}
}

// Threads is how many share the work.
func (p *Pool) Threads() int {
	if p == nil || p.jobs.Load() < 0 {
		return 1
	}
	return p.threads
}

// worthwhile is how many multiplications pay for waking a thread: some 20 microseconds of them.
const worthwhile = 1 << 20

func (p *Pool) worthwhile(work int) bool { return p != nil && work >= worthwhile && p.jobs.Load() >= 0 }

// run does a job, n of something in parts of a multiple of grain.
func (p *Pool) run(j job, n, grain int) {
	parts := 4 * p.threads // some are taken away by other programs: the others do their parts
	j.n, j.size = n, max(1, (n+parts*grain-1)/(parts*grain))*grain
	p.job = j
	p.next.Store(0)
	p.busy.Store(int32(p.threads - 1))
	p.announce(p.jobs.Load() + 1)
	p.work(0)
	for i := 0; p.busy.Load() > 0; i++ {
		if i > patience/16 { // there are more threads than processors
			runtime.Gosched()
		}
	}
	p.job = job{}
}

// patience is how often a thread looks for a job before it goes to sleep: some 0.1 ms, more than passes between two
// kernels of a step. To wake one that sleeps takes as long as a kernel.
const patience = 1 << 17

// serve is the life of a thread.
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
