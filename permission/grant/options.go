package grant

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// An Option changes one grant. Not every constructor takes every option: one that
// has no meaning for it is an [*Error].
type Option func(*options)

type options struct {
	given []string // names of the options but WithOwner, which every constructor takes

	owner          string
	hasOwner       bool
	sourceAccount  string
	functionRegion string
	services       []Service
	stage          string
	method         string
	path           string
	route          string
	caller         string
	organization   string
}

// WithOwner sets StatementId to [StatementID] of the owner and the grant. Every
// constructor takes it.
func WithOwner(owner string) Option {
	return func(o *options) { o.owner, o.hasOwner = owner, true }
}

// WithSourceAccount limits the grant to resources of an account, 12 digits. A bucket
// needs it, since its ARN does not say whose it is. A rule of EventBridge refuses it,
// because EventBridge does not send it. If the ARN has an account, it must be the
// same. For [APIGateway] it is the account of the API, if that is not the account of
// the function.
func WithSourceAccount(accountID string) Option {
	return func(o *options) { o.sourceAccount = accountID; o.note("WithSourceAccount") }
}

// WithFunctionRegion says in which region the function is, where its name does not:
// "thumbnail" leaves it open.
func WithFunctionRegion(region string) Option {
	return func(o *options) { o.functionRegion = region; o.note("WithFunctionRegion") }
}

// WithService adds services to those that [EventSource] knows. A service whose
// Principal is in the table already takes that row's place.
func WithService(services ...Service) Option {
	return func(o *options) { o.services = append(o.services, services...); o.note("WithService") }
}

// WithStage limits a grant of [APIGateway] to a stage of the API, such as "prod" or
// "$default". "*" is every stage.
func WithStage(stage string) Option {
	return func(o *options) { o.stage = stage; o.note("WithStage") }
}

// WithMethod limits a grant of [APIGateway] to a method: GET, POST, PUT, PATCH,
// DELETE, HEAD or OPTIONS. "ANY" and "*" are all methods.
func WithMethod(method string) Option {
	return func(o *options) { o.method = method; o.note("WithMethod") }
}

// WithPath limits a grant of [APIGateway] to a path of the API, such as
// "/pets/{id}". A parameter in braces stands for any text, and so does "*".
func WithPath(path string) Option {
	return func(o *options) { o.path = path; o.note("WithPath") }
}

// WithRoute limits a grant of [APIGateway] to a route, by its key: "$connect" or
// "sendMessage" of a WebSocket API, "$default" or "GET /pets/{id}" of an HTTP API.
// It stands for WithMethod and WithPath.
func WithRoute(key string) Option {
	return func(o *options) { o.route = key; o.note("WithRoute") }
}

// WithPrincipal says who may call a function URL of type AWS_IAM: an account id or
// the ARN of a user or role. It is for [FunctionURL].
func WithPrincipal(principal string) Option {
	return func(o *options) { o.caller = principal; o.note("WithPrincipal") }
}

// WithOrganization says that all accounts of an organization may call a function URL
// of type AWS_IAM. It is for [FunctionURL].
func WithOrganization(organizationID string) Option {
	return func(o *options) { o.organization = organizationID; o.note("WithOrganization") }
}

func (o *options) note(name string) { o.given = append(o.given, name) }

// optionsOf applies the options of a constructor and refuses those that it does not
// take: all but the named ones and WithOwner.
func optionsOf(constructor string, list []Option, takes ...string) (*options, error) {
	o := &options{}
	for _, option := range list {
		option(o)
	}
	for _, name := range o.given {
		if !slices.Contains(takes, name) {
			return nil, &Error{Argument: name, Reason: "has no meaning for " + constructor}
		}
	}
	if o.hasOwner {
		if err := CheckOwner(o.owner); err != nil {
			return nil, &Error{Argument: "WithOwner", Value: o.owner, Reason: err.(*OwnerError).Reason, Err: err}
		}
	}
	return o, nil
}

// isGiven reports whether an option was given, even with the value "".
func (o *options) isGiven(name string) bool { return slices.Contains(o.given, name) }

// account returns the account of WithSourceAccount; "" if the option was not given.
func (o *options) account() (string, error) {
	if !o.isGiven("WithSourceAccount") || arn.IsAccountID(o.sourceAccount) {
		return o.sourceAccount, nil
	}
	return "", &Error{Argument: "WithSourceAccount", Value: o.sourceAccount, Reason: notAnAccount(o.sourceAccount), Right: accountIn(o.sourceAccount)}
}

func notAnAccount(s string) string {
	if s == "" {
		return "is empty"
	}
	return "is not an account ID, which has 12 digits"
}

// accountIn returns the account ID that a value contains: that of an ARN of IAM, or the
// digits between hyphens, as the console shows them. It is "" for any other value: an
// ARN of a function is more likely an argument in the wrong place.
func accountIn(s string) string {
	if a, err := arn.Parse(s); err == nil && a.Service() == "iam" {
		return a.AccountID()
	}
	if digits := strings.ReplaceAll(s, "-", ""); arn.IsAccountID(digits) {
		return digits
	}
	return ""
}

// finish gives a grant its id and checks it by the rules.
func (o *options) finish(r Request, arguments map[string]string) (Request, error) {
	if o.hasOwner {
		r.StatementId = StatementID(o.owner, r)
	}
	if err := check(r, arguments); err != nil {
		return Request{}, err
	}
	return r, nil
}
