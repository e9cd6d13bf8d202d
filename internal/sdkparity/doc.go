// Package sdkparity compares this library's client with the Lambda client of the AWS
// SDK, service/lambda: both send the same requests byte for byte, read the same answers
// in the same way, and have the same retries, endpoints and middleware. It is a module
// of its own, so that the library does not depend on the generated client.
//
// It has only tests. In most of them the SDK's client is a permission.API, made by
// package sdkapi. The files are:
//
//	setting, generate        the configuration of a pair of clients; random configurations and inputs
//	answers                  answers of the service, of proxies, and of broken connections
//	serialization            requests byte for byte
//	deserialization          answers, errors and the questions of package errors
//	endpoints                regions, FIPS, dual-stack, base endpoints
//	legacy_endpoints         the deprecated endpoint resolvers
//	options, proxy           options from the environment, files and code; proxies
//	credentials              credentials of each attempt, unsigned requests
//	retries, cancel, skew    attempts and delays; contexts that end; clocks that disagree
//	lost_responses           changes whose response is lost, single and among many faults
//	middleware               the ids and order of the steps; interceptors
//	log, metrics, tracing    log modes, instruments, spans
//	user_agent               the User-Agent header
//	preflight                package permission's checks within the SDK's client
//	fake, javascript         package permissiontest under the SDKs for Go and JavaScript
//	performance              allocations, writes and goroutines of a call; benchmarks
//	pages                    the code of README.md and docs/moving.md that needs the SDK
package sdkparity
