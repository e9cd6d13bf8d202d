package sigv4_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// The request get-vanilla of the AWS Signature Version 4 test suite, with the
// signature that the suite has.
func Example() {
	r, err := http.NewRequest(http.MethodGet, "https://example.amazonaws.com/", nil)
	if err != nil {
		log.Fatal(err)
	}
	credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	emptyBody := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	now := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)

	signer := sigv4.NewSigner()
	if err := signer.SignHTTP(context.Background(), credentials, r, emptyBody, "service", "us-east-1", now); err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Header.Get("X-Amz-Date"))
	fmt.Println(r.Header.Get("Authorization"))
	// Output:
	// 20150830T123600Z
	// AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
}
