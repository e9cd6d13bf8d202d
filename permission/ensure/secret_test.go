package ensure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const secretToken = "amzn1.ask.skill.secret"

// secretGrant is a grant with an EventSourceToken.
func secretGrant(suffix string) validate.Request {
	return validate.Request{Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: secretToken + suffix}
}

// errorsWithSecrets returns errors of each type that can hold a statement, made by the
// calls that return them, whose statements have an EventSourceToken.
func errorsWithSecrets(t *testing.T) map[string]error {
	t.Helper()
	old, wanted := withID("s3-photos", secretGrant("-old")), permission.NewAddPermissionInput(withID("s3-photos", secretGrant("")))
	wanted.FunctionName = aws.String("Thumbnail")
	errs := make(map[string]error)

	service, api := newThumbnail(t)
	store(t, service, old)
	_, errs["mismatch"] = ensure.Grant(t.Context(), api, wanted)

	api.before = func(call string) error {
		if strings.HasPrefix(call, "RemovePermission") {
			return accessDenied()
		}
		return nil
	}
	_, errs["replacement"] = ensure.Grant(t.Context(), api, wanted, replacing)

	service, api = newThumbnail(t)
	store(t, service, old)
	api.before = once(2, func() {
		remove(t, service, "s3-photos")
		store(t, service, withID("s3-photos", secretGrant("-other")))
	})
	_, errs["change by others"] = ensure.Grant(t.Context(), api, wanted, replacing)

	service, api = newThumbnail(t)
	store(t, service, old)
	d := of(withID("s3-photos", secretGrant("")))
	d.Owner = ""
	_, errs["taken id"] = ensure.Grants(t.Context(), api, d)

	service, api = newThumbnail(t)
	store(t, service, old)
	api.before = func(call string) error {
		if strings.HasPrefix(call, "RemovePermission") {
			return accessDenied()
		}
		return nil
	}
	d = of(secretGrant(""))
	d.Adopt = adoptAll
	_, errs["broken list"] = ensure.Grants(t.Context(), api, d)

	service, api = newThumbnail(t)
	store(t, service, owned(secretGrant("-old")))
	api.before = once(2, func() { store(t, service, owned(secretGrant("-older"))) })
	_, errs["changed plan"] = ensure.Grants(t.Context(), api, of(secretGrant("")))
	return errs
}

// No error shows an EventSourceToken, in any form in which programs log errors: by each
// format, as JSON, and as an attribute of both handlers.
func TestErrorsHoldNoSecret(t *testing.T) {
	for name, err := range errorsWithSecrets(t) {
		t.Run(name, func(t *testing.T) {
			if err == nil {
				t.Fatal("there is no error")
			}
			for form, text := range shownForms(t, err) {
				if strings.Contains(text, secretToken) {
					t.Errorf("%s of %T shows the token: %s", form, err, text)
				}
			}
		})
	}
}

// shownForms returns the forms of an error and of a value that holds it.
func shownForms(t *testing.T, err error) map[string]string {
	t.Helper()
	type record struct{ Err error }
	forms := make(map[string]string)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		forms[format] = fmt.Sprintf(format, err)
		forms["nested "+format] = fmt.Sprintf(format, record{err})
	}
	for name, v := range map[string]any{"JSON": err, "nested JSON": record{err}} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%s of %T: %v", name, v, err)
		}
		forms[name] = string(text)
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Error("failed", "err", err, "record", record{err})
	}
	forms["log"] = log.String()
	return forms
}

// The JSON of an error has its text, and what the error says in members of its own.
func TestErrorJSON(t *testing.T) {
	old, wanted := build(t, elsewhere()), build(t, grant())
	sources := policy.Diff(old, wanted)
	change := ensure.Change{Kind: ensure.KindAdd, StatementID: "new", Summary: "a grant"}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{
			&ensure.MismatchError{StatementID: "id", Stored: old, Wanted: wanted, Differences: sources, TemporaryID: "temporary"},
			`"statementId":"id","temporaryId":"temporary","differences":["Condition ArnLike AWS:SourceArn: \"arn:aws:s3:::elsewhere\" -\u003e \"arn:aws:s3:::photos\""]}`,
		},
		{&ensure.PolicyChangedError{StatementID: "id", TemporaryID: "temporary", Before: old, Now: wanted}, `"statementId":"id","temporaryId":"temporary"}`},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Old: old, Left: ensure.LeftTemporary, Uncertain: true, Step: "a step", Err: io.EOF},
			`"statementId":"id","temporaryId":"temporary","left":"Temporary","uncertain":true,"step":"a step"}`,
		},
		{&ensure.TakenError{StatementID: "id", Stored: old}, `"statementId":"id"}`},
		{
			&ensure.ApplyError{Function: "f", Done: []ensure.Change{change}, Missing: []string{"m"}, Unwanted: []string{"u"}, Step: "a step", Err: io.EOF},
			`"function":"f","done":[{"kind":"add","statementId":"new","grant":"a grant"}],"missing":["m"],"unwanted":["u"],"uncertain":false,"step":"a step"}`,
		},
		{
			&ensure.DesiredError{Function: "f", Problems: []ensure.Problem{{Grant: 2, StatementID: "id", Err: io.EOF}}},
			`"function":"f","problems":[{"error":"EOF","grant":2,"statementId":"id"}]}`,
		},
	} {
		text, err := json.Marshal(tt.err.Error())
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(tt.err)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"error":` + string(text) + "," + tt.want; string(got) != want {
			t.Errorf("%T\ngot  %s\nwant %s", tt.err, got, want)
		}
	}
}

// No text of a plan holds a token.
func TestPlanHoldsNoSecret(t *testing.T) {
	const token = "amzn1.ask.skill.secret"
	skill := validate.Request{Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: token}
	old := change(skill, func(r *validate.Request) { r.EventSourceToken += "-old" })
	service, api := newThumbnail(t)
	store(t, service, withID("old", old), owned(old), owned(rule("gone")))
	d := of(skill, withID("old", skill))
	d.Adopt = func(id string) bool { return id == "old" }
	plan := mustPlan(t, api, d)
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		plan.String(), string(text), fmt.Sprint(plan), fmt.Sprintf("%+v", plan.Changes()), fmt.Sprintf("%#v", plan.Changes()),
	} {
		if strings.Contains(shown, token) {
			t.Errorf("the token is shown: %s", shown)
		}
	}
}
