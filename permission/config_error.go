package permission

import "fmt"

// ConfigError is a mistake in the configuration of a Client. Every call of the
// client answers with it, wrapped in a *smithy.OperationError, before anything is
// sent.
type ConfigError struct {
	// Field is the field of Options that is wrong, or "" when there is no client.
	Field string
	// Reason says what is wrong and what to set.
	Reason string
	// Err is the cause, or nil.
	Err error
}

// Error says which field is wrong, why, and what to set.
func (e *ConfigError) Error() string {
	if e.Field == "" {
		return "permission: " + e.Reason
	}
	return fmt.Sprintf("permission: Options.%s: %s", e.Field, e.Reason)
}

// Unwrap returns the cause, or nil.
func (e *ConfigError) Unwrap() error { return e.Err }
