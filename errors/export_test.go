package errors

// ThrottleCodes are the codes that IsThrottled knows.
var ThrottleCodes = throttleCodes[:]
