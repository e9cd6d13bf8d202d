package validate

import "strings"

// Mistakes of PrincipalOrgID and FunctionUrlAuthType.

// orgPath is o-ORG/r-ROOT/ou-UNIT, of the condition key aws:PrincipalOrgPaths.
func orgPath(v string) string {
	id, _, ok := strings.Cut(v, "/")
	if !ok || !orgIDShape.matches(id) {
		return ""
	}
	return "this is a path in an organization: PrincipalOrgID takes the organization alone, " + quote(id)
}

func orgUnit(v string) string {
	if !strings.HasPrefix(v, "ou-") && !strings.HasPrefix(v, "r-") {
		return ""
	}
	return `this is an organizational unit or root: PrincipalOrgID takes the organization, "o-" and 10 to 32 characters`
}

func orgArn(v string) string {
	a, ok := splitSourceArn(v)
	if !ok || a.service != "organizations" {
		return ""
	}
	if id := v[strings.LastIndex(v, "/")+1:]; orgIDShape.matches(id) {
		return "this is an ARN: write the organization's ID, " + quote(id)
	}
	return "this is an ARN: write the organization's ID"
}

func upperCaseOrg(v string) string {
	if !orgIDShape.matches(strings.ToLower(v)) {
		return ""
	}
	return "an organization's ID is in lower case: " + quote(strings.ToLower(v))
}

func accountAsOrg(v string) string {
	if !isAccountID(v) {
		return ""
	}
	return "this is an account ID: to grant to an account, make it the Principal"
}

// misspelledAuthType is none, aws_iam, AWS-IAM, IAM and the like.
func misspelledAuthType(v string) string {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(v)) {
	case "none":
		return `write "NONE"`
	case "awsiam", "iam":
		return `write "AWS_IAM"`
	}
	return ""
}
