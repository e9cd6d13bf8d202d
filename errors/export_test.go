package errors

// ThrottleCodes are the codes that IsThrottled knows.
var ThrottleCodes = throttleCodes[:]

// MaxExcerpt is the length of the longest excerpt in code points.
const MaxExcerpt = maxExcerpt
