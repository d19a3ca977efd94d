package turns

// ParseURL is what Open reads a URL with.
var ParseURL = parseURL
