package grant_test

import (
	"errors"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An Error has the error of the package that refused the value.
func TestErrorsUnwrap(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:123456789012:t"
	_, err := grant.EventSource("a b", topic)
	if parse := (*arn.ParseError)(nil); !errors.As(err, &parse) {
		t.Errorf("a function's name: %v, want an *arn.ParseError in it", err)
	}
	_, err = grant.EventSource("f", "my-topic")
	if invalid := (*validate.Error)(nil); !errors.As(err, &invalid) {
		t.Errorf("a source: %v, want a *validate.Error in it", err)
	}
	_, err = grant.EventSource("f", topic, grant.WithOwner("a b"))
	if owner := (*grant.OwnerError)(nil); !errors.As(err, &owner) {
		t.Errorf("an owner: %v, want an *grant.OwnerError in it", err)
	}
}
