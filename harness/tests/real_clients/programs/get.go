// Gets a URL: get-go URL [NEWEST].
package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
)

func main() {
	config := &tls.Config{}
	if len(os.Args) > 2 {
		versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12}
		config.MinVersion = tls.VersionTLS10
		config.MaxVersion = versions[os.Args[2]]
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config}
	answer, err := (&http.Client{Transport: transport}).Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer.StatusCode)
}
