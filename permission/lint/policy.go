package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Rules of policies as a whole.
var policyRows = []row{
	{Rule: Rule{
		ID: RuleURLPair, Severity: SeverityWarning,
		Title:         "One half of the pair of grants that a function URL needs",
		Why:           "Since October 2025 a caller of a function URL needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction; with only one of them it gets 403. URLs that were made before need both from November 2026.",
		Documentation: docFunctionURLs,
	}, policy: urlPair},
	{Rule: Rule{
		ID: RuleDeadPrincipal, Severity: SeverityWarning,
		Title:         "A statement names a deleted user or role",
		Why:           "The unique id of a deleted identity stays in the policy. It matches nobody, not even a new identity of the same name, and while it is there the service refuses to add permissions: the provided principal was invalid.",
		Documentation: docPrincipal,
	}, policy: deadPrincipals},
	{Rule: Rule{
		ID: RuleDuplicate, Severity: SeverityWarning,
		Title:         "A statement repeats another one",
		Why:           "It takes space, and a caller stays allowed until both are removed.",
		Documentation: docResourcePolicy,
	}, policy: duplicates},
	{Rule: Rule{
		ID: RuleCovered, Severity: SeverityWarning,
		Title:         "A statement allows nothing that another one does not",
		Why:           "Statements add up: the narrow one looks like a limit, but the wide one decides.",
		Documentation: docEvaluation,
	}, policy: covered},
	{Rule: Rule{
		ID: RulePolicySize, Severity: SeverityWarning,
		Title:         "The policy is near the limit of its size",
		Why:           "The policy of one function, version or alias has at most 20,480 bytes; the service answers PolicyLengthExceededException to a permission that does not fit.",
		Documentation: docQuotas,
	}, policy: policySize},
	{Rule: Rule{
		ID: RuleOtherCondition, Severity: SeverityInfo,
		Title:         "A condition that AddPermission does not write",
		Why:           "AddPermission has no parameter for it. The condition is not judged; the rest of the statement is.",
		Documentation: docResourcePolicy,
	}, policy: otherConditions},
	{Rule: Rule{
		ID: RuleNotJudged, Severity: SeverityWarning,
		Title:         "A part of a statement that the rules do not know",
		Why:           "No rule judges it: it may be open to anybody.",
		Documentation: docResourcePolicy,
	}, policy: notJudged},
}

// CheckPolicy returns the findings about a policy: about the whole, and about each
// statement. A statement with lists of principals, actions, resources or values of
// conditions is judged as the single grants that it is made of; a problem of
// several of them is reported once. [RuleNotJudged] reports parts that no grant can
// have, such as a federated principal, and [RuleOtherCondition] reports the conditions
// that are not judged. A statement that denies opens nothing and is not judged.
//
// Findings are in the order of [Rules], those of one rule in the order of the
// statements; nil if there are no findings. Statement is the position of the
// statement, since a Sid may be missing or occur twice.
//
// Statements that are duplicates of others, are covered by others or are one half
// of a pair are found by comparing all with all, which takes time that grows with
// the square of their number. A policy of more than twice the 20,480 bytes that
// the service keeps is therefore not searched for them; the time for all other rules
// grows only with the policy's size. A policy of full size takes milliseconds, and less
// than a second if it is full of long lists.
func CheckPolicy(d policy.Document, opts ...Option) []Finding {
	o := optionsOf(opts)
	doc := o.document(d)
	var found []Finding
	for _, row := range table {
		if o.disabled[row.ID] {
			continue
		}
		for _, p := range row.problems(doc) {
			found = append(found, row.finding(p, doc.sid(p.statement)))
		}
	}
	return found
}

// problems returns the rule's problems in a policy, in the order of statements.
func (r row) problems(doc *document) []problem {
	if r.policy != nil {
		return r.policy(doc)
	}
	var found []problem
	for i := range doc.statements {
		found = append(found, r.ofStatement(&doc.statements[i], i+1)...)
	}
	return found
}

// ofStatement returns the rule's problems in the grants of a statement: for each
// member the first problem, which counts the others.
func (r row) ofStatement(s *statement, position int) []problem {
	var found []problem
	others := map[string]map[string]bool{} // further messages, by member
	for i := range s.grants {
		p := r.grant(&s.grants[i])
		if p.isNone() {
			continue
		}
		first := slices.IndexFunc(found, func(q problem) bool { return q.field == p.field })
		switch {
		case first < 0:
			p.statement = position
			found, others[p.field] = append(found, p), map[string]bool{}
		case found[first].message != p.message:
			others[p.field][p.message] = true
		}
	}
	for i, p := range found {
		switch more := len(others[p.field]); more {
		case 0:
		case 1:
			found[i].message += "; another grant of the statement has the same problem"
		default:
			found[i].message += "; " + strconv.Itoa(more) + " other grants of the statement have the same problem"
		}
	}
	return found
}

// A document is a policy taken apart.
type document struct {
	policy.Document
	statements []statement
	compared   bool      // the policy is small enough to compare all statements with all
	overlaps   []overlap // by statement; nil if they were not compared
}

func (o *options) document(d policy.Document) *document {
	list := d.Statements()
	doc := &document{Document: d, statements: make([]statement, len(list)), compared: d.Size() <= maxCompared}
	for i, s := range list {
		doc.statements[i] = o.statement(s)
	}
	if doc.compared {
		doc.overlaps = findOverlaps(doc.statements)
	}
	return doc
}

// sid returns the Sid of a statement by its position from 1, "" for 0.
func (d *document) sid(position int) string {
	if position == 0 {
		return ""
	}
	return d.statements[position-1].Sid()
}

func deadPrincipals(d *document) []problem {
	var found []problem
	for i, s := range d.statements {
		dead := s.DeadPrincipals()
		if len(dead) == 0 {
			continue
		}
		message := abbrev.Quote(dead[0].Value) + " is the unique id of a user or role that was deleted"
		switch more := len(dead) - 1; more {
		case 0:
		case 1:
			message += ", and so is one other principal"
		default:
			message += ", and so are " + strconv.Itoa(more) + " other principals"
		}
		found = append(found, problem{"Principal", message, "remove the statement", i + 1})
	}
	return found
}

// nearLimit is the size in bytes from which a policy is near its limit: 18 KiB,
// which leaves room for some five statements of usual size.
const nearLimit = 18 * 1024

func policySize(d *document) []problem {
	size := d.Size()
	if size <= nearLimit {
		return nil
	}
	return []problem{{
		message: "the policy has " + strconv.Itoa(size) + " of " + strconv.Itoa(policy.MaxSize) + " bytes",
		fix:     "remove statements that others cover, or put a wildcard in SourceArn in place of many statements",
	}}
}

func otherConditions(d *document) []problem {
	var found []problem
	for i, s := range d.statements {
		if len(s.others) > 0 {
			found = append(found, problem{
				message:   "not judged: " + strings.Join(s.others, ", "),
				fix:       "look at it by hand",
				statement: i + 1,
			})
		}
	}
	return found
}

// notJudged reports the parts of statements that no grant can have.
func notJudged(d *document) []problem {
	var found []problem
	for i, s := range d.statements {
		if len(s.unjudged) > 0 {
			found = append(found, problem{message: "not judged: " + enumeration(s.unjudged), fix: "look at it by hand", statement: i + 1})
		}
	}
	return found
}

// maxShown is how many entries of a list a message shows.
const maxShown = 3

func enumeration(list []string) string {
	if len(list) > maxShown+1 {
		return strings.Join(list[:maxShown], ", ") + " and " + strconv.Itoa(len(list)-maxShown) + " more"
	}
	return strings.Join(list, ", ")
}

// maxCompared is the size in bytes of the largest policy whose statements are
// compared with one another: twice the service's limit, so that a policy can be
// judged that has yet to be made smaller.
const maxCompared = 2 * policy.MaxSize

// An overlap says which other statement, the first such, makes one superfluous.
// The zero overlap is of a statement that is needed.
type overlap struct {
	by     int // position from 1
	isSame bool
}

func findOverlaps(list []statement) []overlap {
	found := make([]overlap, len(list))
	for i := range list {
		found[i] = overlapOf(list, i)
	}
	return found
}

// overlapOf returns the statement that makes list[i] superfluous. Of several that allow
// the same, the first is needed.
func overlapOf(list []statement, i int) overlap {
	for j := range list {
		if j == i || !policy.Covers(list[j].Statement, list[i].Statement) {
			continue
		}
		if isSame := policy.Covers(list[i].Statement, list[j].Statement); !isSame || j < i {
			return overlap{by: j + 1, isSame: isSame}
		}
	}
	return overlap{}
}

func duplicates(d *document) []problem {
	return d.superfluous(true, "the statement repeats ")
}

func covered(d *document) []problem {
	return d.superfluous(false, "all that the statement allows is allowed by ")
}

func (d *document) superfluous(isSame bool, message string) []problem {
	var found []problem
	for i, o := range d.overlaps {
		isUsual := !isSame && o.by > 0 && opensTail(d.statements[o.by-1], d.statements[i])
		if o.by == 0 || o.isSame != isSame || isUsual {
			continue
		}
		other := statementName(o.by, d.sid(o.by))
		p := problem{message: message + other, fix: "remove this statement", statement: i + 1}
		if !isSame {
			p.fix = "remove " + other + " if it is wider than it should be, else this one"
		}
		found = append(found, p)
	}
	return found
}

// opensTail reports whether wide and narrow are grants of routes of API Gateway that
// differ in the last segment only, where wide has a wildcard: API/prod/*/* and
// API/prod/*/{proxy+}. The CDK and SAM write such pairs, and their users cannot change
// that.
func opensTail(wide, narrow statement) bool {
	w, n := wide.only(), narrow.only()
	if w == nil || n == nil || w.source.Service() != apiGatewaySource {
		return false
	}
	head, isOpen := strings.CutSuffix(w.SourceArn, "*")
	last, isBelow := strings.CutPrefix(n.SourceArn, head)
	return isOpen && strings.HasSuffix(head, "/") && isBelow && !strings.Contains(last, "/")
}
