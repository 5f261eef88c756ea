// Verifies tokens for clusters of EKS, as their API servers have it done: aws-iam-authenticator's own verifier is asked.
// The request to STS that it would send is answered here, and only if AWS's own SDK signs it so with the secret that the
// question has: nothing leaves the machine.
//
// usage: verifier   (standard input: a question a line, as JSON; standard output: an answer a line)
//
//	{"token", "cluster", "partition", "region", "key", "secret", "session", "arn"}
//	  key, secret, session   what STS handed out
//	  arn                    to whom
//	is answered by {"arn", "canonical", "session", "key"} or {"error"}
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go/aws/credentials"
	v4 "github.com/aws/aws-sdk-go/aws/signer/v4"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

type question struct {
	Token, Cluster, Partition, Region string
	Key, Secret, Session, ARN         string
}

type answer struct {
	ARN       string `json:"arn,omitempty"`
	Canonical string `json:"canonical,omitempty"`
	Session   string `json:"session,omitempty"`
	Key       string `json:"key,omitempty"`
	Error     string `json:"error,omitempty"`
}

// RoundTrip is STS, for GetCallerIdentity alone (AWS STS API Reference).
func (of question) RoundTrip(asked *http.Request) (*http.Response, error) {
	status, body := of.judged(asked)
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	reader := io.NopCloser(bytes.NewReader(text))
	return &http.Response{StatusCode: status, Body: reader, Request: asked, Header: http.Header{}}, nil
}

func (of question) judged(asked *http.Request) (int, any) {
	if err := of.signed(asked); err != nil {
		return http.StatusForbidden, map[string]any{"Error": map[string]string{"Code": "SignatureDoesNotMatch", "Message": err.Error()}}
	}
	result := map[string]string{"Account": "111122223333", "Arn": of.ARN, "UserId": "AROAEXAMPLE:" + of.ARN[lastSlash(of.ARN):]}
	return http.StatusOK, map[string]any{"GetCallerIdentityResponse": map[string]any{"GetCallerIdentityResult": result}}
}

// signed says whether a request is what the SDK signs with the secret of this question.
func (of question) signed(asked *http.Request) error {
	query := asked.URL.Query()
	date, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	if err != nil {
		return err
	}
	expires, err := time.ParseDuration(query.Get("X-Amz-Expires") + "s")
	if err != nil {
		return err
	}
	said := query.Get("X-Amz-Signature")
	for _, name := range []string{"Algorithm", "Credential", "Date", "Expires", "Security-Token", "Signature", "SignedHeaders"} {
		query.Del("X-Amz-" + name)
	}
	again, err := http.NewRequest(http.MethodGet, "https://"+asked.URL.Host+"/?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	again.Header.Set("x-k8s-aws-id", asked.Header.Get("x-k8s-aws-id"))
	signer := v4.NewSigner(credentials.NewStaticCredentials(of.Key, of.Secret, of.Session))
	if _, err := signer.Presign(again, nil, "sts", of.Region, expires, date); err != nil {
		return err
	}
	if again.URL.Query().Get("X-Amz-Signature") != said {
		return errors.New("the request signature we calculated does not match the signature you provided")
	}
	return nil
}

func lastSlash(arn string) int {
	return bytes.LastIndexByte([]byte(arn), '/') + 1
}

func (of question) answer() answer {
	http.DefaultTransport = of
	who, err := token.NewVerifier(of.Cluster, of.Partition, of.Region).Verify(of.Token)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{ARN: who.ARN, Canonical: who.CanonicalARN, Session: who.SessionName, Key: who.AccessKeyID}
}

func main() {
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var next question
		err := questions.Decode(&next)
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = answers.Encode(next.answer())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
