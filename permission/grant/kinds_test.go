package grant_test

import "github.com/lambdaperm/lambdaperm/validate"

// kinds returns grants with every kind of principal and every kind of condition.
func kinds() map[string]validate.Request {
	yes, no := true, false
	of := func(change func(*validate.Request)) validate.Request {
		r := validate.Request{
			FunctionName: "Thumbnail", StatementId: "grant",
			Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		}
		change(&r)
		return r
	}
	principal := func(p string) validate.Request {
		return of(func(r *validate.Request) { r.Principal = p })
	}
	return map[string]validate.Request{
		"service":        principal("events.amazonaws.com"),
		"account id":     principal("210987654321"),
		"account's root": principal("arn:aws:iam::210987654321:root"),
		"role":           principal("arn:aws:iam::210987654321:role/deploy"),
		"user":           principal("arn:aws:iam::210987654321:user/ann"),
		"session":        principal("arn:aws:sts::210987654321:assumed-role/deploy/ann"),
		"Alexa":          principal("alexa-appkit.amazon.com"),
		"everyone":       principal("*"),
		"SourceArn":      of(func(r *validate.Request) { r.SourceArn = "arn:aws:s3:::ph*tos" }),
		"SourceAccount":  of(func(r *validate.Request) { r.SourceAccount = "123456789012" }),
		"both sources":   photos(),
		"organization": of(func(r *validate.Request) {
			r.Principal, r.PrincipalOrgID = "*", "o-a1b2c3d4e5"
		}),
		"token": of(func(r *validate.Request) {
			r.Principal, r.EventSourceToken = "alexa-appkit.amazon.com", "amzn1.ask.skill.0001"
		}),
		"function URL": of(func(r *validate.Request) {
			r.Principal, r.Action, r.FunctionUrlAuthType = "*", "lambda:InvokeFunctionUrl", "NONE"
		}),
		"via function URL": of(func(r *validate.Request) {
			r.Principal, r.InvokedViaFunctionUrl = "*", &yes
		}),
		"not via function URL": of(func(r *validate.Request) { r.InvokedViaFunctionUrl = &no }),
		"all actions":          of(func(r *validate.Request) { r.Action = "lambda:*" }),
		"alias":                of(func(r *validate.Request) { r.Qualifier = "PROD" }),
		"version in the name":  of(func(r *validate.Request) { r.FunctionName = "Thumbnail:1" }),
		"full ARN":             of(func(r *validate.Request) { r.FunctionName = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail" }),
	}
}

// photos returns a grant to a bucket.
func photos() validate.Request {
	return validate.Request{
		FunctionName: "Thumbnail", StatementId: "grant", Action: "lambda:InvokeFunction",
		Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos", SourceAccount: "123456789012",
	}
}
