package lint

import (
	"slices"

	"github.com/lambdaperm/lambdaperm/arn"
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

// service looks up a service principal: as in the table, with a region in it if the
// service has such names, or with the suffix of the China regions.
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

// sourceOf returns the kind of source that a SourceArn is meant to be: of the kinds
// whose ARNs have its service the first whose pattern its last part matches, else the
// first of all.
func sourceOf(s grant.Service, source arn.ARN) (kind grant.Source, ok bool) {
	for _, k := range s.Sources {
		switch {
		case services.Source(k).Has(source):
			return k, true
		case !ok && k.Service == source.Service():
			kind, ok = k, true
		}
	}
	return kind, ok
}

// callerFor returns the principal that calls for a source; "" if it is not known. If
// several services have the source, it is the first of WithService, else of the table.
func (o *options) callerFor(source arn.ARN) string {
	for _, principal := range o.order {
		s := o.services[principal]
		isCaller := s.Instead == "" && slices.ContainsFunc(s.Sources, func(k grant.Source) bool { return services.Source(k).Has(source) })
		if isCaller {
			return services.NameIn(s.Principal, source.Partition(), source.Region())
		}
	}
	return ""
}
