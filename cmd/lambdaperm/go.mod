module github.com/lambdaperm/lambdaperm/cmd/lambdaperm

go 1.25

require (
	github.com/google/go-cmp v0.7.0
	github.com/lambdaperm/lambdaperm v0.0.0-00010101000000-000000000000
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	go.yaml.in/yaml/v4 v4.0.0
)

require golang.org/x/text v0.14.0 // indirect

replace github.com/lambdaperm/lambdaperm => ../..
