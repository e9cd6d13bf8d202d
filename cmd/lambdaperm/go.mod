module github.com/lambdaperm/lambdaperm/cmd/lambdaperm

go 1.25

require (
	github.com/google/go-cmp v0.7.0
	github.com/lambdaperm/lambdaperm v0.0.0-00010101000000-000000000000
	go.yaml.in/yaml/v4 v4.0.0
)

replace github.com/lambdaperm/lambdaperm => ../..
