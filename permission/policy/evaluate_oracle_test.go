package policy_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// This file has a second evaluator, written from the IAM User Guide and with other
// means than the first: policies are JSON decoded into maps, patterns are regular
// expressions, and an unknown value is a set of possible answers. Both must return the
// same verdict for random policies.

var oraclePolicies = flag.Int("oracle", 4000, "the number of random policies that TestEvaluateOracle compares")

// Evaluate returns the verdict of the User Guide, and Unsupported if and only if the
// guide leaves the decision open.
func TestEvaluateOracle(t *testing.T) {
	policies := *oraclePolicies
	if testing.Short() {
		policies = min(policies, 400)
	}
	r := rand.New(rand.NewPCG(7, 26))
	calls := oracleCalls()
	seen := map[policy.Verdict]int{}
	for range policies {
		text := randomPolicy(r)
		d := mustDocument(t, text)
		for range 12 {
			call := calls[r.IntN(len(calls))]
			got, want := d.Evaluate(call), oracleVerdict(t, text, call)
			seen[want]++
			if got.Verdict() != want {
				t.Fatalf("%s\n%+v\ngot  %v\nwant %v\n%s", text, call, got, want, everythingSaid(got))
			}
		}
	}
	for v := policy.Denied; v <= policy.Allowed; v++ {
		if seen[v] < policies/50 {
			t.Errorf("the verdict %v came %d times, want at least a fiftieth of %d", v, seen[v], policies)
		}
	}
	t.Logf("%d policies: %v", policies, seen)
}

var oracleAddresses = []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("10.1.2.3")}

func oracleCalls() []policy.Invocation {
	var calls []policy.Invocation
	for i, v := range worldCalls() {
		calls = append(calls, v)
		v.SourceIP, v.Time = oracleAddresses[i%len(oracleAddresses)], time.Unix(1795687200, 0)
		switch c := v.Caller.(type) {
		case policy.IAMPrincipal:
			c.PrincipalOrgPaths = []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}
			v.Caller = c
			calls = append(calls, v)
			c.IdentityPolicy = policy.IdentityPolicyDenies
			v.Caller = c
			calls = append(calls, v)
		case policy.Service:
			c.SourceOrgID = "o-a1b2c3d4e5"
			v.Caller = c
			calls = append(calls, v)
			c.SourceOrgPaths = []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", "o-a1b2c3d4e5/r-ab12/"}
			v.Caller = c
			calls = append(calls, v)
		case policy.FunctionUrl:
			c.OnlyInvokeFunctionUrl = true
			v.Caller = c
			calls = append(calls, v)
		}
	}
	return calls
}

// Elements of random policies, in addition to those of evaluate_world_test.go.
var (
	oracleResources = append([]string{
		`"arn:aws:lambda:us-east-1:*:f"`, `"arn:aws:lambda:*:function:f"`, `"arn:aws:lambda:us-*:function:f*"`, `"arn:aws:lambda:us-*:f:live"`, `"arn:aws:*:live"`,
		`"arn:aws:lambda:us-e*1:*2:function:f"`, `"arn:aws:l*2:function:f:live"`, `"arn:aws:lambda"`, `"arn:aws:s3:*"`, `"*:f"`, `"*:aws:lambda:us-east-1:123456789012:function:f"`,
		`"arn:aws:lambda:us-east-?:123456789012:function:f?live"`, `"arn:aws:lambda:*:*:function:*"`, `"arn:*:*:*:*:*"`, `"f"`, `["*","arn:aws:lambda:*:f"]`,
	}, evaluateResources...)
	oraclePrincipals = append([]string{`{"Robot":"r2"}`, `{"AWS":["*","x"]}`, `{"CanonicalUser":"c"}`, `{"Service":"s3.us-east-1.amazonaws.com"}`, `{"AWS":"123456789012","Service":"s3.amazonaws.com"}`}, evaluatePrincipals...)
	oracleActions    = append([]string{`"lambda*"`, `"*Function"`, `"lambda:Invoke????????"`, `["lambda:GetFunction","lambda:InvokeFunction"]`, `"s3:*"`}, evaluateActions...)
	oracleOperators  = append([]string{
		"ArnNotEquals", "StringNotEqualsIgnoreCase", "StringNotEqualsIfExists", "ArnNotLikeIfExists", "NullIfExists", "ForAllValues:StringNotLike", "ForAnyValue:StringNotEquals",
		"ForAnyValue:StringEqualsIfExists", "ForAllValues:ArnLike", "NotIpAddress", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThanIfExists", "NumericNotEqualsIfExists", "ForAnyValue:Null", "BinaryEquals",
	}, evaluateOperators...)
	oracleKeys   = append([]string{"aws:PrincipalAccount", "AWS:PRINCIPALORGID", "aws:PrincipalServiceName", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:PrincipalOrgPaths", "aws:CurrentTime", "aws:EpochTime"}, evaluateKeys...)
	oracleValues = append([]string{
		`"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"`, `"o-a1b2c3d4e5/*"`, `["o-zzzzzzzzzz/*","o-a1b2c3d4e5/r-ab12/*"]`, `"203.0.113.0/24"`, `"203.0.113.7"`, `["10.0.0.0/8","2001:db8::/32"]`,
		`"2026-11-26T10:00:00Z"`, `"2026-11-26T11:00:00+01:00"`, `"1795687200"`, `"2026-12-01"`, `"1795687201"`, `["2026-12-01","1795687200"]`,
		`"arn:aws:s3"`, `"arn:aws:s3:*"`, `"arn:aws:sns:*"`, `"*:aws:s3:::uploads"`, `"arn:aws:*:uploads"`, `"arn:aws:iam::*:role/*"`, `"yes"`, `["true","yes"]`, `"TRUE"`, `"S3.AMAZONAWS.COM"`,
	}, evaluateValues...)
)

func randomPolicy(r *rand.Rand) string {
	version := `"Version":"2012-10-17",`
	if r.IntN(5) == 0 {
		version = ""
	}
	var statements []string
	for range 1 + r.IntN(3) {
		statements = append(statements, randomStatement(r))
	}
	return `{` + version + `"Statement":[` + strings.Join(statements, ",") + `]}`
}

func randomStatement(r *rand.Rand) string {
	effect := "Allow"
	switch n := r.IntN(20); {
	case n == 0:
		effect = "Permit"
	case n < 8:
		effect = "Deny"
	}
	members := []string{fmt.Sprintf(`"Effect":%q`, effect)}
	for _, element := range []struct {
		name   string
		pieces []string
	}{{"Principal", oraclePrincipals}, {"Action", oracleActions}, {"Resource", oracleResources}} {
		piece := pick(r, element.pieces)
		if r.IntN(2) == 0 {
			piece = element.pieces[slices.Index(element.pieces, `"*"`)]
		}
		not := ""
		if r.IntN(6) == 0 {
			not = "Not"
		}
		if r.IntN(40) > 0 {
			members = append(members, fmt.Sprintf(`"%s%s":%s`, not, element.name, piece))
		}
	}
	if r.IntN(3) > 0 {
		members = append(members, `"Condition":`+randomConditions(r))
	}
	if r.IntN(40) == 0 {
		members = append(members, `"Note":""`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func randomConditions(r *rand.Rand) string {
	operators := map[string]map[string]json.RawMessage{}
	for range 1 + r.IntN(2) {
		keys := map[string]json.RawMessage{}
		for range 1 + r.IntN(2) {
			keys[pick(r, oracleKeys)] = json.RawMessage(pick(r, oracleValues))
		}
		operators[pick(r, oracleOperators)] = keys
	}
	text, err := json.Marshal(operators)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// An answer is the set of possible answers to a yes-or-no question.
type answer struct{ canBeYes, canBeNo bool }

var (
	surelyYes = answer{canBeYes: true}
	surelyNo  = answer{canBeNo: true}
	open      = answer{true, true}
)

func sure(yes bool) answer           { return answer{yes, !yes} }
func openIf(possible bool) answer    { return answer{possible, true} }
func (a answer) not() answer         { return answer{a.canBeNo, a.canBeYes} }
func (a answer) and(b answer) answer { return answer{a.canBeYes && b.canBeYes, a.canBeNo || b.canBeNo} }
func (a answer) or(b answer) answer  { return a.not().and(b.not()).not() }

// either returns the answer if it is not known which of a and b applies.
func (a answer) either(b answer) answer {
	return answer{a.canBeYes || b.canBeYes, a.canBeNo || b.canBeNo}
}

// levels are the possible effects of an Allow: index 0 allows nobody, 1 the caller's
// account, 2 the caller itself.
type levels [3]bool

func (g levels) best(h levels) levels {
	var both levels
	for i := range g {
		for j := range h {
			both[max(i, j)] = both[max(i, j)] || g[i] && h[j]
		}
	}
	return both
}

func (g levels) limitedTo(a answer) levels {
	limited := levels{g[0] && a.canBeYes || a.canBeNo}
	if a.canBeYes {
		limited[1], limited[2] = g[1], g[2]
	}
	return limited
}

func (g levels) isAnything() answer { return answer{g[1] || g[2], g[0]} }

// An oracleCall is a call for one action as IAM sees it.
type oracleCall struct {
	action, resource  string
	variables         bool
	names             []string // of a service
	arn               string   // of an IAM principal
	account, rolePart string   // of an IAM principal; "ACCOUNT/ROLE" of a role or session
	isRole, isSession bool
	keys              map[string]keyValue
}

// A keyValue is the value of a condition key: one value, several values, no value, or
// one of two of these.
type keyValue struct {
	values   []string
	isList   bool
	mayMiss  bool
	isAbsent bool
}

func oracleVerdict(t *testing.T, text string, call policy.Invocation) policy.Verdict {
	t.Helper()
	var d struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	worst := policy.Allowed
	for _, action := range oracleActionsOf(call) {
		v, settled, ok := oracleView(call, action)
		if ok {
			v.variables = d.Version == "2012-10-17"
			settled = v.verdict(d.Statement, call)
		}
		worst = min(worst, settled)
	}
	return worst
}

func oracleActionsOf(call policy.Invocation) []string {
	url, isURL := call.Caller.(policy.FunctionUrl)
	switch {
	case call.Action != "":
		return []string{call.Action}
	case !isURL:
		return []string{"lambda:InvokeFunction"}
	case url.OnlyInvokeFunctionUrl:
		return []string{"lambda:InvokeFunctionUrl"}
	}
	return []string{"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
}

// oracleView returns the call as IAM sees it, unless the answer does not depend on
// the policy.
func oracleView(call policy.Invocation, action string) (v oracleCall, settled policy.Verdict, ok bool) {
	caller := call.Caller
	url, isURL := caller.(policy.FunctionUrl)
	if isURL {
		caller = url.Caller
	}
	_, isAnonymous := caller.(policy.Anonymous)
	_, isSkill := caller.(policy.AlexaSkill)
	switch {
	case isURL && url.AuthType == "NONE" && !isAnonymous:
		return v, policy.Unsupported, false
	case isURL && url.AuthType == "AWS_IAM" && isAnonymous, !isURL && isAnonymous:
		return v, policy.Denied, false
	case isURL && isSkill, isSkill && action != "lambda:InvokeFunction":
		return v, policy.Unsupported, false
	}
	v = oracleCall{action: action, resource: call.Function.String(), keys: map[string]keyValue{}}
	for _, key := range []string{"aws:sourcearn", "aws:sourceaccount", "aws:principalorgid", "lambda:eventsourcetoken", "lambda:functionurlauthtype", "aws:principalservicename", "aws:sourceorgid"} {
		v.keys[key] = keyValue{isAbsent: true}
	}
	for _, key := range []string{"aws:principalservicenameslist", "aws:sourceorgpaths", "aws:principalorgpaths"} {
		v.keys[key] = keyValue{isAbsent: true, isList: true}
	}
	v.setURL(url, isURL)
	v.setCaller(caller)
	if !call.Time.IsZero() {
		v.set("aws:currenttime", call.Time.UTC().Format("2006-01-02T15:04:05Z"))
		v.set("aws:epochtime", fmt.Sprint(call.Time.Unix()))
	}
	if call.SourceIP.IsValid() && v.names == nil {
		v.set("aws:sourceip", call.SourceIP.String())
	}
	return v, 0, true
}

func (v *oracleCall) setURL(url policy.FunctionUrl, isURL bool) {
	switch {
	case !isURL:
		v.keys["lambda:invokedviafunctionurl"] = keyValue{values: []string{"false"}, mayMiss: true}
	case v.action == "lambda:InvokeFunctionUrl":
		v.keys["lambda:invokedviafunctionurl"] = keyValue{isAbsent: true}
		v.set("lambda:functionurlauthtype", url.AuthType)
	default:
		v.set("lambda:invokedviafunctionurl", "true")
	}
}

func (v *oracleCall) set(key string, values ...string) {
	if len(values) > 0 && values[0] != "" {
		v.keys[key] = keyValue{values: values, isList: v.keys[key].isList}
	}
}

func (v *oracleCall) setCaller(caller policy.Caller) {
	switch c := caller.(type) {
	case policy.Service:
		v.setService(append([]string{c.Name}, c.OtherNames...))
		v.set("aws:sourcearn", c.SourceArn)
		v.set("aws:sourceaccount", c.SourceAccount)
		v.set("aws:sourceorgid", c.SourceOrgID)
		v.setPaths("aws:sourceorgpaths", c.SourceOrgID, c.SourceOrgPaths)
	case policy.AlexaSkill:
		v.setService([]string{"alexa-appkit.amazon.com"})
		v.set("lambda:eventsourcetoken", c.EventSourceToken)
	case policy.IAMPrincipal:
		v.setIdentity(c)
	default:
		v.keys["aws:principalisawsservice"] = keyValue{isAbsent: true}
		v.keys["aws:principalarn"] = keyValue{isAbsent: true}
	}
}

// setPaths removes the key, so that it is unknown, if the organization is known and the
// paths are not.
func (v *oracleCall) setPaths(key, org string, paths []string) {
	if org != "" && len(paths) == 0 {
		delete(v.keys, key)
	}
	v.set(key, paths...)
}

func (v *oracleCall) setService(names []string) {
	v.names = names
	v.set("aws:principalisawsservice", "true")
	v.set("aws:principalservicename", names[0])
	v.set("aws:principalservicenameslist", names...)
}

func (v *oracleCall) setIdentity(c policy.IAMPrincipal) {
	v.arn, v.account = c.ARN, strings.Split(c.ARN, ":")[4]
	v.set("aws:principalisawsservice", "false")
	v.set("aws:principalaccount", v.account)
	v.set("aws:principalorgid", c.PrincipalOrgID)
	v.setPaths("aws:principalorgpaths", c.PrincipalOrgID, c.PrincipalOrgPaths)
	v.rolePart, v.isRole, v.isSession = oracleRole(c.ARN)
	if !v.isSession {
		v.set("aws:principalarn", c.ARN)
	}
}

var (
	roleARN    = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/(?:.*/)?([^/]+)$`)
	sessionARN = regexp.MustCompile(`^arn:aws:sts::(\d{12}):assumed-role/([^/]+)/[^/]+$`)
	rootARN    = regexp.MustCompile(`^arn:aws:iam::(\d{12}):root$`)
)

func oracleRole(arn string) (role string, isRole, isSession bool) {
	if m := roleARN.FindStringSubmatch(arn); m != nil {
		return m[1] + "/" + m[2], true, false
	}
	if m := sessionARN.FindStringSubmatch(arn); m != nil {
		return m[1] + "/" + m[2], false, true
	}
	return "", false, false
}

// verdict combines the statements ("Policy evaluation logic").
func (v *oracleCall) verdict(statements []map[string]any, call policy.Invocation) policy.Verdict {
	allowed, denied := levels{true}, surelyNo
	for _, s := range statements {
		g := v.statement(s)
		isAllow, isDeny := s["Effect"] == "Allow", s["Effect"] == "Deny"
		if isAllow || !isDeny {
			allowed = allowed.best(g.limitedTo(answer{true, !isAllow}))
		}
		if isDeny || !isAllow {
			denied = denied.or(g.isAnything().and(answer{true, !isDeny}))
		}
	}
	possible := map[policy.Verdict]bool{}
	for level, can := range allowed {
		if can && denied.canBeNo {
			possible[v.ofLevel(level, call)] = true
		}
	}
	if denied.canBeYes || v.identityPolicy(call) == policy.IdentityPolicyDenies {
		possible[policy.Denied] = true
	}
	if v.identityPolicy(call) == policy.IdentityPolicyDenies {
		return policy.Denied
	}
	if len(possible) > 1 {
		return policy.Unsupported
	}
	for verdict := range possible {
		return verdict
	}
	panic("no verdict is possible")
}

func (v *oracleCall) identityPolicy(call policy.Invocation) policy.IdentityPolicy {
	caller := call.Caller
	if url, ok := caller.(policy.FunctionUrl); ok {
		caller = url.Caller
	}
	c, _ := caller.(policy.IAMPrincipal)
	if rootARN.MatchString(c.ARN) {
		return policy.IdentityPolicyAllows
	}
	return c.IdentityPolicy
}

// ofLevel returns the verdict if no statement denies and the best Allow has the level
// ("Cross-account policy evaluation logic").
func (v *oracleCall) ofLevel(level int, call policy.Invocation) policy.Verdict {
	byIdentityPolicy := map[policy.IdentityPolicy]policy.Verdict{
		policy.IdentityPolicyUnknown: policy.AllowedIfIdentityPolicy, policy.IdentityPolicyAllows: policy.Allowed,
	}[v.identityPolicy(call)]
	switch isOwn := v.account == call.Function.AccountID(); {
	case v.arn == "" && level == 0, v.arn != "" && !isOwn && level == 0:
		return policy.Denied
	case v.arn == "", isOwn && level == 2:
		return policy.Allowed
	}
	return byIdentityPolicy
}

func (v *oracleCall) statement(s map[string]any) levels {
	g := v.principals(s).limitedTo(v.element(s, "Action", v.matchesAction)).limitedTo(v.element(s, "Resource", v.matchesResource))
	if conditions, ok := s["Condition"].(map[string]any); ok {
		for operator, keys := range conditions {
			g = g.limitedTo(v.conditions(operator, keys.(map[string]any)))
		}
	}
	if _, ok := s["Note"]; ok {
		g = g.limitedTo(open)
	}
	return g
}

func textsOf(value any) []string {
	switch value := value.(type) {
	case []any:
		list := []string{}
		for _, v := range value {
			list = append(list, fmt.Sprint(v))
		}
		return list
	case nil:
		return nil
	}
	return []string{fmt.Sprint(value)}
}

// element compares Action or Resource, or the Not form of it.
func (v *oracleCall) element(s map[string]any, name string, matches func(string) answer) answer {
	list, notList := textsOf(s[name]), textsOf(s["Not"+name])
	if (list == nil) == (notList == nil) || len(list)+len(notList) == 0 {
		return open
	}
	found := surelyNo
	for _, pattern := range append(list, notList...) {
		found = found.or(matches(pattern))
	}
	if notList != nil {
		return found.not()
	}
	return found
}

// globExpression returns the regular expression of a pattern, with the expressions star
// and question in place of * and ?.
func globExpression(pattern, star, question string) string {
	return strings.NewReplacer(`\*`, star, `\?`, question).Replace(regexp.QuoteMeta(pattern))
}

func fullMatch(expression, text string) bool {
	compiled, ok := expressions.Load(expression)
	if !ok {
		compiled = regexp.MustCompile(`(?s)^(?:` + expression + `)$`)
		expressions.Store(expression, compiled)
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}

func (v *oracleCall) matchesAction(pattern string) answer {
	if !fullMatch("(?i)"+globExpression(pattern, ".*", "."), v.action) {
		return surelyNo
	}
	service, _, named := strings.Cut(pattern, ":")
	return sure(pattern == "*" || named && !strings.ContainsAny(service, "*?")).either(surelyYes)
}

func (v *oracleCall) matchesResource(pattern string) answer {
	switch {
	case pattern == "*" || pattern == v.resource:
		return surelyYes
	case v.variables && strings.Contains(pattern, "${"):
		return open
	}
	bySegments, isComplete := arnExpression(pattern)
	if isComplete && fullMatch(bySegments, v.resource) {
		return surelyYes
	}
	return openIf(fullMatch(crossingExpression(pattern), v.resource) || !isComplete && canBeCompleted(pattern, v.resource))
}

// arnExpression returns an expression that matches the six segments of an ARN one by
// one.
func arnExpression(pattern string) (expression string, isComplete bool) {
	segments := strings.SplitN(pattern, ":", 6)
	if len(segments) < 6 {
		return "", false
	}
	for i, segment := range segments[:5] {
		segments[i] = globExpression(segment, "[^:]*", "[^:]")
	}
	segments[5] = globExpression(segments[5], ".*", ".")
	return strings.Join(segments, ":"), segments[0] == "arn"
}

// crossingExpression returns an expression in which a * at the end of a segment, and
// every * in the sixth segment, also matches colons.
func crossingExpression(pattern string) string {
	segments := strings.SplitN(pattern, ":", 6)
	for i, segment := range segments {
		switch {
		case i == 5:
			segments[i] = globExpression(segment, ".*", "[^:]")
		case strings.HasSuffix(segment, "*"):
			segments[i] = globExpression(strings.TrimSuffix(segment, "*"), "[^:]*", "[^:]") + ".*"
		default:
			segments[i] = globExpression(segment, "[^:]*", "[^:]")
		}
	}
	return strings.Join(segments, ":")
}

// canBeCompleted reports whether a pattern of fewer than six segments matches either
// unchanged or with segments added.
func canBeCompleted(pattern, text string) bool {
	all := globExpression(pattern, ".*", ".")
	return strings.Count(pattern, ":") < 5 && (fullMatch(all, text) || fullMatch(all+":.*", text))
}

func (v *oracleCall) principals(s map[string]any) levels {
	element, notElement := s["Principal"], s["NotPrincipal"]
	list, notList := principalEntries(element), principalEntries(notElement)
	if (element == nil) == (notElement == nil) || len(list)+len(notList) == 0 {
		return levels{true, false, true}
	}
	found := levels{true}
	for _, p := range append(list, notList...) {
		found = found.best(v.principal(p[0], p[1]))
	}
	if element != nil {
		return found
	}
	if listed := found.isAnything(); s["Effect"] == "Deny" && (v.arn == "" || !listed.canBeYes) {
		return levels{listed.canBeYes, false, listed.canBeNo}
	}
	return levels{true, false, true}
}

func principalEntries(element any) (entries [][2]string) {
	switch element := element.(type) {
	case string:
		return [][2]string{{"AWS", element}}
	case map[string]any:
		for kind, values := range element {
			for _, value := range textsOf(values) {
				entries = append(entries, [2]string{kind, value})
			}
		}
	}
	return entries
}

// principal compares the caller with one entry ("AWS JSON policy elements:
// Principal").
func (v *oracleCall) principal(kind, value string) levels {
	nobody, account, direct, perhaps := levels{true}, levels{false, true}, levels{false, false, true}, levels{true, false, true}
	role, isRole, isSession := oracleRole(value)
	root := rootARN.FindStringSubmatch(value)
	switch {
	case kind == "AWS" && value == "*":
		return direct
	case kind == "Service":
		switch {
		case v.names == nil:
			return nobody
		case strings.ContainsAny(value, "*?"):
			return perhaps
		case slices.Contains(v.names, value):
			return direct
		}
		return nobody
	case kind == "Federated" || kind == "CanonicalUser":
		if v.arn == "" {
			return nobody
		}
		return perhaps
	case kind != "AWS":
		return perhaps
	case v.arn == "":
		return nobody
	case value == v.account, root != nil && root[1] == v.account:
		return account
	case value == v.arn, isRole && v.isSession && role == v.rolePart:
		return direct
	case isSession && v.isRole && role == v.rolePart:
		return perhaps
	}
	return nobody
}

var operatorName = regexp.MustCompile(`^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$`)

// conditions compares the keys of one operator ("IAM JSON policy elements:
// Condition operators").
func (v *oracleCall) conditions(operator string, keys map[string]any) answer {
	all := surelyYes
	if len(keys) == 0 {
		return open
	}
	for key, values := range keys {
		met := v.condition(operator, strings.ToLower(key), textsOf(values))
		for other := range keys {
			if other != key && strings.EqualFold(other, key) && !met.canBeYes {
				met = open
			}
		}
		all = all.and(met)
	}
	return all
}

func (v *oracleCall) condition(operator, key string, values []string) answer {
	got, isKnown := v.keys[key]
	parts := operatorName.FindStringSubmatch(operator)
	set, name, optional := parts[1], parts[2], parts[3] != ""
	compare, isNegated, isOperator := v.comparison(name)
	switch {
	case !isKnown || len(values) == 0:
		return open
	case !isOperator, name == "Null" && (set != "" || optional):
		return open
	}
	missing := sure(optional || set == "ForAllValues:" || isNegated && set == "")
	if name == "Null" {
		missing = anyValue(values, func(p string) answer { return boolean(p) })
	}
	if got.isAbsent {
		return missing
	}
	present := open
	if set != "" || !got.isList {
		one := func(text string) answer {
			met := anyValue(values, func(p string) answer {
				if v.variables && strings.Contains(p, "${") {
					return open
				}
				return compare(p, text)
			})
			if isNegated {
				return met.not()
			}
			return met
		}
		present = sure(set == "ForAllValues:")
		for _, text := range got.values {
			if set == "ForAllValues:" {
				present = present.and(one(text))
			} else {
				present = present.or(one(text))
			}
		}
	}
	if got.mayMiss {
		return present.either(missing)
	}
	return present
}

func anyValue(values []string, is func(string) answer) answer {
	found := surelyNo
	for _, p := range values {
		found = found.or(is(p))
	}
	return found
}

func boolean(s string) answer {
	switch strings.ToLower(s) {
	case "true":
		return surelyYes
	case "false":
		return surelyNo
	}
	return open
}

func (v *oracleCall) comparison(name string) (compare func(p, text string) answer, isNegated, ok bool) {
	name, isNegated = strings.Replace(name, "Not", "", 1), strings.Contains(name, "Not")
	switch name {
	case "StringEquals":
		return func(p, text string) answer { return sure(p == text) }, isNegated, true
	case "StringEqualsIgnoreCase":
		return func(p, text string) answer { return sure(strings.EqualFold(p, text)) }, isNegated, true
	case "StringLike":
		return func(p, text string) answer { return sure(fullMatch(globExpression(p, ".*", "."), text)) }, isNegated, true
	case "ArnLike", "ArnEquals":
		return compareARNs, isNegated, true
	case "Bool":
		return func(p, text string) answer {
			a, b := boolean(p), boolean(text)
			return a.and(b).or(a.not().and(b.not()))
		}, isNegated, true
	case "Null":
		return func(p, _ string) answer { return boolean(p).not() }, isNegated, true
	case "IpAddress":
		return compareAddresses, isNegated, true
	case "DateEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals":
		return func(p, text string) answer { return compareDates(name, p, text) }, isNegated, true
	case "NumericEquals", "BinaryEquals":
		return func(p, text string) answer { return open }, isNegated, true
	}
	return nil, false, false
}

// oracleDates has the seconds since 1970 of the dates in the policies and calls.
var oracleDates = map[string]int64{
	"2026-11-26T10:00:00Z": 1795687200, "2026-11-26T11:00:00+01:00": 1795687200, "1795687200": 1795687200,
	"2026-12-01": 1796083200, "1795687201": 1795687201, "123456789012": 123456789012, "210987654321": 210987654321,
}

func compareDates(name, p, text string) answer {
	limit, isLimit := oracleDates[p]
	at, isTime := oracleDates[text]
	if !isLimit || !isTime {
		return open
	}
	return sure(map[string]bool{
		"DateEquals": at == limit, "DateLessThan": at < limit, "DateLessThanEquals": at <= limit,
		"DateGreaterThan": at > limit, "DateGreaterThanEquals": at >= limit,
	}[name])
}

// compareAddresses treats a single address as a range of one address.
func compareAddresses(p, text string) answer {
	if ip := net.ParseIP(p); ip != nil {
		p += fmt.Sprintf("/%d", map[bool]int{true: 32, false: 128}[ip.To4() != nil])
	}
	_, addresses, err := net.ParseCIDR(p)
	address := net.ParseIP(text)
	if err != nil || address == nil {
		return open
	}
	return sure(addresses.Contains(address))
}

func compareARNs(p, text string) answer {
	expression, isComplete := arnExpression(p)
	if isComplete {
		return sure(fullMatch(expression, text))
	}
	return openIf(expression != "" && fullMatch(expression, text) || canBeCompleted(p, text))
}
