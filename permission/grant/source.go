package grant

import (
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

const (
	invokeFunction    = "lambda:InvokeFunction"
	invokeFunctionURL = "lambda:InvokeFunctionUrl"
)

// EventSource returns the grant that lets an event source invoke a function: a
// bucket, a topic, a rule, a log group, a user pool or another resource that
// [Services] lists. It finds the service that calls for such resources, the
// principal of that service in the partition of the ARN, and whether SourceAccount
// belongs beside the ARN.
//
// Wildcards are allowed in the last part of the ARN, as in SourceArn itself: they
// grant to all resources that they match. The region is written out, because the
// name of the service can depend on it; '*' is allowed only for rules of EventBridge
// ([Source.AnyRegion]).
//
// It takes [WithSourceAccount], which a bucket needs, [WithFunctionRegion],
// [WithService] and [WithOwner].
//
// The error is an [*Error]: for an ARN that no call has, with the right form; for a
// resource that gets in by other means, with the means; where SourceAccount is
// missing or forbidden; and where the region of the function is not known and the
// right principal depends on it. A distribution is an error too: see [CloudFront].
func EventSource(function, sourceARN string, opts ...Option) (Request, error) {
	o, err := optionsOf("EventSource", opts, "WithSourceAccount", "WithFunctionRegion", "WithService")
	if err != nil {
		return Request{}, err
	}
	target, err := o.target(function)
	if err != nil {
		return Request{}, err
	}
	source, err := parseSource(sourceARN)
	if err != nil {
		return Request{}, err
	}
	caller, err := o.callerFor(source)
	if err != nil {
		return Request{}, err
	}
	return o.grantTo(target, caller, source)
}

// grantTo returns the grant to the service that was found.
func (o *options) grantTo(target target, caller candidate, source arn.ARN) (Request, error) {
	principal, err := caller.principal(source, target)
	if err != nil {
		return Request{}, err
	}
	account, err := o.accountBeside(caller, source)
	if err != nil {
		return Request{}, err
	}
	return o.finish(Request{
		FunctionName: target.name, Action: invokeFunction, Principal: principal,
		SourceArn: source.String(), SourceAccount: account,
	}, sourceArguments)
}

// sourceArguments are the arguments from which the members of a grant to a source
// are made.
var sourceArguments = map[string]string{
	"FunctionName": "function", "Qualifier": "function",
	"Principal": "sourceARN", "SourceArn": "sourceARN", "SourceAccount": "WithSourceAccount",
}

// parseSource reads a SourceArn. If the rules refuse it, the error has the hint of the
// rule.
func parseSource(s string) (arn.ARN, error) {
	if s == "" {
		return arn.ARN{}, &Error{Argument: "sourceARN", Reason: "is empty", Right: "the ARN of the event source"}
	}
	probe := Request{FunctionName: "f", StatementId: "s", Action: invokeFunction, Principal: "s3.amazonaws.com", SourceArn: s}
	if err := check(probe, sourceArguments); err != nil {
		return arn.ARN{}, err
	}
	source, err := arn.Parse(s)
	var refused *arn.ParseError
	if errors.As(err, &refused) {
		return arn.ARN{}, &Error{Argument: "sourceARN", Value: s, Reason: refused.Reason, Err: err}
	}
	return source, nil
}

// callerFor finds the service that calls for a resource.
func (o *options) callerFor(source arn.ARN) (candidate, error) {
	fail := func(reason, right string) (candidate, error) {
		return candidate{}, &Error{Argument: "sourceARN", Value: source.String(), Reason: reason, Right: right}
	}
	list := o.candidates(source.Service())
	if len(list) == 0 {
		return fail(noCaller(source.Service()))
	}
	best, found := choose(list, source)
	switch {
	case found && best.service.Instead != "":
		return fail(best.service.title()+" does not invoke functions by its own name", best.service.Instead)
	case best.kind.Service == "cloudfront":
		return fail("Amazon CloudFront calls a function URL, which takes two grants", "grant.CloudFront")
	}
	if m, isMistake := services.MistakeOf(source, services.Source(best.kind)); isMistake {
		return fail(m.Reason, m.Right)
	}
	if strings.ContainsAny(source.Region(), "*?") && !best.kind.AnyRegion {
		return fail("has a wildcard for the region, on which the name of the service can depend", withRegion(source, "REGION"))
	}
	if !found {
		return fail("is not a resource for which "+best.service.title()+" invokes functions", formsOf(list, source.Partition()))
	}
	return best, nil
}

// withRegion returns an ARN with another region.
func withRegion(source arn.ARN, region string) string {
	return strings.Join([]string{"arn", source.Partition(), source.Service(), region, source.AccountID(), source.Resource()}, ":")
}

// choose returns the first candidate that calls for resources of the source's form.
// If no candidate does, it returns the first of the list, whose form serves as advice.
func choose(list []candidate, source arn.ARN) (best candidate, found bool) {
	for _, c := range list {
		if services.Source(c.kind).Has(source) {
			return c, true
		}
	}
	return list[0], false
}

// formsOf returns the forms of ARN that the candidates call for, joined by "or".
func formsOf(list []candidate, partition string) string {
	text := ""
	for i, c := range list {
		if i > 0 {
			text += " or "
		}
		text += services.Source(c.kind).Form(partition)
	}
	return text
}

// noCaller returns the reason why no service calls for resources of an ARN's service,
// and the right means.
func noCaller(arnService string) (reason, right string) {
	switch arnService {
	case "lambda":
		return "is a function, which calls with the rights of its execution role", "grant.Identity with the ARN of that role"
	case "iam", "sts":
		return "is a caller, not an event source", "grant.Identity"
	case "apigateway":
		return "is for managing an API, while API Gateway sends the ARN of a route", "grant.APIGateway, or an ARN like arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH"
	}
	return "no service is known that invokes functions for resources of " + arnService, "grant.WithService to add one"
}

// principal returns the name by which the service calls the function.
func (c candidate) principal(source arn.ARN, target target) (string, error) {
	if target.partition != "" && target.partition != source.Partition() {
		return "", &Error{
			Argument: "sourceARN", Value: source.String(),
			Reason: "is in partition " + source.Partition() + ", the function in " + target.partition + ": no service calls across partitions",
		}
	}
	if c.service.SameRegion && target.region != source.Region() {
		if target.region == "" {
			return "", target.regionMissing(c.service.title() + " calls functions of its own region only")
		}
		return "", &Error{
			Argument: "sourceARN", Value: source.String(),
			Reason: "is in " + source.Region() + ", the function in " + target.region + ": " + c.service.title() + " calls functions of its own region only",
		}
	}
	if c.service.OptIn {
		return c.optInPrincipal(source, target)
	}
	return services.NameIn(c.service.Principal, source.Partition(), source.Region()), nil
}

// optInPrincipal returns the name of a service whose name has the region in it for
// calls from an opt-in region.
func (c candidate) optInPrincipal(source arn.ARN, target target) (string, error) {
	switch services.DeliveryOf(source.Region(), target.region) {
	case services.DeliveryRegional:
		return services.WithRegion(c.service.Principal, source.Region(), source.Partition()), nil
	case services.DeliveryUnsupported:
		return "", &Error{
			Argument: "sourceARN", Value: source.String(),
			Reason: "is in " + source.Region() + "; " + c.service.title() + " delivers to functions in " + target.region + ", an opt-in region, only within that region",
		}
	case services.DeliveryDepends:
		return "", target.regionMissing(c.service.title() + " calls from " + source.Region() + ", an opt-in region, by another name if the function is in another region")
	}
	return c.service.Principal, nil
}

// accountBeside returns the SourceAccount of a grant to the source.
func (o *options) accountBeside(c candidate, source arn.ARN) (string, error) {
	given, err := o.account()
	if err != nil {
		return "", err
	}
	own := source.AccountID()
	switch use := c.kind.SourceAccount; {
	case given != "" && own != "" && given != own:
		return "", &Error{Argument: "WithSourceAccount", Value: given, Reason: "is not the account of the source, " + own}
	case use == AccountForbidden && given != "":
		return "", &Error{Argument: "WithSourceAccount", Value: given, Reason: c.service.title() + " sends no account, so that the grant would never match; leave the option out"}
	case use == AccountRequired && given == "":
		return "", &Error{
			Argument: "WithSourceAccount",
			Reason:   "is missing: the ARN does not say whose resource it is, and somebody else could own one of that name later",
			Right:    "the account that owns " + source.String(),
		}
	case use == AccountBeside:
		return own, nil
	}
	return given, nil
}

// A target is the function of a grant, as far as it is known.
type target struct {
	name                       string // as given
	partition, region, account string // "" if not known
}

// target reads the function, and the region of WithFunctionRegion.
func (o *options) target(function string) (target, error) {
	f, err := arn.ParseFunction(function)
	if err != nil {
		e := &Error{Argument: "function", Value: function, Reason: "is empty", Right: "a function's name or ARN", Err: err}
		var refused *arn.ParseError
		if function != "" && errors.As(err, &refused) {
			e.Reason, e.Right = refused.Reason, ""
		}
		if a, err := arn.Parse(function); err == nil && a.Service() != "lambda" {
			e.Right = "the function as the first argument"
		}
		return target{}, e
	}
	t := target{name: function, partition: f.Partition(), region: f.Region(), account: f.AccountID()}
	if o.isGiven("WithFunctionRegion") {
		if err := t.setRegion(o.functionRegion); err != nil {
			return target{}, err
		}
	}
	return t, o.setPartition(&t)
}

// setPartition takes the partition from the region. An ARN that has another one is
// refused: no function has it.
func (o *options) setPartition(t *target) error {
	p, known := services.PartitionOf(t.region)
	switch {
	case !known || t.partition == p.ID:
		return nil
	case t.partition == "":
		t.partition = p.ID
		return nil
	case o.isGiven("WithFunctionRegion"):
		return &Error{Argument: "WithFunctionRegion", Value: t.region, Reason: "belongs to partition " + p.ID + ", the function to " + t.partition}
	}
	return &Error{
		Argument: "function", Value: t.name,
		Reason: "is in partition " + t.partition + ", but region " + t.region + " belongs to " + p.ID,
		Right:  strings.Replace(t.name, t.partition, p.ID, 1),
	}
}

func (t *target) setRegion(region string) error {
	_, known := services.PartitionOf(region)
	switch {
	case !known || !arn.IsRegion(region): // aws-global is the name of all regions
		return &Error{Argument: "WithFunctionRegion", Value: region, Reason: "is not the name of a region, such as us-east-1"}
	case t.region != "" && t.region != region:
		return &Error{Argument: "WithFunctionRegion", Value: region, Reason: "is not the region of the function, " + t.region}
	}
	t.region = region
	return nil
}

// regionMissing is the error where the function's region decides.
func (t target) regionMissing(why string) error {
	return &Error{
		Argument: "function", Value: t.name,
		Reason: "does not have the region: " + why,
		Right:  "the ARN of the function, or grant.WithFunctionRegion",
	}
}
