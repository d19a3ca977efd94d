// Package platform is what the outbound halves of the two adapters share: one call to a platform's API with a good
// token, an answer judged by its errcode, and text as the platforms take it.
//
// It knows no message and no endpoint: those are the adapters'. It never puts a token or a secret into an error, and
// never repeats a call of which it is not known whether it arrived: that is delivery's decision.
package platform
