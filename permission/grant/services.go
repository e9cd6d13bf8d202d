package grant

import (
	"slices"

	"github.com/lambdaperm/lambdaperm/internal/services"
)

// A Service is a caller that is named by a service principal, with the resources for
// which it calls and the members that its grants need.
type Service struct {
	// Principal is the service principal, such as "sns.amazonaws.com".
	Principal string
	// Title is the service's name for people, such as "Amazon SNS".
	Title string
	// Regional says that the service is also known with its region in the name, as
	// logs.us-east-1.amazonaws.com.
	Regional bool
	// OptIn says that the service has its region in the name where it calls from an
	// opt-in region to a function of a default region, as
	// sns.me-central-1.amazonaws.com.
	OptIn bool
	// SameRegion says that the service calls functions of its own region only.
	SameRegion bool
	// Token says that the service sends an EventSourceToken, and no SourceArn.
	Token bool
	// Sources are the resources that SourceArn can name; nil if they are not known,
	// or if the service sends no SourceArn.
	Sources []Source
	// MoreSources says that the service calls for further kinds of resources, whose
	// ARNs are not documented. [EventSource] refuses them all the same.
	MoreSources bool
	// Instead says how the service reaches functions if it does not call by its own
	// name; it then does not use a grant. It is "" for a service that needs a grant.
	Instead string
	// Documentation names the page that the row rests on.
	Documentation string
}

// A Source is a kind of resource that a service calls for.
//
// Its fields are those of services.Source, in the same order: the table and the rules
// about SourceArn take one for the other.
type Source struct {
	// Service is that of the resource's ARN, such as "sns". It often differs from
	// the name of the principal: API Gateway's is "execute-api".
	Service string
	// Resource is a pattern for the last part of the ARN, with '*' for any text:
	// "rule/*". "" if the form is not known; then every resource will do.
	Resource string
	// Example is how the last part is shown to people: "rule/NAME". "" shows
	// Resource.
	Example string
	// NoRegion and NoAccount say that the ARN leaves these parts empty, as that of a
	// bucket does.
	NoRegion, NoAccount bool
	// AnyRegion says that the service's guide shows '*' for the region, which grants
	// to the resources of every region. [EventSource] refuses it elsewhere.
	AnyRegion bool
	// SourceAccount says how the parameter SourceAccount goes with the ARN. The zero
	// value is AccountOptional.
	SourceAccount AccountUse
}

// AccountUse says how the parameter SourceAccount goes with a SourceArn: one of the
// constants below.
type AccountUse = services.AccountUse

const (
	// AccountOptional leaves SourceAccount out, unless the caller gives one: the ARN
	// has the account.
	AccountOptional AccountUse = services.AccountOptional
	// AccountBeside sets SourceAccount to the account of the ARN, because the
	// service's guide asks for both.
	AccountBeside AccountUse = services.AccountBeside
	// AccountRequired asks the caller for the account, because the ARN does not
	// have it.
	AccountRequired AccountUse = services.AccountRequired
	// AccountForbidden refuses a SourceAccount: the service does not send it, so that
	// the grant would never match.
	AccountForbidden AccountUse = services.AccountForbidden
)

// Services returns the table of known services, those that need no grant included.
// The caller owns the slice.
func Services() []Service {
	rows := services.All()
	list := make([]Service, len(rows))
	for i, row := range rows {
		list[i] = serviceOf(row)
	}
	return list
}

// Lookup returns the service that a principal names: as in the table, with a region
// in the name, or with the suffix of the China regions.
func Lookup(principal string) (Service, bool) {
	row, ok := services.Lookup(principal)
	if !ok {
		return Service{}, false
	}
	return serviceOf(row), true
}

func serviceOf(row services.Service) Service {
	s := Service{
		Principal: row.Principal, Title: row.Title, Regional: row.Regional, OptIn: row.OptIn, SameRegion: row.SameRegion,
		Token: row.Token, MoreSources: row.MoreSources, Instead: row.Instead, Documentation: row.Page,
	}
	for _, k := range row.Sources {
		s.Sources = append(s.Sources, Source(k))
	}
	return s
}

// title is the service's name for people.
func (s Service) title() string {
	if s.Title == "" {
		return s.Principal
	}
	return s.Title
}

// candidates returns the services and kinds of source whose ARNs have the given
// service, those of WithService first. A service of WithService replaces the one in
// the table that has the same principal.
func (o *options) candidates(arnService string) (list []candidate) {
	replaced := func(principal string) bool {
		return slices.ContainsFunc(o.services, func(s Service) bool { return s.Principal == principal })
	}
	add := func(s Service) {
		for _, k := range s.Sources {
			if k.Service == arnService {
				list = append(list, candidate{s, k})
			}
		}
	}
	for _, s := range o.services {
		add(s)
	}
	for _, row := range services.All() {
		if !replaced(row.Principal) {
			add(serviceOf(row))
		}
	}
	return list
}

// A candidate is a service that may call for a resource, and the kind of source
// that the resource would be.
type candidate struct {
	service Service
	kind    Source
}
