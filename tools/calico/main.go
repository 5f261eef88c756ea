// Command calico is the part of Calico that enforces NetworkPolicies, as upstream wrote it, in one program. It is told
// what to be by the name it is called by:
//
//	calico-felix CONFIG    the daemon of a node, which turns policies into rules
//	calico                 the CNI plugin, which joins pods to the node under the names that the daemon knows
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/projectcalico/calico/cni-plugin/pkg/plugin"
	"github.com/projectcalico/calico/felix/buildinfo"
	"github.com/projectcalico/calico/felix/daemon"
)

// version is what upstream calls the commit in go.mod: modules of this repository have no version of their own.
const version = "v3.28.5"

func main() {
	name := filepath.Base(os.Args[0])
	switch {
	case name == "calico":
		plugin.Main(version)
	case len(os.Args) == 2 && os.Args[1] == "--version":
		fmt.Println(version)
	case len(os.Args) == 2:
		if err := hideHost(); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		daemon.Run(os.Args[1], version, buildinfo.BuildDate, buildinfo.GitRevision)
	default:
		fmt.Fprintln(os.Stderr, "usage:", name, "CONFIG")
		os.Exit(2)
	}
}
