package permission

import (
	"context"
	"slices"

	"github.com/aws/smithy-go/middleware"
)

// chain returns a handler that runs the steps for any number of concurrent calls;
// they are linked once. It is built from the last middleware to the first: each
// step becomes a linked list, whose end passes the request to the next step.
func (s *steps) chain(transport middleware.Handler) middleware.Handler {
	var d middleware.DeserializeHandler = &toTransport{transport}
	for _, m := range slices.Backward(s.deserialize) {
		d = &deserializeLink{m, d}
	}
	var f middleware.FinalizeHandler = &toDeserialize{d}
	for _, m := range slices.Backward(s.finalize) {
		f = &finalizeLink{m, f}
	}
	var b middleware.BuildHandler = &toFinalize{f}
	for _, m := range slices.Backward(s.build) {
		b = &buildLink{m, b}
	}
	var w middleware.SerializeHandler = &toBuild{b}
	for _, m := range slices.Backward(s.serialize) {
		w = &serializeLink{m, w}
	}
	var i middleware.InitializeHandler = &toSerialize{w}
	for _, m := range slices.Backward(s.initialize) {
		i = &initializeLink{m, i}
	}
	return &toInitialize{i}
}

type initializeLink struct {
	with middleware.InitializeMiddleware
	next middleware.InitializeHandler
}

func (l *initializeLink) HandleInitialize(ctx context.Context, in middleware.InitializeInput) (middleware.InitializeOutput, middleware.Metadata, error) {
	return l.with.HandleInitialize(ctx, in, l.next)
}

type serializeLink struct {
	with middleware.SerializeMiddleware
	next middleware.SerializeHandler
}

func (l *serializeLink) HandleSerialize(ctx context.Context, in middleware.SerializeInput) (middleware.SerializeOutput, middleware.Metadata, error) {
	return l.with.HandleSerialize(ctx, in, l.next)
}

type buildLink struct {
	with middleware.BuildMiddleware
	next middleware.BuildHandler
}

func (l *buildLink) HandleBuild(ctx context.Context, in middleware.BuildInput) (middleware.BuildOutput, middleware.Metadata, error) {
	return l.with.HandleBuild(ctx, in, l.next)
}

type finalizeLink struct {
	with middleware.FinalizeMiddleware
	next middleware.FinalizeHandler
}

func (l *finalizeLink) HandleFinalize(ctx context.Context, in middleware.FinalizeInput) (middleware.FinalizeOutput, middleware.Metadata, error) {
	return l.with.HandleFinalize(ctx, in, l.next)
}

type deserializeLink struct {
	with middleware.DeserializeMiddleware
	next middleware.DeserializeHandler
}

func (l *deserializeLink) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
	return l.with.HandleDeserialize(ctx, in, l.next)
}

// The ends of the steps, each named after the step or handler that follows it.

type toInitialize struct{ next middleware.InitializeHandler }

func (t *toInitialize) Handle(ctx context.Context, input any) (any, middleware.Metadata, error) {
	out, metadata, err := t.next.HandleInitialize(ctx, middleware.InitializeInput{Parameters: input})
	return out.Result, metadata, err
}

type toSerialize struct{ next middleware.SerializeHandler }

func (t *toSerialize) HandleInitialize(ctx context.Context, in middleware.InitializeInput) (middleware.InitializeOutput, middleware.Metadata, error) {
	out, metadata, err := t.next.HandleSerialize(ctx, middleware.SerializeInput{Parameters: in.Parameters, Request: newRequest()})
	return middleware.InitializeOutput(out), metadata, err
}

type toBuild struct{ next middleware.BuildHandler }

func (t *toBuild) HandleSerialize(ctx context.Context, in middleware.SerializeInput) (middleware.SerializeOutput, middleware.Metadata, error) {
	out, metadata, err := t.next.HandleBuild(ctx, middleware.BuildInput{Request: in.Request})
	return middleware.SerializeOutput(out), metadata, err
}

type toFinalize struct{ next middleware.FinalizeHandler }

func (t *toFinalize) HandleBuild(ctx context.Context, in middleware.BuildInput) (middleware.BuildOutput, middleware.Metadata, error) {
	out, metadata, err := t.next.HandleFinalize(ctx, middleware.FinalizeInput(in))
	return middleware.BuildOutput(out), metadata, err
}

type toDeserialize struct{ next middleware.DeserializeHandler }

func (t *toDeserialize) HandleFinalize(ctx context.Context, in middleware.FinalizeInput) (middleware.FinalizeOutput, middleware.Metadata, error) {
	out, metadata, err := t.next.HandleDeserialize(ctx, middleware.DeserializeInput(in))
	return middleware.FinalizeOutput{Result: out.Result}, metadata, err
}

type toTransport struct{ next middleware.Handler }

func (t *toTransport) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
	response, metadata, err := t.next.Handle(ctx, in.Request)
	return middleware.DeserializeOutput{RawResponse: response}, metadata, err
}
