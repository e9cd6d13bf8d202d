package main

import (
	"context"
	"fmt"
	"io"

	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
)

// target is the function whose grants are deployed, and the owner of the grants.
type target struct{ function, owner string }

// deploy reads a file of grants, prints the plan for them, and carries it out.
func deploy(ctx context.Context, api permission.API, t target, file io.Reader, stdout io.Writer) error {
	desired, err := read(t, file)
	if err != nil {
		return err
	}
	plan, err := ensure.NewPlan(ctx, api, desired, func(o *ensure.Options) { o.MaxRemovals = 10 })
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, plan)
	result, err := plan.Apply(ctx, api)
	fmt.Fprintf(stdout, "%d changes done, %d left.\n", len(result.Done), len(result.Left))
	return err
}

// read makes the desired state of a file: one JSON object for each grant, with the
// members of AddPermission. They need no statement ids: an id is made from the
// meaning of its grant, so that the next deployment finds the statement.
func read(t target, file io.Reader) (ensure.Desired, error) {
	desired := ensure.Desired{Function: t.function, Owner: t.owner}
	for entry, err := range requestfile.All(file) {
		if err != nil {
			return ensure.Desired{}, err
		}
		desired.Grants = append(desired.Grants, entry.Request)
	}
	return desired, nil
}
