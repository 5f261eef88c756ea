package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// push sends each archive to the registry under the reference that it was built with. What is there already is not sent.
func push(registry, ca, auth string, archives []string) error {
	transport, err := transportTrusting(ca)
	if err != nil {
		return err
	}
	credentials, err := credentialsFor(registry, auth)
	if err != nil {
		return err
	}
	for _, path := range archives {
		reference, err := referenceOf(path, registry)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		image, err := tarball.ImageFromPath(path, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := remote.Write(reference, image, remote.WithTransport(transport), remote.WithAuth(credentials)); err != nil {
			return fmt.Errorf("push %s: %w", reference, err)
		}
		digest, err := image.Digest()
		if err != nil {
			return err
		}
		fmt.Printf("%s@%s\n", reference, digest)
	}
	return nil
}

// referenceOf is the reference in the archive, with the registry in place of the host that build wrote.
func referenceOf(path, registry string) (name.Reference, error) {
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(path) })
	if err != nil {
		return nil, err
	}
	if len(manifest) != 1 || len(manifest[0].RepoTags) != 1 {
		return nil, fmt.Errorf("not an archive of one image with one tag")
	}
	repository := strings.TrimPrefix(manifest[0].RepoTags[0], registryHost+"/")
	return name.ParseReference(registry + "/" + repository)
}

func transportTrusting(ca string) (http.RoundTripper, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", ca)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	transport.Proxy = nil // the registry is on this machine
	return transport, nil
}

// credentialsFor reads Docker's config.json: {"auths": {"localhost:5000": {"username": "…", "password": "…"}}}.
func credentialsFor(registry, path string) (authn.Authenticator, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var config struct {
		Auths map[string]authn.AuthConfig `json:"auths"`
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	credentials, found := config.Auths[registry]
	if !found {
		return nil, fmt.Errorf("%s has no credentials for %s", path, registry)
	}
	return authn.FromConfig(credentials), nil
}
