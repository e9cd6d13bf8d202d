package services_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/services"
)

func TestNearestPrincipal(t *testing.T) {
	for principal, want := range map[string]string{
		"event.amazonaws.com":         "events.amazonaws.com",
		"s3.amazonaw.com":             "s3.amazonaws.com",
		"S3.amazonaws.com":            "s3.amazonaws.com",
		"apigatway.amazonaws.com":     "apigateway.amazonaws.com",
		"api-gateway.amazonaws.com":   "apigateway.amazonaws.com",
		"cognito-ipd.amazonaws.com":   "cognito-idp.amazonaws.com", // two letters are exchanged
		"alexa-appkit.amazonaws.com":  "alexa-appkit.amazon.com",   // another domain
		"something-new.amazonaws.com": "",
		"s3":                          "s3.amazonaws.com",
		"":                            "",
		// No name is longer than 100 bytes.
		"s3.amazon" + strings.Repeat("x", 91): "s3.amazonaws.com",
		"s3.amazon" + strings.Repeat("x", 92): "",
	} {
		got, ok := services.NearestPrincipal(principal)
		if ok != (want != "") {
			t.Errorf("%q: found %v, want %v", principal, ok, want != "")
		}
		if ok && got != want {
			t.Errorf("%q: %q, want %q", principal, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	list := []string{"InvokeFunction", "GetFunction", "ListTags", "ListTask", "get", "head"}
	for word, want := range map[string]string{
		// Two letters may be added, wrong, missing, or exchanged with their neighbour.
		"InvokeFunctions": "InvokeFunction",
		"ListTagsss":      "ListTags",
		"GetFunktion":     "GetFunction",
		"GetFunktiom":     "GetFunction",
		"vokeFunction":    "InvokeFunction",
		"InkeFunction":    "InvokeFunction",
		"InvkoeFunction":  "InvokeFunction",
		"IvnkoeFunction":  "InvokeFunction",
		"nIvokeFunctoin":  "InvokeFunction",
		// The case of letters is ignored.
		"getfunction": "GetFunction",
		// More than two are too many.
		"ListTagssss":    "",
		"okeFunction":    "",
		"vokeFunctionxy": "",
		"InvkoeFunktiom": "",
		"InvokeModel":    "",
		// A third of the word is too much, too.
		"x":    "",
		"got":  "",
		"heat": "head",
		// If two words are equally near, the first is returned.
		"ListTass": "ListTags",
	} {
		got, ok := services.Nearest(word, list)
		if ok != (want != "") {
			t.Errorf("%q: found %v, want %v", word, ok, want != "")
		}
		if ok && got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestDeliveryOf(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     services.Delivery
	}{
		{"us-east-1", "eu-west-1", services.DeliveryUsual},
		{"us-east-1", "", services.DeliveryUsual},
		{"me-central-1", "me-central-1", services.DeliveryUsual},
		{"me-central-1", "us-east-1", services.DeliveryRegional},
		{"me-central-1", "", services.DeliveryDepends},
		{"me-central-1", "af-south-1", services.DeliveryUnsupported},
		{"us-east-1", "me-central-1", services.DeliveryUnsupported},
		// Two pages of the documentation disagree about ap-northeast-3, and eu-south-9
		// is not known.
		{"ap-northeast-3", "us-east-1", services.DeliveryUsual},
		{"ap-northeast-3", "me-central-1", services.DeliveryUsual},
		{"eu-south-9", "me-central-1", services.DeliveryUsual},
		{"me-central-1", "ap-northeast-3", services.DeliveryRegional},
	} {
		if got := services.DeliveryOf(c.from, c.to); got != c.want {
			t.Errorf("DeliveryOf(%q, %q) = %d, want %d", c.from, c.to, got, c.want)
		}
	}
}
