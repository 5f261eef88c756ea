package main

import "maps"

// conformance lists the images that upstream's conformance tests name, under upstream's names and tags, made from
// upstream's programs. Upstream puts them on Alpine; here the tools in them are Debian's.
func conformance() []image {
	agnhost := image{
		files: map[string]file{
			"/agnhost":           {program: "agnhost"},
			"/localhost.crt":     {program: "localhost.crt"},
			"/localhost.key":     {program: "localhost.key"},
			"/uploads/.keep":     {},
			"/bin/busybox":       {program: "/bin/busybox"},
			"/bin/bash":          {program: "/bin/bash"},
			"/usr/bin/curl":      {program: "/usr/bin/curl"},
			"/usr/bin/dig":       {program: "/usr/bin/dig"},
			"/usr/bin/getent":    {program: "/usr/bin/getent"},
			"/usr/bin/nc":        {program: "/bin/nc.openbsd"},
			"/usr/bin/wget":      {program: "/usr/bin/wget"},
			"/etc/nsswitch.conf": {text: "passwd: files\ngroup: files\nhosts: files dns\n"},
			"/etc/passwd":        {text: accounts.text + "user-defined-in-image:x:1000:1000::/:/bin/sh\n"},
			"/etc/group":         {text: groups.text + "user-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n"},
		},
		links:      everyApplet(),
		entrypoint: []string{"/agnhost"},
		arguments:  []string{"pause"},
	}
	agnhost.links["/agnhost-2"] = "agnhost"

	busybox := agnhost
	busybox.files = maps.Clone(agnhost.files)
	for _, path := range []string{"/agnhost", "/localhost.crt", "/localhost.key", "/uploads/.keep", "/usr/bin/dig"} {
		delete(busybox.files, path)
	}
	busybox.links = everyApplet()
	busybox.entrypoint, busybox.arguments = nil, []string{"sh"}

	webServer := agnhost // the tests want something that listens on port 80, and never look at what it answers
	webServer.arguments = []string{"test-webserver"}

	nonRoot := busybox
	nonRoot.user = "1234"

	noNewPrivileges := busybox
	noNewPrivileges.files = maps.Clone(busybox.files)
	noNewPrivileges.files["/usr/local/bin/nnp"] = file{program: "nonewprivs", setuid: true}
	noNewPrivileges.arguments = []string{"nnp"}

	pet := func(name string) image {
		pet := webServer
		pet.files = maps.Clone(webServer.files)
		pet.files["/"+name+".jpg"] = file{program: name + ".jpg"}
		pet.files["/data.json"] = file{program: name + ".json"}
		return pet
	}
	return []image{
		agnhost.as("agnhost", "e2e-test-images/agnhost:2.63.0"),
		agnhost.as("agnhost-previous", "e2e-test-images/agnhost:2.55"),
		busybox.as("busybox", "e2e-test-images/busybox:1.37.0-1"),
		busybox.as("ipc-utils", "e2e-test-images/ipc-utils:1.4"),
		agnhost.as("glibc-dns-testing", "e2e-test-images/glibc-dns-testing:2.0.0"),
		noNewPrivileges.as("nonewprivs", "e2e-test-images/nonewprivs:1.4"),
		nonRoot.as("nonroot", "e2e-test-images/nonroot:1.5"),
		webServer.as("nginx", "e2e-test-images/nginx:1.15-4"),
		webServer.as("nginx-new", "e2e-test-images/nginx:1.27-0"),
		pet("kitten").as("kitten", "e2e-test-images/kitten:1.8"),
		pet("nautilus").as("nautilus", "e2e-test-images/nautilus:1.8"),
		{
			name: "pause", reference: "pause:3.10.2", user: "65535:65535",
			files:      map[string]file{"/pause": {program: "pause"}},
			entrypoint: []string{"/pause"},
		},
	}
}

func (i image) as(name, reference string) image {
	i.name, i.reference = name, reference
	return i
}

// everyApplet adds what tests use and people do not. The shell is not busybox's: that one prefers its own nc and wget,
// which crash on names in Debian's static build, and drops variables like data-1.
func everyApplet() map[string]string {
	links := applets("sh", "bash")
	for _, applet := range []string{
		"[", "awk", "base64", "basename", "chgrp", "chown", "clear", "cmp", "dirname", "dmesg", "du", "egrep", "factor", "fallocate", "fgrep", "fold", "gunzip", "gzip",
		"hexdump", "ifconfig", "killall", "link", "md5sum", "mkfifo", "mknod", "mktemp", "more", "mount", "netstat", "nproc", "od", "pidof", "readlink", "realpath", "rmdir",
		"route", "sha256sum", "shuf", "split", "tac", "time", "truncate", "tty", "umount", "uniq", "unlink", "usleep", "watch", "who", "whoami", "yes",
	} {
		links["/bin/"+applet] = "busybox"
	}
	return links
}
