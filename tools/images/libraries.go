package main

import (
	"debug/elf"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
)

// loaded finds the paths in ldd's answer: "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", "/lib64/ld-linux-x86-64.so.2 (0x…)".
var loaded = regexp.MustCompile(`(?m)(/\S+) \(0x[0-9a-f]+\)$`)

// withLibraries adds the shared libraries of those programs that were taken from this machine, where they are here.
func (i image) withLibraries() (image, error) {
	files := maps.Clone(i.files)
	for _, content := range i.files {
		if !filepath.IsAbs(content.program) {
			continue
		}
		static, err := isStatic(content.program)
		if err != nil {
			return image{}, err
		}
		if static {
			continue
		}
		answer, err := exec.Command("ldd", content.program).Output()
		if err != nil {
			return image{}, fmt.Errorf("ldd %s: %w", content.program, err)
		}
		for _, match := range loaded.FindAllStringSubmatch(string(answer), -1) {
			files[match[1]] = file{program: match[1]}
		}
	}
	i.files = files
	return i, nil
}

func isStatic(program string) (bool, error) {
	binary, err := elf.Open(program)
	if err != nil {
		return false, fmt.Errorf("%s: %w", program, err)
	}
	defer binary.Close()
	return binary.Section(".interp") == nil, nil
}
