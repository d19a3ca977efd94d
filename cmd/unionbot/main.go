// Command unionbot is the service behind a trade union's WeCom app and WeChat Official Account. A file holds a
// subcommand; wire.go puts the parts together. It decides nothing: what happens to a message, what the union decides
// and what is kept are matters of the packages that it wires.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
