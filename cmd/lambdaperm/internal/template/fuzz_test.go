package template

import (
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// Any template is read in bounded time. Each grant has a branch and a place, and each
// problem has a reason and a place.
func FuzzTemplate(f *testing.F) {
	f.Add([]byte(fmt.Sprintf(frame, "!GetAtt Named.Arn")))
	f.Add([]byte(fmt.Sprintf(frame, `!If [IsFree, !Ref Kind, !Select [0, !Split [":", !Ref Free]]]`)))
	f.Add([]byte(`{"Resources":{"P":{"Type":"AWS::Lambda::ResourcePolicy","Properties":{"PolicyDocument":{"Statement":[{"Sid":{"Ref":"AWS::Region"}}]}}}}}`))
	f.Add([]byte(head + "Transform: [M]\n" + fmt.Sprintf(grantOf, "!Sub ['${A}${Topicc.B}', {A: !GetAtt [Topicc, Arn]}]")))
	f.Add([]byte("Resources: {A: &a {Type: AWS::Lambda::Permission, Properties: {<<: *a}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := tree.Parse(data)
		if err != nil || !Is(root) {
			return
		}
		template := New(root, Options{})
		for _, g := range template.Grants() {
			if len(g.Branches) == 0 {
				t.Errorf("grant %+v has no branch", g)
			}
			if g.Place.Line < 1 {
				t.Errorf("grant %+v has no place", g)
			}
			for _, p := range g.Problems {
				if p.Reason == "" {
					t.Errorf("problem %+v has no reason", p)
				}
				if p.Place.Line < 1 {
					t.Errorf("problem %+v has no place", p)
				}
			}
		}
		template.Policies()
		template.Duplicates()
		template.Unread()
	})
}
