// Package folder reads folders of files that people write by hand - services, articles, reference data - and follows
// what becomes of them while the service runs. It tells mistakes with file, line and field. What the files mean is their
// packages' matter; it never writes a file.
package folder
