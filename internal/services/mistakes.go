package services

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// A Mistake is a SourceArn that no call ever has, although it is close to one that
// calls have.
type Mistake struct {
	// Kind tells the mistakes apart.
	Kind MistakeKind
	// Reason is the mistake, as the rest of a sentence that begins with the ARN.
	Reason string
	// Right is the ARN to write instead, or an example of one.
	Right string
}

// MistakeKind tells the mistakes of a SourceArn apart.
type MistakeKind int

const (
	// WrongRegion is a region that the partition of the ARN does not have.
	WrongRegion MistakeKind = iota + 1
	// MissingPart is an ARN without a region or an account that its service's ARNs
	// have.
	MissingPart
	// ExtraPart is an ARN with a region or an account that its service's ARNs leave
	// empty.
	ExtraPart
	// ObjectOfBucket is more than a bucket.
	ObjectOfBucket
	// Subscription is a topic's subscription instead of the topic.
	Subscription
	// DefaultBus is a rule of the default event bus, written with its bus.
	DefaultBus
	// LogGroupEnd is a log group without the end that its ARNs have.
	LogGroupEnd
	// SecretSuffix is a secret without the six characters that its ARNs end with.
	SecretSuffix
	// NoRoute is an API of API Gateway without a route.
	NoRoute
	// EmptySegment is a route with an empty segment in the middle.
	EmptySegment
	// AnyMethod is a route with ANY for the method.
	AnyMethod
	// MethodCase is a route with the method in small letters.
	MethodCase
	// NestedARN is an ARN with another one in its last part.
	NestedARN
	// EmptyName is a resource without a name, as a variable that is not set leaves it:
	// "rule/".
	EmptyName
)

// MistakeOf looks at the source of a grant to a service. It looks at the parts of
// the ARN against the service's kinds of source, and at the last part by the rules
// of the ARN's own service. Wildcards count for all that they can stand for. The
// second result is false if nothing is known to be wrong.
func MistakeOf(source arn.ARN, kind Source) (Mistake, bool) {
	for _, look := range []func(arn.ARN, Source) (Mistake, bool){wrongRegion, wrongParts, nestedARN, emptyName, wrongResource} {
		if m, found := look(source, kind); found {
			return m, true
		}
	}
	return Mistake{}, false
}

func wrongRegion(source arn.ARN, _ Source) (Mistake, bool) {
	p, known := PartitionOf(source.Region())
	if !known || p.ID == source.Partition() {
		return Mistake{}, false
	}
	return Mistake{
		Kind:   WrongRegion,
		Reason: "is in partition " + source.Partition() + ", but region " + source.Region() + " belongs to " + p.ID,
		Right:  join(p.ID, source, source.Region(), source.AccountID(), source.Resource()),
	}, true
}

func wrongParts(source arn.ARN, kind Source) (Mistake, bool) {
	region, account := source.Region(), source.AccountID()
	m := Mistake{Right: kind.Form(source.Partition())}
	switch {
	case kind.NoRegion && region != "" || kind.NoAccount && account != "":
		if kind.NoRegion {
			region = ""
		}
		if kind.NoAccount {
			account = ""
		}
		m.Kind, m.Reason = ExtraPart, "has a region or an account, which the ARNs of "+kind.Service+" leave empty"
		m.Right = join(source.Partition(), source, region, account, source.Resource())
	case !kind.NoRegion && region == "":
		m.Kind, m.Reason = MissingPart, "has no region, which all ARNs of "+kind.Service+" have"
	case !kind.NoAccount && account == "":
		m.Kind, m.Reason = MissingPart, "has no account, which all ARNs of "+kind.Service+" have"
	default:
		return Mistake{}, false
	}
	return m, true
}

func nestedARN(source arn.ARN, kind Source) (Mistake, bool) {
	resource := source.Resource()
	if !strings.HasPrefix(resource, "arn:aws") && !strings.Contains(resource, "/arn:aws") && !strings.Contains(resource, ":arn:aws") {
		return Mistake{}, false
	}
	return Mistake{Kind: NestedARN, Reason: "has another ARN in it, where names belong", Right: kind.Form(source.Partition())}, true
}

// emptyName looks at the place of the first '*' of the kind, which is that of a name.
func emptyName(source arn.ARN, kind Source) (Mistake, bool) {
	before, after, hasName := strings.Cut(kind.Resource, "*")
	name, isOfKind := strings.CutPrefix(source.Resource(), before)
	if !hasName || before == "" || !isOfKind || name != "" && (after == "" || name[0] != after[0]) {
		return Mistake{}, false
	}
	return Mistake{Kind: EmptyName, Reason: "has nothing where the name of the resource belongs", Right: kind.Form(source.Partition())}, true
}

// wrongResource looks at the last part.
func wrongResource(source arn.ARN, kind Source) (Mistake, bool) {
	m := lastPart(kind.Service, source.Resource())
	if m.Kind == 0 {
		return Mistake{}, false
	}
	m.Right = join(source.Partition(), source, source.Region(), source.AccountID(), m.Right)
	return m, true
}

// join writes an ARN with other parts than source has.
func join(partition string, source arn.ARN, region, account, resource string) string {
	return strings.Join([]string{"arn", partition, source.Service(), region, account, resource}, ":")
}

// lastPart looks at the last part of an ARN of a service; Right is then a last part
// too. It is a switch because a map of these functions would be made when the program
// starts, and would link them into programs that call none of them.
func lastPart(service, resource string) Mistake {
	switch service {
	case "s3":
		return bucketPart(resource)
	case "sns":
		return topicPart(resource)
	case "events":
		return rulePart(resource)
	case "logs":
		return logGroupPart(resource)
	case "secretsmanager":
		return secretPart(resource)
	case "execute-api":
		return routePart(resource)
	}
	return Mistake{}
}

// bucketPart: Amazon S3 names the bucket, whichever object the event is about.
func bucketPart(resource string) Mistake {
	bucket, _, found := strings.Cut(resource, "/")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: ObjectOfBucket, Reason: "names objects, while Amazon S3 names their bucket", Right: bucket}
}

// topicPart: a topic's name has no colon; a subscription has its id behind one.
func topicPart(resource string) Mistake {
	topic, _, found := strings.Cut(resource, ":")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: Subscription, Reason: "names a subscription, while Amazon SNS names the topic", Right: topic}
}

// rulePart: rules of the default bus are rule/NAME; no other bus can have the name
// "default".
func rulePart(resource string) Mistake {
	rule, found := strings.CutPrefix(resource, "rule/default/")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: DefaultBus, Reason: "names the default event bus, which the ARNs of its rules leave out", Right: "rule/" + rule}
}

// logGroupPart: the ARN ends with ":*", for the log streams.
func logGroupPart(resource string) Mistake {
	name, isGroup := strings.CutPrefix(resource, "log-group:")
	if !isGroup {
		return Mistake{}
	}
	name, end, hasEnd := strings.Cut(name, ":")
	switch {
	case hasEnd && end == "*", strings.HasSuffix(resource, "*"):
		return Mistake{}
	case hasEnd && end != "":
		return Mistake{Kind: LogGroupEnd, Reason: "names a log stream, while Amazon CloudWatch Logs names the log group", Right: "log-group:" + name + ":*"}
	}
	return Mistake{Kind: LogGroupEnd, Reason: `lacks the ":*" that the ARN of a log group ends with`, Right: "log-group:" + name + ":*"}
}

// secretPart: the ARN of a secret ends with a hyphen and six characters that AWS
// Secrets Manager adds to the name.
func secretPart(resource string) Mistake {
	name, isSecret := strings.CutPrefix(resource, "secret:")
	if !isSecret || strings.HasSuffix(name, "*") || hasSuffixOfSecret(name) {
		return Mistake{}
	}
	return Mistake{
		Kind:   SecretSuffix,
		Reason: "lacks the hyphen and the six characters that the ARN of every secret ends with",
		Right:  resource + "-??????",
	}
}

func hasSuffixOfSecret(name string) bool {
	const length = 6
	i := len(name) - length - 1
	if i < 1 || name[i] != '-' && name[i] != '?' && name[i] != '*' {
		return false
	}
	return consistsOf(name[i+1:], func(c byte) bool {
		return isWord(c) && c != '_' || c == '?' || c == '*'
	})
}

// Methods returns the methods that an API of API Gateway can have, besides ANY. The
// list is shared: callers must not write to it.
func Methods() []string { return methods }

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// routePart: API/STAGE/METHOD/PATH for REST and HTTP APIs, API/STAGE/ROUTE for
// routes of WebSocket APIs and for $default, API/authorizers/ID.
func routePart(resource string) Mistake {
	parts := strings.Split(resource, "/")
	last := parts[len(parts)-1]
	switch {
	case len(parts) < 3 && strings.Contains(resource, "*"):
		return Mistake{} // a wildcard reaches across slashes
	case len(parts) < 3:
		return noRoute(parts)
	case slices.Contains(parts[:len(parts)-1], "") || last == "" && len(parts) == 3:
		return emptySegment(parts)
	case len(parts) < 4:
		return Mistake{}
	}
	method := parts[2]
	right := func(m string) string {
		return strings.Join(slices.Concat(parts[:2], []string{m}, parts[3:]), "/")
	}
	switch upper := strings.ToUpper(method); {
	case upper == "ANY":
		return Mistake{Kind: AnyMethod, Reason: "asks for a method that is called " + method + `, where "*" stands for any`, Right: right("*")}
	case upper != method && slices.Contains(methods, upper):
		return Mistake{Kind: MethodCase, Reason: "has the method in small letters", Right: right(upper)}
	}
	return Mistake{}
}

func noRoute(parts []string) Mistake {
	m := Mistake{Kind: NoRoute, Reason: "names no route of the API: stage, method and path are missing", Right: parts[0] + "/*"}
	if len(parts) == 2 {
		m.Reason = "names no route of the API: behind the stage, method and path are missing"
		m.Right = parts[0] + "/" + parts[1] + "/*"
	}
	if len(parts) == 2 && strings.HasPrefix(parts[1], "$") && parts[1] != "$default" {
		m.Reason = "has no stage before the route"
		m.Right = parts[0] + "/*/" + parts[1]
	}
	return m
}

func emptySegment(parts []string) Mistake {
	filled := slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" })
	if len(filled) < 3 {
		filled = append(filled, "*")
	}
	return Mistake{Kind: EmptySegment, Reason: "has an empty segment", Right: strings.Join(filled, "/")}
}
