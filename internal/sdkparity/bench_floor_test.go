package sdkparity_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// floor is a plain client by hand: encoding/json, http.NewRequest, the SDK's signer,
// and reading the answer, with one retry of a 5xx. It has no ids, no metadata, no
// typed errors, and ignores API options.
type floor struct {
	cfg    aws.Config
	signer *v4.Signer
}

func newFloor(cfg aws.Config) floor { return floor{cfg, v4.NewSigner()} }

func (f floor) addPermission(ctx context.Context) error {
	status, err := f.attempt(ctx)
	if err == nil && status >= 500 {
		status, err = f.attempt(ctx)
	}
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("status %d", status)
	}
	return err
}

func (f floor) attempt(ctx context.Context) (status int, err error) {
	req, err := f.signed(ctx)
	if err != nil {
		return 0, err
	}
	resp, err := f.cfg.HTTPClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct{ Statement *string }
	err = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, err
}

func (f floor) signed(ctx context.Context) (*http.Request, error) {
	body, err := json.Marshal(benchGrant)
	if err != nil {
		return nil, err
	}
	target := *f.cfg.BaseEndpoint + "/2015-03-31/functions/" + url.PathEscape("Thumbnail") + "/policy"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	creds, err := f.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return req, f.signer.SignHTTP(ctx, creds, req, hex.EncodeToString(sum[:]), "lambda", f.cfg.Region, time.Now())
}
