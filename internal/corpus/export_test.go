package corpus

func DecodeGrants(lines string) ([]Grant, error) { return decode[Grant]([]byte(lines)) }
