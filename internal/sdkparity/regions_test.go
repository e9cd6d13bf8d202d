package sdkparity_test

// regions are all that the SDK's Lambda client knows by name, in its eight
// partitions, the names that stand for a partition as a whole, names that ask for
// a FIPS endpoint, and names that no partition knows.
var regions = []string{
	// aws
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
	"ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
	"ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1",
	"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
	"il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "sa-west-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-northeast-1",
	"aws-global",
	// aws-cn
	"cn-north-1", "cn-northwest-1", "aws-cn-global",
	// aws-eusc
	"eusc-de-east-1", "aws-eusc-global",
	// aws-us-gov
	"us-gov-east-1", "us-gov-west-1", "aws-us-gov-global",
	// aws-iso, -b, -e, -f
	"us-iso-east-1", "us-iso-west-1", "aws-iso-global",
	"us-isob-east-1", "us-isob-west-1", "aws-iso-b-global",
	"eu-isoe-west-1", "aws-iso-e-global",
	"us-isof-east-1", "us-isof-south-1", "aws-iso-f-global",
	// Regions to come: a known group with a new place or number.
	"us-moon-12", "cn-south-99", "eusc-de-west-2", "us-iso-mars-1",
	// Names that no partition knows.
	"local", "xx-east-1", "useast1", "us-east", "us-east-1a", "eusc-fr-east-1", "US-EAST-1", "us-east-1.example", "1", "fips",
}

// fipsRegions ask for the FIPS endpoint of another region by their name.
var fipsRegions = map[string]string{
	"fips-us-east-1":      "us-east-1",
	"us-east-1-fips":      "us-east-1",
	"us-fips-east-1":      "us-east-1",
	"fips-fips-us-west-2": "us-west-2",
	"us-gov-west-1-fips":  "us-gov-west-1",
	"us-iso-east-1-fips":  "us-iso-east-1",
	"fips-cn-north-1":     "cn-north-1",
	"fips-aws-global":     "aws-global",
	"fips-local":          "local",
	"xfips-us-east-1":     "xus-east-1",
	"fips-":               "",
}

// noRegions are not names of regions.
var noRegions = []string{
	"", " ", "us east 1", "us-east-1/", "us-east-1\n", "-us-east-1", "us-east-1-", "us_east_1", "a..b", ".", "us-east-1.",
	"us-east-1:8080", "us-east-1?x", "us-east-1#x", "user@us-east-1", "%75s-east-1", "\u00fcs-east-1", "us-east-", "eu-x_y-3",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
}

// endpoints are URLs to send requests to instead.
var endpoints = []string{
	"http://127.0.0.1:4566", "http://localhost", "http://localhost:8080/", "https://proxy.example/lambda",
	"https://proxy.example/lambda/", "https://proxy.example/a/b//c/", "http://[::1]:4566", "http://[::1]", "http://[::1]:4566/pre/",
	"https://proxy.example/a%2Fb", "https://proxy.example/a%2Fb/", "https://proxy.example/a%20b", "https://proxy.example/\u00e9",
	"https://proxy.example/a+b;c=d", "https://proxy.example/~user", "https://proxy.example:443", "http://proxy.example:80/x",
	"https://proxy.example?x=1", "https://proxy.example/pre?x=1&y", "https://proxy.example/#fragment", "https://user:pw@proxy.example/",
	"HTTPS://PROXY.example/Upper", "https://xn--bcher-kva.example", "https://vpce-1.lambda.us-east-1.vpce.amazonaws.com",
}

// noEndpoints are not URLs to send requests to.
var noEndpoints = []string{
	"", "localhost", "localhost:4566", "127.0.0.1:4566", "//localhost", "/path", "ftp://localhost", "http://", "http:///path",
	"http://[::1", "http://local host", "http://localhost:port", "http://%zz", "://localhost", "http://localhost/%zz", "\x00",
	"mailto:a@b", "http:localhost",
}
