package main

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// hidden is where felix writes and cleans up wherever it is told to work: several run on one machine, and a Calico that
// is the machine's own may be there, too.
var hidden = map[string]string{
	"/var/lib/calico": "tmpfs",
	"/run/calico":     "tmpfs",
	"/sys/fs/bpf":     "bpf",
}

// inside says that this process has mounts of its own already.
const inside = "KORE_CALICO_MOUNTS"

// hideHost gives this process, before anything of it runs, mounts of its own, with nothing of the machine's in the
// directories that are hidden. Mounts belong to a thread, and the Go runtime has several by now: the program starts
// anew from the one that has them.
func hideHost() error {
	if os.Getenv(inside) != "" {
		return nil
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("mounts of its own: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep its mounts from the machine: %w", err)
	}
	for directory, kind := range hidden {
		if kind == "tmpfs" {
			if err := os.MkdirAll(directory, 0o755); err != nil {
				return err
			}
		} else if _, err := os.Stat(directory); err != nil {
			continue // a kernel without it has nothing to hide
		}
		if err := unix.Mount(kind, directory, kind, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			return fmt.Errorf("hide %s: %w", directory, err)
		}
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return unix.Exec(program, os.Args, append(os.Environ(), inside+"=yes"))
}
