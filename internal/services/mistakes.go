package services

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// A Mistake is a difference between a SourceArn and the ARNs that calls have, because
// of which the SourceArn matches no call.
type Mistake struct {
	// Kind is the class of the mistake.
	Kind MistakeKind
	// Reason describes the mistake. It completes a sentence that begins with the ARN.
	Reason string
	// Right is the ARN to write instead, or an example of one.
	Right string
}

// MistakeKind is a class of mistakes of a SourceArn.
type MistakeKind int

const (
	// WrongRegion: the partition of the ARN does not have the region.
	WrongRegion MistakeKind = iota + 1
	// MissingPart: the ARN lacks a region or an account that its service's ARNs have.
	MissingPart
	// ExtraPart: the ARN has a region or an account that its service's ARNs leave
	// empty.
	ExtraPart
	// ObjectOfBucket: the ARN names objects instead of their bucket.
	ObjectOfBucket
	// Subscription: the ARN names a subscription instead of its topic.
	Subscription
	// DefaultBus: the ARN of a rule names the default event bus.
	DefaultBus
	// LogGroupEnd: the ARN of a log group lacks its ":*", or names a log stream.
	LogGroupEnd
	// SecretSuffix: the ARN of a secret lacks the six characters at its end.
	SecretSuffix
	// NoRoute: the ARN names an API of API Gateway without a route.
	NoRoute
	// EmptySegment: the ARN of a route has an empty segment before its end.
	EmptySegment
	// AnyMethod: the ARN of a route has the method ANY.
	AnyMethod
	// MethodCase: the ARN of a route has its method in small letters.
	MethodCase
	// NestedARN: the last part of the ARN has another ARN in it.
	NestedARN
	// EmptyName: the resource has no name, because a variable was not set: "rule/".
	EmptyName
)

// MistakeOf returns the first mistake of a source that should be of the kind: in the
// partition, region and account of its ARN, or in the last part by the rules of its
// service. A part with wildcards is right if a right part matches it. The second result
// is false if no mistake is known.
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
	return Mistake{Kind: NestedARN, Reason: "has another ARN in the place of a name", Right: kind.Form(source.Partition())}, true
}

// emptyName judges the name, which is at the place of the first '*' in the kind's
// pattern.
func emptyName(source arn.ARN, kind Source) (Mistake, bool) {
	before, after, hasName := strings.Cut(kind.Resource, "*")
	name, isOfKind := strings.CutPrefix(source.Resource(), before)
	if !hasName || !isOfKind || name != "" && (after == "" || name[0] != after[0]) {
		return Mistake{}, false
	}
	return Mistake{Kind: EmptyName, Reason: "lacks the name of the resource", Right: kind.Form(source.Partition())}, true
}

// wrongResource judges the last part of the ARN.
func wrongResource(source arn.ARN, kind Source) (Mistake, bool) {
	m := lastPart(kind.Service, source.Resource())
	if m.Kind == 0 {
		return Mistake{}, false
	}
	m.Right = join(source.Partition(), source, source.Region(), source.AccountID(), m.Right)
	return m, true
}

// join returns an ARN of the service of source with the other parts given.
func join(partition string, source arn.ARN, region, account, resource string) string {
	return strings.Join([]string{"arn", partition, source.Service(), region, account, resource}, ":")
}

// lastPart judges the last part of an ARN of a service. Right of its result is a last
// part too. It is a switch because a map of these functions would be made at the start
// of every program and would link them into programs that do not call them.
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

// bucketPart judges a bucket: Amazon S3 sends the ARN of the bucket, whichever object
// the event is about.
func bucketPart(resource string) Mistake {
	bucket, _, found := strings.Cut(resource, "/")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: ObjectOfBucket, Reason: "names objects, while Amazon S3 sends the ARN of the bucket", Right: bucket}
}

// topicPart judges a topic: its name has no colon. A subscription has its id after
// one.
func topicPart(resource string) Mistake {
	topic, _, found := strings.Cut(resource, ":")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: Subscription, Reason: "names a subscription, while Amazon SNS sends the ARN of the topic", Right: topic}
}

// rulePart judges a rule: those of the default bus are rule/NAME, and no other bus can
// have the name "default".
func rulePart(resource string) Mistake {
	rule, found := strings.CutPrefix(resource, "rule/default/")
	if !found {
		return Mistake{}
	}
	return Mistake{Kind: DefaultBus, Reason: "names the default event bus, which the ARNs of its rules do not have", Right: "rule/" + rule}
}

// logGroupPart judges a log group: its ARN ends with ":*", for the log streams.
func logGroupPart(resource string) Mistake {
	name, isGroup := strings.CutPrefix(resource, "log-group:")
	if !isGroup {
		return Mistake{}
	}
	name, end, hasEnd := strings.Cut(name, ":")
	switch {
	case strings.HasSuffix(resource, "*"):
		return Mistake{}
	case hasEnd && end != "":
		return Mistake{Kind: LogGroupEnd, Reason: "names a log stream, while Amazon CloudWatch Logs sends the ARN of the log group", Right: "log-group:" + name + ":*"}
	}
	return Mistake{Kind: LogGroupEnd, Reason: `lacks the ":*" that the ARN of a log group ends with`, Right: "log-group:" + name + ":*"}
}

// secretPart judges a secret: AWS Secrets Manager adds a hyphen and six characters to
// its name.
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

// routePart judges a route: API/STAGE/METHOD/PATH for REST and HTTP APIs,
// API/STAGE/ROUTE for WebSocket APIs and for $default, or API/authorizers/ID.
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
		return Mistake{Kind: AnyMethod, Reason: "has the method " + method + `, which no call has: "*" stands for any method`, Right: right("*")}
	case upper != method && slices.Contains(methods, upper):
		return Mistake{Kind: MethodCase, Reason: "has the method in small letters", Right: right(upper)}
	}
	return Mistake{}
}

func noRoute(parts []string) Mistake {
	m := Mistake{Kind: NoRoute, Reason: "names no route of the API: it lacks stage, method and path", Right: parts[0] + "/*"}
	if len(parts) == 2 {
		m.Reason = "names no route of the API: it lacks method and path after the stage"
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
