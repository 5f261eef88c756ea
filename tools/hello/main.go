// Command hello is the example application of local clusters: it tells who answered, and ends as an application should
// whose requests somebody counts.
//
//	hello            serve on port 8080, or the one in PORT
//	hello get URL    print what another one answers, also as: wget -qO- URL
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
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
	ended := make(chan error, 1)
	go func() {
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM, os.Interrupt)
		<-told
		log.Println(host, "ends soon")
		ended <- end(&server)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// lingering is how long somebody may still send to a pod that ends: nodes learn one after the other that it is no
// longer there.
const lingering = 3 * time.Second

// end goes on answering for a while, on connections that are not kept, and then lets what is under way come to its end.
func end(server *http.Server) error {
	server.SetKeepAlivesEnabled(false)
	time.Sleep(lingering)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
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
