//go:build !race

package sdkparity_test

const raceEnabled = false
