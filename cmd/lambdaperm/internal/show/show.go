// Package show is the command "lambdaperm show": it describes policies in plain
// sentences, as a table or as a graph.
package show

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/policies"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const usage = `usage: lambdaperm show [flags] FILE|FUNCTION ...

Tells what each statement of a policy allows: who may call what, from where, under
which condition. A FILE is anything that lambdaperm check reads, or - for standard input;
of a FUNCTION, which may have a version or alias (hello:live), the live policy is
read. What only the deployment knows is written as ${NAME}, and a statement that
depends on a condition is there for each outcome. No token is shown.

  -format text      a sentence for each statement (the default)
  -format table     a row for each statement, in columns
  -format markdown  the same as a table in Markdown
  -format json      the same for programs
  -format mermaid   a graph of who reaches which function, for Markdown and wikis
` + cli.DeploymentUsage + cli.ServiceUsage + `
Grants that cannot be shown are named on standard error.

Exit status: 0 shown, 1 not read, not written, or with a grant that is refused,
2 wrong arguments.
`

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
)

// formats are the values of -format.
var formats = map[string]func(io.Writer, []row) error{
	"text": writeText, "table": writeTable, "markdown": writeMarkdown, "json": writeJSON, "mermaid": writeMermaid,
}

// Run runs the command with the arguments after its name, and returns its exit status.
func Run(ctx context.Context, args []string, std cli.Streams) int {
	var service cli.Service
	flags := cli.NewFlags("show")
	name := flags.String("format", "text", "")
	var deployment cli.Deployment
	deployment.AddFlags(flags)
	service.AddFlags(flags)
	arguments, err := cli.Parse(flags, args)
	write, known := formats[*name]
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.Out, usage)
		return exitOK
	case err != nil:
	case !known:
		err = fmt.Errorf("-format %q: want json, markdown, mermaid, table, text (-h lists the flags)", *name)
	case len(arguments) == 0:
		err = errors.New("want a FILE or a FUNCTION (-h says more)")
	}
	if err != nil {
		std.Fail("show", err)
		return cli.ExitUnusable
	}
	r := policies.Reader{In: std.In, Service: service, Deployment: deployment.Of(service)}
	all, err := readAll(ctx, r, arguments)
	if err != nil {
		std.Fail("show", err)
		return exitFailed
	}
	if err := deployment.CheckParameters(all.Parameters); err != nil {
		std.Fail("show", err)
		return cli.ExitUnusable
	}
	if err := write(std.Out, rowsOf(all.Scopes)); err != nil {
		std.Fail("show", err)
		return exitFailed
	}
	return warn(all, std)
}

// readAll reads the policies of all arguments.
func readAll(ctx context.Context, r policies.Reader, arguments []string) (all policies.Reading, err error) {
	for _, argument := range arguments {
		one, err := r.Read(ctx, argument)
		if err != nil {
			return all, err
		}
		all.Scopes = append(all.Scopes, one.Scopes...)
		all.LeftOut = append(all.LeftOut, one.LeftOut...)
		all.Unread = append(all.Unread, one.Unread...)
		all.Parameters = append(all.Parameters, one.Parameters...)
	}
	return all, nil
}

// warn names on standard error the grants that are not shown, and returns the exit
// status.
func warn(all policies.Reading, std cli.Streams) int {
	status := exitOK
	for _, l := range all.LeftOut {
		std.Fail("show", l)
		if l.Cause == policies.Refused {
			status = exitFailed
		}
	}
	for _, text := range all.Unread {
		std.Fail("show", errors.New(text))
	}
	return status
}

// A row is the description of one statement. No text in it has a token.
type row struct {
	Scope      string   `json:"scope"`
	Sid        string   `json:"sid"`
	When       string   `json:"when,omitempty"` // the outcome of a template's conditions under which it is made
	Effect     string   `json:"effect"`
	Who        []string `json:"who"`
	What       []string `json:"what"`
	Sources    []string `json:"from,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
	Sentence   string   `json:"sentence"`
}

// label returns the name of the statement with the outcome under which it is made.
func (r row) label() string {
	label := oneLine(r.Sid)
	if r.When != "" {
		label += " (if " + r.When + ")"
	}
	return strings.TrimSpace(label)
}

func rowsOf(scopes []policies.Scope) (rows []row) {
	for _, s := range scopes {
		rows = append(rows, rowsOfScope(s)...)
	}
	return rows
}

func rowsOfScope(s policies.Scope) (rows []row) {
	for i, statement := range s.Document.Statements() {
		r := row{
			Scope: s.Name, Sid: s.StatementName(i, statement.Sid()), When: s.Condition(i), Effect: statement.Effect(),
			Who:      who(statement),
			What:     either(statement.Actions(), statement.NotActions()),
			Sentence: s.Spell(i, statement.Describe()),
		}
		for _, c := range statement.Conditions() {
			if isSource(c) {
				r.Sources = append(r.Sources, c.Values...)
			} else {
				r.Conditions = append(r.Conditions, condition(c))
			}
		}
		for _, list := range [][]string{r.Who, r.What, r.Sources, r.Conditions} {
			for j := range list {
				list[j] = oneLine(s.Spell(i, list[j]))
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func who(s policy.Statement) (names []string) {
	for _, p := range s.Principals() {
		names = append(names, nameOf(p))
	}
	for _, p := range s.NotPrincipals() {
		names = append(names, "everybody except "+nameOf(p))
	}
	return names
}

func nameOf(p policy.Principal) string {
	if p.IsAnyone() {
		return "everybody"
	}
	return p.Value
}

func either(list, notList []string) []string {
	all := append([]string(nil), list...)
	for _, s := range notList {
		all = append(all, "all except "+s)
	}
	return all
}

// isSource reports whether a condition restricts the source of calls, in the form that
// AddPermission writes.
func isSource(c policy.Condition) bool {
	return c.HasKey("aws:SourceArn") && (strings.EqualFold(c.Operator, "ArnLike") || strings.EqualFold(c.Operator, "ArnEquals") || strings.EqualFold(c.Operator, "StringEquals"))
}

func condition(c policy.Condition) string {
	values := strings.Join(c.Values, " or ")
	if c.HasKey("lambda:EventSourceToken") {
		values = policy.HiddenValue
	}
	return c.Key + " " + c.Operator + " " + values
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func writeText(w io.Writer, rows []row) error {
	var b strings.Builder
	scope := ""
	for _, r := range rows {
		if r.Scope != scope {
			scope = r.Scope
			fmt.Fprintf(&b, "%s\n", oneLine(scope))
		}
		fmt.Fprintf(&b, "  %s: %s\n", cellOr(r.label(), "(no Sid)"), r.Sentence)
	}
	if len(rows) == 0 {
		b.WriteString("No statements.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var columns = []string{"SCOPE", "STATEMENT", "EFFECT", "WHO", "WHAT", "FROM", "IF"}

func (r row) cells() []string {
	return []string{oneLine(r.Scope), cellOr(r.label(), "-"), r.Effect, strings.Join(r.Who, ", "), strings.Join(r.What, ", "),
		cellOr(strings.Join(r.Sources, ", "), "anywhere"), cellOr(strings.Join(r.Conditions, " and "), "-")}
}

func cellOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func writeTable(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
	}
	return t.Flush()
}

func writeMarkdown(w io.Writer, rows []row) error {
	var b strings.Builder
	b.WriteString("| Scope | Statement | Effect | Who | What | From | If |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		for _, cell := range r.cells() {
			b.WriteString("| " + markdownEscapes.Replace(cell) + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownEscapes escapes the characters that would end a cell or begin markup.
var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`)

func writeJSON(w io.Writer, rows []row) error {
	if rows == nil {
		rows = []row{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

// writeMermaid writes a flowchart with an arrow from each principal to the scope that
// it may call, through the source if the statement has one. The arrow of a Deny is
// dotted.
func writeMermaid(w io.Writer, rows []row) error {
	g := graph{nodes: map[string]string{}, arrows: map[string]bool{}}
	g.WriteString("flowchart LR\n")
	for _, r := range rows {
		scope := g.node("[(", r.Scope, ")]")
		for _, who := range r.Who {
			caller := g.node("([", who, "])")
			if len(r.Sources) == 0 {
				g.arrow(r, caller, scope)
			}
			for _, source := range r.Sources {
				from := g.node("[", source, "]")
				g.line(caller + " --- " + from)
				g.arrow(r, from, scope)
			}
		}
	}
	_, err := io.WriteString(w, g.String())
	return err
}

// A graph is a Mermaid flowchart in which each node and each arrow occurs once.
type graph struct {
	strings.Builder
	nodes  map[string]string
	arrows map[string]bool
}

// node returns the id of the node with a text. The first time it also declares the
// node.
func (g *graph) node(open, text, end string) string {
	key := open + text
	if g.nodes[key] == "" {
		g.nodes[key] = fmt.Sprintf("n%d", len(g.nodes)+1)
		fmt.Fprintf(g, "  %s%s\"%s\"%s\n", g.nodes[key], open, mermaidEscapes.Replace(oneLine(text)), end)
	}
	return g.nodes[key]
}

func (g *graph) arrow(r row, from, to string) {
	arrow := "-->"
	if r.Effect != "Allow" {
		arrow = "-.->"
	}
	label := r.label()
	if len(r.Conditions) > 0 {
		label += " if " + strings.Join(r.Conditions, " and ")
	}
	if r.Effect != "Allow" {
		label = r.Effect + " " + label
	}
	if label != "" {
		arrow += fmt.Sprintf(`|"%s"|`, mermaidEscapes.Replace(label))
	}
	g.line(from + " " + arrow + " " + to)
}

func (g *graph) line(text string) {
	if !g.arrows[text] {
		g.arrows[text] = true
		g.WriteString("  " + text + "\n")
	}
}

// mermaidEscapes writes the characters that end a quoted text, or that a viewer could
// take for markup, as Mermaid's entity codes.
var mermaidEscapes = strings.NewReplacer(`"`, "#quot;", "#", "#35;", "<", "#lt;", ">", "#gt;", "`", "#96;", ";", "#59;")
