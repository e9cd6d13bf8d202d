package permission

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// tries counts the writes that were refused because others write too.
type tries struct{ most, refused int }

func newTries(most int) *tries {
	if most <= 0 {
		most = DefaultMaxTries
	}
	return &tries{most: most}
}

// again returns nil when there is another try, after a pause in which the others
// may finish; else it returns err, or that the context has ended.
func (t *tries) again(ctx context.Context, err error) error {
	t.refused++
	if t.refused >= t.most {
		return fmt.Errorf("permission: gave up after %d writes that were refused because others write at the same time: %w", t.refused, err)
	}
	return sleep(ctx, pause(t.refused))
}

// pause is a random time, so that writers who met once do not meet again; up to
// 50 ms at first, up to a second later.
func pause(refused int) time.Duration {
	const first, longest = 50 * time.Millisecond, time.Second
	return rand.N(min(first<<min(refused-1, 10), longest))
}

// sleep waits, or returns an *aws.RequestCanceledError when ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
}
