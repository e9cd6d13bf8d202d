package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"

	"github.com/aws/smithy-go/logging"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	dateFormat = "20060102T150405Z"
	terminator = "aws4_request"

	// logFormat is the format of the SDK's log, which people and programs search.
	logFormat = "Request Signature:\n" +
		"---[ CANONICAL STRING  ]-----------------------------\n%s\n" +
		"---[ STRING TO SIGN ]--------------------------------\n%s\n" +
		"-----------------------------------------------------"
)

// A scope has the values from which a signing key is derived. The access key id is not
// one of them: a new secret with the same id makes another key, whereas v4.Signer would
// sign with the old key for the rest of the day. Therefore a Signer keeps the secret of
// its last request in memory, as a client's cache of credentials does. It never prints
// it.
type scope struct{ secret, region, service, day string }

// dayOf returns the part of a date before the time.
func dayOf(date string) string { return date[:len(date)-len("T150405Z")] }

// A signingKey is the key of a scope: IAM User Guide, "Create a signed AWS API
// request", step 4. It is immutable except for its drafts.
type signingKey struct {
	scope
	credentialScope string
	drafts          sync.Pool
}

// keyFor returns the last key if it is that of the scope, and otherwise replaces it. A
// client usually needs one key a day. If two goroutines replace the key at the same
// time, one of the new keys is not kept.
func (s *Signer) keyFor(sc scope) *signingKey {
	if k := s.key.Load(); k != nil && k.scope == sc {
		return k
	}
	k := newSigningKey(sc)
	s.key.Store(k)
	return k
}

func newSigningKey(sc scope) *signingKey {
	key := append([]byte("AWS4"), sc.secret...)
	for _, part := range []string{sc.day, sc.region, sc.service, terminator} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	k := &signingKey{scope: sc, credentialScope: sc.day + "/" + sc.region + "/" + sc.service + "/" + terminator}
	k.drafts.New = func() any { return &draft{mac: hmac.New(sha256.New, key)} }
	return k
}

// A draft is the working memory of one signature. It is reused for other signatures
// with the same key; its MAC keeps the state after the key.
type draft struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

// authorization signs a request and returns the value of its Authorization header:
// steps 2 to 5 of the guide. The text of the draft holds the canonical request, the
// string to sign, and the value, one after another. If log is not nil, the first two
// are written to it.
func (k *signingKey) authorization(accessKeyID, date string, r request, log logging.Logger) string {
	d := k.drafts.Get().(*draft)
	defer k.drafts.Put(d)

	b, names := r.appendTo(d.text[:0])
	begin := len(b)
	b = k.appendStringToSign(b, date, sha256.Sum256(b))
	signature := d.signatureOf(b[begin:])
	if log != nil {
		log.Logf(logging.Debug, logFormat, string(b[:begin]), string(b[begin:]))
	}

	begin = len(b)
	b = append(b, algorithm+" Credential="...)
	b = append(b, accessKeyID...)
	b = append(b, '/')
	b = append(b, k.credentialScope...)
	b = append(b, ", SignedHeaders="...)
	b = append(b, names...)
	b = append(b, ", Signature="...)
	b = hex.AppendEncode(b, signature)
	d.text = b
	return string(b[begin:])
}

func (k *signingKey) appendStringToSign(b []byte, date string, canonical [sha256.Size]byte) []byte {
	b = append(b, algorithm+"\n"...)
	b = append(b, date...)
	b = append(b, '\n')
	b = append(b, k.credentialScope...)
	b = append(b, '\n')
	return hex.AppendEncode(b, canonical[:])
}

// signatureOf returns the MAC of a string to sign. It is valid until the draft is used
// again.
func (d *draft) signatureOf(stringToSign []byte) []byte {
	d.mac.Reset()
	d.mac.Write(stringToSign)
	d.sum = d.mac.Sum(d.sum[:0])
	return d.sum
}
