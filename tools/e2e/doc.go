// Package e2e makes upstream's conformance tests and what they run in pods part of this module's requirements.
// tools/build builds the test program with `go test -c k8s.io/kubernetes/test/e2e`.
package e2e

import _ "k8s.io/kubernetes/test/e2e"
