package errors

// ThrottleCodes are the codes for which IsThrottled reports true.
var ThrottleCodes = throttleCodes[:]
