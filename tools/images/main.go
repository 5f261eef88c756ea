// Command images makes the container images of a local cluster from the programs built beside it, without a
// daemon and without a base image, and pushes them to a registry. The same programs make the same bytes.
//
//	images build --programs DIR --output DIR [--set e2e]
//	images push --registry localhost:5000 --ca ca.crt --auth config.json ARCHIVE…
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	var err error
	switch flags := flag.NewFlagSet("images "+command, flag.ExitOnError); command {
	case "build":
		programs := flags.String("programs", "", "directory of the static programs that go into images")
		output := flags.String("output", "", "directory for the archives and their index.json")
		set := flags.String("set", "cluster", "which images: "+strings.Join(setNames(), ", "))
		_ = flags.Parse(os.Args[2:]) // ends the process itself
		err = build(*set, *programs, *output)
	case "push":
		registry := flags.String("registry", "", "host:port of the registry; it is spoken to with TLS only")
		ca := flags.String("ca", "", "file of the CA certificates that the registry is verified against")
		auth := flags.String("auth", "", "file in the form of Docker's config.json with the credentials")
		_ = flags.Parse(os.Args[2:])
		err = push(*registry, *ca, *auth, flags.Args())
	default:
		err = fmt.Errorf("usage: images build|push [flags] [archive…]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}
