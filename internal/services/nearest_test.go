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
		"cognito-ipd.amazonaws.com":   "cognito-idp.amazonaws.com", // two letters exchanged
		"alexa-appkit.amazonaws.com":  "alexa-appkit.amazon.com",   // another domain
		"something-new.amazonaws.com": "",
		"s3":                          "s3.amazonaws.com",
		"":                            "",
		strings.Repeat("x", 101):      "",
	} {
		got, ok := services.NearestPrincipal(principal)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", principal, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	list := []string{"InvokeFunction", "GetFunction", "ListTags"}
	for word, want := range map[string]string{
		"InvokeFunctions": "InvokeFunction",
		"GetFunktion":     "GetFunction",
		"getfunction":     "GetFunction",
		"InvkoeFunction":  "InvokeFunction",
		"IvnkoeFunction":  "InvokeFunction",
		"okeFunction":     "",
		"vokeFunction":    "InvokeFunction",
		"InvokeModel":     "",
		"ListTagsss":      "ListTags",
		"ListTagssss":     "",
		"x":               "",
	} {
		got, ok := services.Nearest(word, list)
		if !ok {
			got = ""
		}
		if got != want {
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
		// Two pages disagree about ap-northeast-3; other regions are new.
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
