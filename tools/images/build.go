package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// registryHost stands in for the registry until an image is pushed to a real one.
const registryHost = "registry.invalid"

// build writes one archive per image of the set, and index.json, which maps names to references without a host.
func build(set, programs, output string) error {
	images, known := sets[set]
	if !known {
		return fmt.Errorf("no set %q, there are: %s", set, strings.Join(setNames(), ", "))
	}
	if err := os.MkdirAll(output, 0o755); err != nil {
		return err
	}
	index := map[string]string{}
	for _, image := range images {
		reference, err := name.NewTag(registryHost + "/" + image.reference)
		if err != nil {
			return err
		}
		built, err := image.build(programs)
		if err != nil {
			return fmt.Errorf("image %s: %w", image.name, err)
		}
		if err := tarball.WriteToFile(filepath.Join(output, image.name+".tar"), reference, built); err != nil {
			return fmt.Errorf("image %s: %w", image.name, err)
		}
		index[image.name] = image.reference
	}
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(output, "index.json"), append(text, '\n'), 0o644)
}

func (i image) build(programs string) (v1.Image, error) {
	i, err := i.withLibraries()
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	if err := i.write(&archive, programs); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive.Bytes())), nil
	}, tarball.WithCompressedCaching)
	if err != nil {
		return nil, err
	}
	filled, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	skeleton, err := filled.ConfigFile()
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(filled, &v1.ConfigFile{
		OS:           "linux",
		Architecture: runtime.GOARCH,
		Created:      v1.Time{Time: time.Unix(0, 0).UTC()},
		RootFS:       skeleton.RootFS,
		Config: v1.Config{
			Entrypoint: i.entrypoint,
			Cmd:        i.arguments,
			User:       i.user,
			WorkingDir: "/",
			Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin"},
			Labels:     map[string]string{"org.opencontainers.image.title": i.name},
		},
	})
}

// write makes the one layer: sorted, owned by root, dated 1970, so that equal programs make equal images.
func (i image) write(archive io.Writer, programs string) error {
	writer := tar.NewWriter(archive)
	epoch := time.Unix(0, 0)
	for _, directory := range i.allDirectories() {
		mode := int64(0o755)
		if directory == "tmp/" {
			mode = 0o1777
		}
		header := &tar.Header{Typeflag: tar.TypeDir, Name: directory, Mode: mode, ModTime: epoch}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(i.files)) {
		content := []byte(i.files[path].text)
		if program := i.files[path].program; program != "" {
			if !filepath.IsAbs(program) {
				program = filepath.Join(programs, program)
			}
			var err error
			if content, err = os.ReadFile(program); err != nil {
				return err
			}
		}
		mode := int64(0o644)
		if i.files[path].program != "" {
			mode = 0o755
		}
		if i.files[path].setuid {
			mode = 0o4755
		}
		header := &tar.Header{Name: path[1:], Mode: mode, Size: int64(len(content)), ModTime: epoch}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		if _, err := writer.Write(content); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(i.links)) {
		header := &tar.Header{Typeflag: tar.TypeSymlink, Name: path[1:], Linkname: i.links[path], Mode: 0o777, ModTime: epoch}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
	}
	return writer.Close()
}

// allDirectories lists every parent of a file or link, parents first, and /tmp.
func (i image) allDirectories() []string {
	found := map[string]bool{"tmp/": true}
	for _, path := range append(slices.Collect(maps.Keys(i.files)), slices.Collect(maps.Keys(i.links))...) {
		for parent := filepath.Dir(path); parent != "/"; parent = filepath.Dir(parent) {
			found[parent[1:]+"/"] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
