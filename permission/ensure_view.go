package permission

import (
	"context"
	"errors"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// view is what one reading of a policy shows of a grant.
type view struct {
	readout

	// wanted is the statement that the service would store, under the requested id
	// and under the temporary one. Both are zero if the policy does not tell the
	// full ARN of its scope; then no statement of it can be the wanted one.
	wanted, wantedTemporary policy.Statement

	// stored and temporary are the statements that have these ids, or zero.
	stored, temporary policy.Statement

	// covering are the statements with other ids that allow all that wanted does.
	covering []policy.Statement
}

// look reads the policy.
func (e *ensuring) look(ctx context.Context) (view, error) {
	p, err := readPolicy(ctx, e.api, e.in.FunctionName, e.in.Qualifier, e.options.CallOptions)
	if err != nil {
		return view{}, err
	}
	return e.view(p)
}

func (e *ensuring) view(p readout) (v view, err error) {
	v.readout = p
	statements := p.document.Statements()
	req := e.in.Request()
	v.wanted, err = wantedStatement(req, statements...)
	if err == nil {
		req.StatementId = e.temporaryID()
		v.wantedTemporary, err = wantedStatement(req, statements...)
	}
	if err != nil && !errors.Is(err, errNoResource) {
		return view{}, err
	}
	for _, s := range statements {
		switch {
		case s.Sid() == e.id():
			v.stored = s
		case s.Sid() == e.temporaryID():
			v.temporary = s
		case v.wanted.IsValid() && policy.Covers(s, v.wanted):
			v.covering = append(v.covering, s)
		}
	}
	return v, nil
}

// isWanted reports whether the requested id has the wanted statement.
func (v view) isWanted() bool {
	return v.stored.IsValid() && v.wanted.IsValid() && v.stored.Equivalent(v.wanted)
}

// isHalfDone reports whether the temporary id has the wanted statement.
func (v view) isHalfDone() bool {
	return v.temporary.IsValid() && v.wantedTemporary.IsValid() && v.temporary.Equivalent(v.wantedTemporary)
}

// sameAs reports whether both readings show the same under both ids.
func (v view) sameAs(w view) bool {
	return v.stored.Raw() == w.stored.Raw() && v.temporary.Raw() == w.temporary.Raw()
}
