package permission

import (
	"crypto/sha256"
	"encoding/hex"
)

// TemporaryStatementId returns the statement id under which Ensure keeps the new
// statement while it replaces the one with the given id. It is derived from the
// id alone, so that a later call recognises what an earlier one left. It has at
// most 100 characters, and no characters that id does not have but letters,
// digits and hyphens.
func TemporaryStatementId(id string) string {
	sum := sha256.Sum256([]byte(id))
	const most = 64 // what 100 characters leave beside the rest
	return id[:min(len(id), most)] + "-lambdaperm-replacing-" + hex.EncodeToString(sum[:6])
}
