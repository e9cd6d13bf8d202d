package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
	"github.com/lambdaperm/lambdaperm/permission/grant"
)

func principalsOf(list []grant.Service) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Principal
	}
	return names
}

func servicesByPrincipal(list []grant.Service) map[string]grant.Service {
	table := make(map[string]grant.Service, len(list))
	for _, s := range list {
		s.Sources = slices.Clone(s.Sources)
		table[s.Principal] = s
	}
	return table
}

// service looks up a service principal, whether written as in the
// table, with a region in it where the service has such names, or with the suffix of
// the China regions.
func (o *options) service(principal string) (grant.Service, bool) {
	if s, ok := o.services[principal]; ok {
		return s, true
	}
	name, ok := services.ParseName(principal)
	if !ok {
		return grant.Service{}, false
	}
	s, ok := o.services[name.Principal]
	return s, ok && (name.Region == "" || s.Regional || s.OptIn)
}

// sourceOf returns the kind of source that a SourceArn claims to be: of the kinds
// whose ARNs have its service the one that its last part looks like, else the first.
func sourceOf(s grant.Service, source arn.ARN) (kind grant.Source, ok bool) {
	for _, k := range s.Sources {
		switch {
		case k.Service != source.Service():
		case isOfKind(source, k):
			return k, true
		case !ok:
			kind, ok = k, true
		}
	}
	return kind, ok
}

// isOfKind reports whether a source may be one of the kind, by its last part.
func isOfKind(source arn.ARN, k grant.Source) bool {
	return k.Resource == "" || glob.Overlaps(source.Resource(), k.Resource)
}

// callerFor returns the principal that calls for a source; "" if it is not known. Of two
// with the same sources it is the first: of those of WithService, else of the table.
func (o *options) callerFor(source arn.ARN) string {
	for _, principal := range o.order {
		s := o.services[principal]
		isCaller := s.Instead == "" && slices.ContainsFunc(s.Sources, func(k grant.Source) bool {
			return k.Service == source.Service() && isOfKind(source, k)
		})
		if isCaller {
			return services.NameIn(s.Principal, source.Partition(), source.Region())
		}
	}
	return ""
}

// mistakeOf looks at the parts of a source against its kind.
func mistakeOf(source arn.ARN, k grant.Source) services.Mistake {
	m, _ := services.MistakeOf(source, services.Source{
		Service: k.Service, Resource: k.Resource, Example: example(k), NoRegion: k.NoRegion, NoAccount: k.NoAccount,
	})
	return m
}

func example(k grant.Source) string {
	if k.Example == "" {
		return k.Resource
	}
	return k.Example
}

// advice is an ARN of the source, to be shown to people.
func advice(k grant.Source) string {
	last := example(k)
	if last == "" {
		last = "…"
	}
	region, account := "…", "…"
	if k.NoRegion {
		region = ""
	}
	if k.NoAccount {
		account = ""
	}
	return abbrev.Quote(strings.Join([]string{"arn:…", k.Service, region, account, last}, ":"))
}
