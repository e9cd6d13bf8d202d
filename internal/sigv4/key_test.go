package sigv4_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// A Signer keeps a key from one request to the next and uses it only for the same
// scope. The oracle is a new v4.Signer each time, which has no key.
func TestKeyFollowsItsScope(t *testing.T) {
	x := taskOf(get(policy))
	signer := sigv4.NewSigner()
	for _, step := range []struct {
		name   string
		change func()
	}{
		{"first", func() {}},
		{"same", func() {}},
		{"secret rotated under the same id", func() { x.credentials.SecretAccessKey = "rotated" }},
		{"other id", func() { x.credentials.AccessKeyID = "AKIDOTHER" }},
		{"last second of the day", func() { x.at = time.Date(2015, 8, 30, 23, 59, 59, 0, time.UTC) }},
		{"next day", func() { x.at = x.at.Add(time.Second) }},
		{"same day of another month", func() { x.at = x.at.AddDate(0, 1, 0) }},
		{"clock set back", func() { x.at = noon }},
		{"other region", func() { x.region = "eu-central-1" }},
		{"other service", func() { x.service = "s3" }},
		// The parts of a scope are compared one by one, not joined.
		{"region and service that are the same when joined", func() { x.region, x.service = "eu-central-1/s3", "" }},
		{"region and service the other way round", func() { x.region, x.service = "", "eu-central-1/s3" }},
	} {
		t.Run(step.name, func(t *testing.T) {
			step.change()
			wantAsTheSDK(t, signer, x)
			wantAsTheSDK(t, signer, x)
		})
	}
}

// Goroutines may share a Signer, also while they replace each other's keys.
func TestConcurrentUse(t *testing.T) {
	signer := sigv4.NewSigner()
	var running sync.WaitGroup
	for i := range 8 {
		running.Go(func() {
			for j := range 50 {
				x := taskOf(get(policy, fmt.Sprintf("X-Meta: %d", i)))
				x.credentials.SecretAccessKey = fmt.Sprint("secret ", (i+j/10)%3)
				wantAsTheSDK(t, signer, x)
			}
		})
	}
	running.Wait()
}
