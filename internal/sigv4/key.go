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

	// logFormat is that of the SDK's log, which people and programs look through.
	logFormat = "Request Signature:\n" +
		"---[ CANONICAL STRING  ]-----------------------------\n%s\n" +
		"---[ STRING TO SIGN ]--------------------------------\n%s\n" +
		"-----------------------------------------------------"
)

// A scope has the values from which a signing key is derived, the day in the form
// of the date. The access key id is not part of it, and a secret that changes under
// the same id makes another key; v4.Signer goes by the id and would sign with the
// old key for the rest of the day. So a Signer keeps the secret that it was last
// given, as the credentials' cache of a client does, and prints it nowhere.
type scope struct{ secret, region, service, day string }

// dayOf returns the part of a date before the time.
func dayOf(date string) string { return date[:len(date)-len("T150405Z")] }

// A signingKey is the key of a scope: IAM User Guide, "Create a signed AWS API
// request", step 4. It is immutable but for its drafts.
type signingKey struct {
	scope
	credentialScope string
	drafts          sync.Pool
}

// keyFor returns the last key if it is that of the scope: a client has one for a
// day. Of two goroutines that replace it at the same time one is forgotten.
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

// A draft is the working memory of one signature. It is used again for others of
// the same key, as is the state of the MAC after the key itself.
type draft struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

// authorization signs a request and returns the value of its Authorization header:
// steps 2 to 5 of the guide. In the text of the draft stand, one after another, the
// canonical request, the string to sign, and the value. The first two are written
// to log, if there is one.
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
