// Command hello is the example application of local clusters: it tells who answered.
//
//	hello            serve on port 8080, or the one in PORT
//	hello get URL    print what another one answers, also as: wget -qO- URL
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

func main() {
	var err error
	asked := len(os.Args) == 3 && os.Args[1] == "get" || filepath.Base(os.Args[0]) == "wget"
	if asked {
		err = get(os.Args[len(os.Args)-1])
	} else {
		err = serve()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, "ok")
	})
	routes.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		answer.Header().Set("X-Content-Type-Options", "nosniff")
		fmt.Fprintf(answer, "Hello from %s, you asked for %s\n", host, request.URL.Path)
		log.Println(request.Method, request.URL.Path, request.RemoteAddr)
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Println(host, "listening on port", port)
	server := http.Server{Addr: ":" + port, Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// get stands in for wget: Debian's static busybox cannot look up names without glibc's shared parts.
func get(url string) error {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s answered %s", url, answer.Status)
	}
	return nil
}
