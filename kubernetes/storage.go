package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// newStorageProvisioner runs beside the control plane, on the host whose file system all nodes share.
func newStorageProvisioner() *cobra.Command {
	var kubeconfig, root, name string
	command := &cobra.Command{
		Use:   "kore-storage-provisioner",
		Short: "Give each claim of a local cluster a directory on this machine",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return err
			}
			client, err := kubernetes.NewForConfig(config)
			if err != nil {
				return err
			}
			if root, err = filepath.Abs(root); err != nil {
				return err
			}
			if err := os.MkdirAll(root, 0o711); err != nil {
				return err
			}
			ctx := klog.NewContext(server.SetupSignalContext(), klog.Background())
			controller.NewProvisionController(ctx, client, name, directories{root},
				controller.LeaderElection(false), // one process per cluster, kept by its supervisor
			).Run(ctx)
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig of the cluster to serve")
	flags.StringVar(&root, "root", "", "directory that holds one directory per volume")
	flags.StringVar(&name, "provisioner-name", "kore.internal/local", "the provisioner that storage classes name")
	errs := errors.Join(command.MarkFlagRequired("kubeconfig"), command.MarkFlagRequired("root"))
	if errs != nil {
		panic(errs)
	}
	return command
}

// directories makes volumes that are directories below root, each bound to the node that its first pod was sent to.
type directories struct{ root string }

func (d directories) Provision(_ context.Context, options controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	if options.SelectedNodeName == "" {
		return nil, controller.ProvisioningFinished, errors.New("the storage class must have volumeBindingMode: WaitForFirstConsumer")
	}
	if options.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, errors.New("claims with a selector are not supported")
	}
	if mode := options.PVC.Spec.VolumeMode; mode != nil && *mode != core.PersistentVolumeFilesystem {
		return nil, controller.ProvisioningFinished, fmt.Errorf("volume mode %s is not supported", *mode)
	}
	path := filepath.Join(d.root, options.PVName)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Pods run as any user: open the directory whatever the umask is. The root above it is closed to strangers.
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	directory := core.HostPathDirectory
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: options.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			MountOptions:                  options.StorageClass.MountOptions,
			Capacity:                      core.ResourceList{core.ResourceStorage: options.PVC.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: path, Type: &directory},
			},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key:      core.LabelHostname,
					Operator: core.NodeSelectorOpIn,
					Values:   []string{options.SelectedNodeName}, // Kore's nodes have their name as host name
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the directory named after the volume, whatever path the volume claims to have.
func (d directories) Delete(_ context.Context, volume *core.PersistentVolume) error {
	return os.RemoveAll(filepath.Join(d.root, filepath.Base(volume.Name)))
}
