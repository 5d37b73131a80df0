// Package background runs a function while its caller does something else, and
// gives the caller the function's error. It is how the commands serve a socket or
// draw a screen while they wait for a command or a signal.
//
// It must not know what is run. All of it is in this file.
package background

// Job is a function that was started.
type Job struct {
	done chan struct{}
	err  error // valid once done is closed
}

// Start runs a function on a goroutine of its own.
func Start(run func() error) *Job {
	j := &Job{done: make(chan struct{})}
	go func() {
		defer close(j.done)
		j.err = run()
	}()
	return j
}

// Done is closed when the function has returned.
func (j *Job) Done() <-chan struct{} { return j.done }

// Wait returns the function's error when the function has returned.
func (j *Job) Wait() error {
	<-j.done
	return j.err
}

// Over reports whether the function has returned, and with which error. A nil
// Job is not over.
func (j *Job) Over() (over bool, err error) {
	if j == nil {
		return false, nil
	}
	select {
	case <-j.done:
		return true, j.err
	default:
		return false, nil
	}
}
