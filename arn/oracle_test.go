package arn_test

import (
	"regexp"

	"github.com/lambdaperm/lambdaperm/arn"
)

// The patterns as the service prints them when it refuses a value. They bind
// the whole value, so they are tried between ^(?: and )$: the group matters,
// since | would otherwise leave each alternative with one anchor.
const (
	functionPattern  = `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`
	qualifierPattern = `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`
)

var (
	functionRegexp  = regexp.MustCompile(`^(?:` + functionPattern + `)$`)
	qualifierRegexp = regexp.MustCompile(`^(?:` + qualifierPattern + `)$`)
)

// functionParts are the groups of functionPattern that a Function keeps.
type functionParts struct {
	Partition, Region, AccountID, Name, Qualifier string
}

// wantFunction is the slow, obviously right ParseFunction: nil if s is refused.
func wantFunction(s string) *functionParts {
	const (
		partition = 2
		region    = 3 // with its colon
		account   = 9 // with its colon
		name      = 11
		qualifier = 13
	)
	m := functionRegexp.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	return &functionParts{m[partition], trimColon(m[region]), trimColon(m[account]), m[name], m[qualifier]}
}

func trimColon(s string) string {
	if s == "" {
		return ""
	}
	return s[:len(s)-1]
}

// gotFunction is ParseFunction in the shape of wantFunction.
func gotFunction(s string) *functionParts {
	f, err := arn.ParseFunction(s)
	if err != nil {
		return nil
	}
	return &functionParts{f.Partition(), f.Region(), f.AccountID(), f.Name(), f.Qualifier().String()}
}
