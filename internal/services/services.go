// Package services has two tables: one of the services that call functions, and one of
// the partitions and their regions. The first has the name by which a service calls in
// a partition and region, the resources for which it calls, and how services that need
// no grant reach a function.
//
// Package grant builds grants from the tables, package lint judges statements by them,
// package validate takes hints from them, and package permissiontest refuses principals
// by them. A fact is in the tables only if a page of the documentation or a public
// report supports it. A service that is missing here is unknown; a grant to it is not a
// mistake.
package services

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// A Service is a caller that is named by a service principal.
type Service struct {
	// Principal is the name in most partitions: "sns.amazonaws.com". See [Name].
	Principal string
	// Title is the service's name for people: "Amazon SNS".
	Title string
	// RegionIn are the partitions in which the guides show only the name with the
	// region in it. See [NameIn].
	RegionIn []string
	// Regional says that the service is also known with its region in the name:
	// logs.us-east-1.amazonaws.com.
	Regional bool
	// OptIn says that the service calls with its region in the name when it calls
	// from an opt-in region to a function of a default region.
	OptIn bool
	// SameRegion says that the service calls functions of its own region only.
	SameRegion bool
	// Token says that the service sends an EventSourceToken, and no source.
	Token bool
	// MoreSources says that the service calls for further kinds of resources than
	// Sources, whose ARNs are not documented.
	MoreSources bool
	// Sources are the resources that SourceArn can name; empty if they are not
	// known, or if the service sends no SourceArn.
	Sources []Source
	// Instead says how the service reaches functions if it does not call by its own
	// name; it then does not use a grant. Otherwise it is empty.
	Instead string
	// Page names the page of the documentation that supports the row.
	Page string
}

// A Source is a kind of resource for which a service calls. Package grant exports it
// with the same fields and converts one into the other, which does not compile if only
// one of them has a field.
type Source struct {
	// Service is the service in the resource's ARN: "execute-api" for API Gateway.
	Service string
	// Resource is a pattern for the last part of the ARN, with '*' for any text;
	// empty if the form is not known.
	Resource string
	// Example is the last part as messages show it: "rule/NAME". If it is empty, they
	// show Resource.
	Example string
	// NoRegion and NoAccount say that the ARN leaves these parts empty.
	NoRegion, NoAccount bool
	// AnyRegion says that the service's guide shows '*' for the region.
	AnyRegion bool
	// SourceAccount says whether a grant needs the parameter SourceAccount beside the
	// ARN.
	SourceAccount AccountUse
}

// AccountUse says whether a grant needs SourceAccount beside SourceArn.
type AccountUse int

const (
	// AccountOptional means that the ARN has the account, and that the service's guide
	// shows no SourceAccount.
	AccountOptional AccountUse = iota
	// AccountBeside means that the ARN has the account, and that the guide asks for
	// SourceAccount as well.
	AccountBeside
	// AccountRequired means that the ARN has no account, so that only SourceAccount
	// names the owner of the resource.
	AccountRequired
	// AccountForbidden means that the service sends no aws:SourceAccount: a grant
	// that asks for it never matches.
	AccountForbidden
)

// The values of Service.Instead.
const (
	byPolling = "an event source mapping: Lambda polls the source with the function's execution role"
	byRole    = "a role: the caller assumes one that may invoke the function"
)

// All returns the table. It is shared: callers must not write to it.
func All() []Service { return table }

// Lookup returns the service that a principal names, in any of its forms. The
// second result is false for a name that is not in the table.
func Lookup(principal string) (Service, bool) {
	name, ok := ParseName(principal)
	if !ok {
		return Service{}, false
	}
	return byPrincipal(name.Principal)
}

func byPrincipal(principal string) (Service, bool) {
	i := slices.IndexFunc(table, func(s Service) bool { return s.Principal == principal })
	if i < 0 {
		return Service{}, false
	}
	return table[i], true
}

// Source returns the first kind of source whose ARNs have the service.
func (s Service) Source(arnService string) (Source, bool) {
	i := slices.IndexFunc(s.Sources, func(k Source) bool { return k.Service == arnService })
	if i < 0 {
		return Source{}, false
	}
	return s.Sources[i], true
}

// Has reports whether a resource may be one of the kind, by the service of its ARN and
// its last part.
func (k Source) Has(resource arn.ARN) bool {
	return k.Service == resource.Service() && (k.Resource == "" || glob.Overlaps(resource.Resource(), k.Resource))
}

// CallerOf returns the first service in the table that has the resource among its
// sources. If its Instead is not empty it does not call for the resource. The second
// result is false if there is no such service.
func CallerOf(resource arn.ARN) (Service, bool) {
	i := slices.IndexFunc(table, func(s Service) bool {
		return slices.ContainsFunc(s.Sources, func(k Source) bool { return k.Has(resource) })
	})
	if i < 0 {
		return Service{}, false
	}
	return table[i], true
}

// Form returns an example of the source's ARNs in the given partition, for messages.
func (k Source) Form(partition string) string {
	region, account := "REGION", "ACCOUNT"
	if k.NoRegion {
		region = ""
	}
	if k.NoAccount {
		account = ""
	}
	last := cmp.Or(k.Example, k.Resource, "RESOURCE")
	return strings.Join([]string{"arn", partition, k.Service, region, account, last}, ":")
}
