package main

import (
	"maps"
	"slices"
)

// image is one image of a single layer. Paths inside it are absolute.
type image struct {
	name       string // of the archive, and the key in index.json
	reference  string // repository and tag, without a registry
	files      map[string]file
	links      map[string]string
	entrypoint []string
	arguments  []string
	user       string // numeric, so that runAsNonRoot can be verified
}

// file is either a program or a text.
type file struct {
	program string // name below the directory of programs, or an absolute path of this machine
	text    string
	setuid  bool // root's rights for whoever runs it
}

// unprivileged is the user of images that need no rights, as in the distroless images.
const unprivileged = "65532:65532"

var accounts = file{text: "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\nnonroot:x:65532:65532:nonroot:/tmp:/bin/sh\n"}
var groups = file{text: "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n"}

var sets = map[string][]image{
	// What every cluster is offered.
	"cluster": {
		{
			name: "pause", reference: "kore/pause:3.10.1", user: "65535:65535",
			files:      map[string]file{"/pause": {program: "pause"}},
			entrypoint: []string{"/pause"},
		},
		{
			name: "coredns", reference: "kore/coredns:1.15.0", user: unprivileged,
			files:      map[string]file{"/coredns": {program: "coredns"}},
			entrypoint: []string{"/coredns"},
		},
		{
			name: "hello", reference: "kore/hello:1", user: unprivileged,
			files: map[string]file{
				"/hello":       {program: "hello"},
				"/bin/busybox": {program: "/bin/busybox"},
				"/bin/dash":    {program: "/bin/dash"},
				"/etc/passwd":  accounts,
				"/etc/group":   groups,
			},
			links:      applets("sh", "dash", "wget", "/hello"), // in busybox's shell, wget is busybox's
			entrypoint: []string{"/hello"},
		},
	},
	"e2e": conformance(),
}

// applets are the commands of busybox that people and `kubectl cp` use in a container, and pairs of further links.
func applets(further ...string) map[string]string {
	links := map[string]string{}
	for pair := range slices.Chunk(further, 2) {
		links["/bin/"+pair[0]] = pair[1]
	}
	for _, applet := range []string{
		"cat", "chmod", "cp", "cut", "date", "dd", "df", "echo", "env", "expr", "false", "find", "free", "grep", "head", "hostname", "id", "ip", "kill",
		"ln", "ls", "mkdir", "mv", "nslookup", "printf", "ps", "pwd", "rm", "sed", "seq", "sleep", "sort", "stat", "sync",
		"tail", "tar", "tee", "test", "timeout", "top", "touch", "tr", "true", "uname", "vi", "wc", "which", "xargs",
	} {
		links["/bin/"+applet] = "busybox"
	}
	return links
}

func setNames() []string { return slices.Sorted(maps.Keys(sets)) }
