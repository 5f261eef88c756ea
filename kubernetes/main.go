// Command kubernetes is a whole Kubernetes in one program: the components as upstream wrote them, etcd, kubectl
// and a small storage provisioner. One program instead of eight saves three quarters of the disk and of the build.
//
// It is told what to be by the name it is called by (a link) or by its first argument:
//
//	kube-apiserver --help
//	kubernetes kube-apiserver --help
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// components maps each name to a program that reads os.Args and answers with an exit code.
var components = map[string]func() int{
	"etcd":                     etcd,
	"kube-apiserver":           component(apiserver.NewAPIServerCommand),
	"kube-controller-manager":  component(controllers.NewControllerManagerCommand),
	"kube-scheduler":           component(newScheduler),
	"kube-proxy":               component(proxy.NewProxyCommand),
	"kubelet":                  component(newKubelet),
	"kubectl":                  runKubectl,
	"kore-storage-provisioner": component(newStorageProvisioner),
}

func main() {
	run, found := components[filepath.Base(os.Args[0])]
	if !found && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		run, found = components[os.Args[0]]
	}
	if !found {
		names := strings.Join(slices.Sorted(maps.Keys(components)), ", ")
		fmt.Fprintln(os.Stderr, "call this program by the name of a component, or name one as the first argument:", names)
		os.Exit(2)
	}
	os.Exit(run())
}

func component(newCommand func() *cobra.Command) func() int {
	return func() int { return cli.Run(newCommand()) }
}

// newKubelet passes a plain context: the command installs the signal handler itself, and that may be done only once.
func newKubelet() *cobra.Command {
	return kubelet.NewKubeletCommand(context.Background())
}

func etcd() int {
	etcdmain.Main(os.Args) // ends the process itself after a failure
	return 0
}

// runKubectl prints errors as kubectl does, which is not how the other components do it.
func runKubectl() int {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
	return 0
}

func newScheduler() *cobra.Command { return scheduler.NewSchedulerCommand() }
