package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server on the measured core.
type process struct {
	command *exec.Cmd
	address string
	// inner is the address of the inner listener, empty for the floor.
	inner string
	log   *bytes.Buffer
	// began is how long it took from its start to its first answer.
	began time.Duration
}

// start runs a command pinned to a core and waits until it answers at path.
func start(ctx context.Context, core int, environ []string, address, path string, args ...string) (*process, error) {
	args = append([]string{"-c", strconv.Itoa(core)}, args...)
	p := &process{command: exec.CommandContext(ctx, "taskset", args...), address: address, log: &bytes.Buffer{}}
	p.command.Env = append(os.Environ(), environ...)
	p.command.Stderr = p.log
	at := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[2], err)
	}
	for time.Since(at) < 30*time.Second {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", address, err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			err = answer.Body.Close()
		}
		if err == nil && answer.StatusCode == http.StatusOK {
			p.began = time.Since(at)
			return p, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("%s did not answer; its log:\n%s", args[2], p.log), p.stop())
}

func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("stopped with %w; its log:\n%s", err, p.log)
	}
	return nil
}

// end stops the process at the end of a part. Where that has failed, the log may say why.
func (p *process) end(err *error) {
	stopped := p.stop()
	if *err != nil {
		log := p.log.String()
		*err = fmt.Errorf("%w; the log ends with\n%s", *err, log[max(0, len(log)-2000):])
	}
	*err = errors.Join(*err, stopped)
}

// cpu is the time that the process has run, in user and in kernel. The kernel's clock ticks of /proc/PID/stat would be
// too coarse.
func (p *process) cpu() (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.command.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("find threads of %d: %w", p.command.Process.Pid, err)
	}
	var sum time.Duration
	for _, file := range threads {
		content, err := os.ReadFile(file)
		if err != nil {
			return 0, fmt.Errorf("read CPU time: %w", err)
		}
		first, _, _ := strings.Cut(string(content), " ")
		ran, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read CPU time: %w", err)
		}
		sum += time.Duration(ran)
	}
	return sum, nil
}

// resident is the memory that the process holds, and the most that it held, in MiB.
func (p *process) resident() (now, most float64, err error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kilobytes, _ := strconv.ParseFloat(fields[1], 64)
		switch fields[0] {
		case "VmRSS:":
			now = kilobytes / 1024
		case "VmHWM:":
			most = kilobytes / 1024
		}
	}
	return now, most, nil
}

// freeAddress is a loopback address on which nobody listens.
func freeAddress(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
