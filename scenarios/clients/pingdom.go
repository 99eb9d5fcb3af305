// Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
//
// A transport that is made from nothing has no proxy and no deadlines: clone the default one.
package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net/http"
)

func main() {
	log.SetFlags(0)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{
		MinVersion: tls.VersionTLS12,
		MaxVersion: tls.VersionTLS12, // only here: programs at work set no maximum
	}
	client := &http.Client{Transport: transport}

	response, err := client.Get("https://apitls12.onepagecrm.com/api/v3/pingdom")
	if err != nil {
		log.Fatal("no answer over TLS 1.2: ", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Fatal("TLS 1.2, but HTTP ", response.StatusCode)
	}
	fmt.Println("HTTP", response.StatusCode)
}
