package permission

import (
	"context"
	"fmt"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// operationInput does nothing but hold a place: middlewares written for the SDK's
// client are inserted next to its id.
type operationInput struct{}

func (*operationInput) ID() string { return "setOperationInput" }

func (*operationInput) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	middleware.SerializeOutput, middleware.Metadata, error,
) {
	return next.HandleSerialize(ctx, in)
}

// inputValidation refuses an input whose required members are nil, as the SDK's
// clients do. It matters where the pre-flight is off.
type inputValidation struct{ op *operation }

func (*inputValidation) ID() string { return "OperationInputValidation" }

func (m *inputValidation) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	if !m.op.accepts(in.Parameters) {
		return out, metadata, unknownInput(in.Parameters)
	}
	if missing := m.missing(in.Parameters); len(missing) > 0 {
		invalid := smithy.InvalidParamsError{Context: m.op.name + "Input"}
		for _, name := range missing {
			invalid.Add(smithy.NewErrParamRequired(name))
		}
		return out, metadata, invalid
	}
	return next.HandleInitialize(ctx, in)
}

// unknownInput is what became of an input that a middleware has replaced.
func unknownInput(input any) error { return fmt.Errorf("unknown input parameters type %T", input) }

func (m *inputValidation) missing(input any) (names []string) {
	for _, required := range m.op.required(input) {
		if required.name != "" && required.value == nil {
			names = append(names, required.name)
		}
	}
	return names
}
