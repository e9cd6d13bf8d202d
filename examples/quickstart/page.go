package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A page writes lines until one cannot be written; err says why.
type page struct {
	w   io.Writer
	err error
}

// pageWidth is where text that is not data is wrapped.
const pageWidth = 96

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// wrapped writes text below a heading, with further lines indented once more.
func (p *page) wrapped(text string) {
	indent, line := "   ", ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(indent+line+" "+word) > pageWidth {
			p.line("%s%s", indent, line)
			indent, line = "     ", ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	p.line("%s%s", indent, line)
}

// exchange writes the last request and the status of its answer.
func (s *story) exchange() {
	if n := len(s.sent.lines); n > 0 {
		s.line("   %s", s.sent.lines[n-1])
	}
}

// statement writes a statement, member by member.
func (p *page) statement(st policy.Statement) {
	p.member("Sid", st.Sid())
	p.member("Effect", st.Effect())
	for _, principal := range st.Principals() {
		p.member("Principal", strings.TrimSpace(principalType(principal)+" "+principal.Value))
	}
	p.member("Action", strings.Join(st.Actions(), " "))
	p.member("Resource", strings.Join(st.Resources(), " "))
	for _, c := range st.Conditions() {
		p.member("Condition", fmt.Sprintf("%s %s %s", c.Operator, c.Key, conditionValues(c)))
	}
}

func (p *page) member(name, value string) { p.line("   %-10s %s", name, value) }

// principalType is "" for "Principal": "*", which has no type.
func principalType(p policy.Principal) string {
	if p.Type == policy.PrincipalAnyone {
		return ""
	}
	return p.Type
}

// conditionValues leaves out an Alexa skill's token, which is a secret.
func conditionValues(c policy.Condition) string {
	if c.HasKey("lambda:EventSourceToken") {
		return "(a secret)"
	}
	return strings.Join(c.Values, " ")
}

func (p *page) document(d policy.Document, revisionID string) {
	var sids []string
	for _, st := range d.Statements() {
		sids = append(sids, st.Sid())
	}
	text := fmt.Sprintf("%d of %d bytes, statements: %s", d.Size(), policy.MaxSize, strings.Join(sids, " "))
	if revisionID != "" {
		text += ", RevisionId " + revisionID
	}
	p.wrapped(text)
}

// functionOf returns the function of the request with its version or alias, for
// people.
func functionOf(req validate.Request) string {
	if f, _ := arn.ParseFunction(req.FunctionName); req.Qualifier == "" || !f.Qualifier().IsZero() {
		return req.FunctionName
	}
	return req.FunctionName + ":" + req.Qualifier
}

// oneLine puts an error of several lines on one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
