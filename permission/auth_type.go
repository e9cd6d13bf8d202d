package permission

// FunctionUrlAuthType is how a function URL authenticates its callers
// (AddPermission, "FunctionUrlAuthType"). The zero value means that the grant
// says nothing about function URLs; it is not sent.
type FunctionUrlAuthType string

// The values of FunctionUrlAuthType that the service knows.
const (
	// FunctionUrlAuthTypeNone is a public URL without authentication.
	FunctionUrlAuthTypeNone FunctionUrlAuthType = "NONE"
	// FunctionUrlAuthTypeAwsIam is a URL for callers who sign with IAM credentials.
	FunctionUrlAuthTypeAwsIam FunctionUrlAuthType = "AWS_IAM"
)

// Values returns the known values; the service may know more. The order is not
// guaranteed to be stable across versions.
func (FunctionUrlAuthType) Values() []FunctionUrlAuthType {
	return []FunctionUrlAuthType{FunctionUrlAuthTypeNone, FunctionUrlAuthTypeAwsIam}
}
