package union

import "context"

type provenKey struct{}

// WithProof has what is done within ask proven where it opens what an account has to be known for sure for: it returns nil, or
// why it is not done: an ErrUnproven. It is asked at the act, and only there.
func WithProof(ctx context.Context, proven func(context.Context) error) context.Context {
	return context.WithValue(ctx, provenKey{}, proven)
}

// Proven is nil where whoever acts is known for sure, as all are who do not come by an account that they bound themselves.
func Proven(ctx context.Context) error {
	if proven, ok := ctx.Value(provenKey{}).(func(context.Context) error); ok {
		return proven(ctx)
	}
	return nil
}
