// Package menubar holds the bar at the bottom of the chat as data, whose form is that of union/menubar. It holds no code.
package menubar

import _ "embed" // the bar that comes with the program

// Default is the bar that comes with the program.
//
//go:embed menu.yaml
var Default []byte
