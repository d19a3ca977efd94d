// Package services holds the union's services as data: one YAML file each, whose schema is union/service. It holds no
// code; a union changes a service by a file of the same name in a folder of its own.
package services

import "embed"

// Files are the services that come with the program.
//
//go:embed *.yaml
var Files embed.FS
